"""Settings that administrators change: typed, within bounds, with history."""

from typing import Any

import pytest

from accounts import settings
from accounts.models import AuditRow, SettingValue
from accounts.settings import DEFINITIONS
from kb.lib.errors import RuleBrokenError
from tests.factories import SystemAdministratorFactory

pytestmark = pytest.mark.django_db


def test_without_a_change_the_defaults_are_in_force() -> None:
    assert settings.current() == {name: definition.default for name, definition in DEFINITIONS.items()}


def test_every_default_lies_within_its_bounds() -> None:
    for definition in DEFINITIONS.values():
        assert definition.least <= definition.default <= definition.most


@pytest.mark.parametrize("name", DEFINITIONS)
def test_both_ends_are_allowed_and_nothing_beyond(name: str) -> None:
    definition = DEFINITIONS[name]
    person = SystemAdministratorFactory.create()
    for beyond in (definition.least - 1, definition.most + 1):
        with pytest.raises(RuleBrokenError):
            settings.change(name, beyond, by=person)
    assert settings.current()[name] == definition.default


@pytest.mark.parametrize("name", ["dwell_seconds", "bucket_calm_points", "new_entry_days"])
def test_both_ends_of_the_range_are_taken(name: str) -> None:
    definition = DEFINITIONS[name]
    for end in (definition.least, definition.most):
        settings.change(name, str(end), by=SystemAdministratorFactory.create())
        assert settings.current()[name] == end


@pytest.mark.parametrize("value", ["", "a few", None, [], float("inf"), float("nan"), "nan", "8.5"])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(RuleBrokenError):
        settings.change("dwell_seconds", value, by=SystemAdministratorFactory.create())


def test_the_old_values_stay_as_history() -> None:
    person = SystemAdministratorFactory.create()
    for seconds in (9, 10, 11):
        settings.change("dwell_seconds", seconds, by=person)
    assert settings.current()["dwell_seconds"] == 11
    history = SettingValue.objects.filter(name="dwell_seconds").order_by("pk").values_list("value", "set_by")
    assert list(history) == [(9, person.pk), (10, person.pk), (11, person.pk)]
    last = AuditRow.objects.filter(act="setting.changed").latest("pk")
    assert last.detail == {"name": "dwell_seconds", "before": 10, "after": 11}


def test_the_buckets_borders_stay_in_order() -> None:
    person = SystemAdministratorFactory.create()
    with pytest.raises(RuleBrokenError):
        settings.change("bucket_very_high_share", 0.8, by=person)
    settings.change("bucket_high_share", 0.9, by=person)
    settings.change("bucket_very_high_share", 0.8, by=person)


def test_a_text_is_kept_tidied_and_with_history() -> None:
    person = SystemAdministratorFactory.create()
    assert settings.text("working_hours") == "09:00-12:00,13:30-18:00"
    settings.change_text("working_hours", " 8:30 - 17:30", by=person)
    assert settings.text("working_hours") == "08:30-17:30"
    row = AuditRow.objects.get(act="setting.changed")
    assert row.detail["before"] == "09:00-12:00,13:30-18:00"
    with pytest.raises(RuleBrokenError):
        settings.change_text("working_hours", "always", by=person)
    assert SettingValue.objects.count() == 1
    assert "working_hours" not in settings.current()
