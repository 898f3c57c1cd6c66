"""Settings that administrators change at run time: typed, with bounds and history."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent, SettingValue
from kb.lib import working_hours
from kb.lib.errors import RuleBrokenError

CHANGES_LOCK = 0x5345545453  # any number that is this module's alone


@dataclass(frozen=True)
class Definition:
    """A setting's default and the values it may take; both ends of the range are allowed."""

    default: int | float
    least: int | float
    most: int | float
    parse: Callable[[Any], int | float]


DEFINITIONS: dict[str, Definition] = {
    "dwell_seconds": Definition(8, 2, 120, int),
    "call_idle_minutes": Definition(10, 1, 120, int),
    "same_entry_minutes": Definition(10, 1, 120, int),
    "search_text_months": Definition(13, 1, 60, int),
    "bucket_very_high_share": Definition(0.50, 0.05, 0.95, float),
    "bucket_high_share": Definition(0.80, 0.05, 0.97, float),
    "bucket_low_share": Definition(0.95, 0.05, 0.99, float),
    "bucket_very_high_least_hits": Definition(5, 0, 1000, int),
    "bucket_calm_points": Definition(0.02, 0, 0.2, float),
    "new_entry_days": Definition(28, 0, 92, int),
    "learned_ranker": Definition(1, 0, 1, int),
    "accept_learned_questions": Definition(0, 0, 1, int),
    "yardstick_most_searches": Definition(2000, 100, 20_000, int),
    "answer_link_days": Definition(10, 1, 60, int),
}


@dataclass(frozen=True)
class TextDefinition:
    """A setting that is no number; ``tidy`` gives it as it is stored, or raises RuleBrokenError."""

    default: str
    tidy: Callable[[str], str]


TEXTS: dict[str, TextDefinition] = {
    "working_hours": TextDefinition("09:00-12:00,13:30-18:00", working_hours.tidy),
}

BUCKET_BORDERS = ("bucket_very_high_share", "bucket_high_share", "bucket_low_share")


def current() -> dict[str, int | float]:
    """The value in force of every setting that is a number, by name; one query."""
    stored = dict(SettingValue.objects.order_by("name", "-id").distinct("name").values_list("name", "value"))
    return {name: stored.get(name, definition.default) for name, definition in DEFINITIONS.items()}


def text(name: str) -> str:
    """The value in force of a setting that is a text; one query."""
    newest = SettingValue.objects.filter(name=name).order_by("-id").values_list("value", flat=True).first()
    return TEXTS[name].default if newest is None else str(newest)


@transaction.atomic
def change_text(name: str, value: str, *, by: Agent) -> SettingValue:
    """Set a text's new value from now on. Raises RuleBrokenError when it is not written as it must be."""
    tidied = TEXTS[name].tidy(value)
    _one_at_a_time()
    before = text(name)
    row = SettingValue.objects.create(name=name, value=tidied, set_by=by)
    audit.record(by, "setting.changed", row, name=name, before=before, after=tidied)
    return row


@transaction.atomic
def change(name: str, value: Any, *, by: Agent) -> SettingValue:
    """Set a new value from now on; the old one stays as history. One at a time, for borders hang together.

    Raises RuleBrokenError when the value is not a number, lies outside the setting's range, or would put the
    buckets' borders out of order.
    """
    parsed = _parsed(name, value)
    _one_at_a_time()
    values = current()
    before = values[name]
    borders = [({**values, name: parsed})[border] for border in BUCKET_BORDERS]
    if borders != sorted(set(borders)):
        raise RuleBrokenError(_("The buckets' shares must rise from very high to low."))
    row = SettingValue.objects.create(name=name, value=parsed, set_by=by)
    audit.record(by, "setting.changed", row, name=name, before=before, after=parsed)
    return row


@transaction.atomic
def change_several(values: Mapping[str, str], *, by: Agent) -> None:
    """Set those of these that differ from what is in force, all or none. Raises like `change`."""
    _one_at_a_time()
    in_force = current()
    for name, value in values.items():
        if name in TEXTS:
            if TEXTS[name].tidy(value) != text(name):
                change_text(name, value, by=by)
        elif _parsed(name, value) != in_force[name]:
            change(name, value, by=by)


def _parsed(name: str, value: Any) -> int | float:
    definition = DEFINITIONS[name]
    try:
        parsed = definition.parse(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise RuleBrokenError(_("“%(value)s” is not a number.") % {"value": value}) from error
    if not definition.least <= parsed <= definition.most:
        raise RuleBrokenError(
            _("The value must lie between %(least)s and %(most)s.")
            % {"least": definition.least, "most": definition.most}
        )
    return parsed


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHANGES_LOCK])
