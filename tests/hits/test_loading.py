"""Whole histories: the loader's own times, and nothing unmasked."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection

from hits.loading import EventRow, SearchRow, load_events, load_searches
from hits.models import HitEvent, SearchLog
from tests.factories import AgentFactory

AT = datetime(2025, 3, 1, tzinfo=UTC)
OLD_SETTINGS = {"dwell_seconds": 5, "same_entry_minutes": 3}


@pytest.mark.django_db
def test_events_keep_their_times_and_the_settings_of_then() -> None:
    rows = [
        EventRow(uuid4(), AT, 1, 1, 1, "copied", uuid4()),
        EventRow(uuid4(), AT, 1, 1, 1, "copied", None, settings=OLD_SETTINGS),
    ]
    assert load_events(iter(rows)) == 2
    first, second = HitEvent.objects.order_by("seq")
    assert (first.at, first.settings) == (AT, {"dwell_seconds": 8, "same_entry_minutes": 10})
    assert second.settings == OLD_SETTINGS
    with pytest.raises(IntegrityError):
        load_events(rows[:1])


@pytest.mark.django_db
def test_searches_are_masked_while_they_are_loaded() -> None:
    person = AgentFactory.create()
    text, filters = "6222021234567890123挂失", {"kind": "faq"}
    load_searches([SearchRow(uuid4(), AT, person.pk, None, text, [2, 1], 3, filters)])
    logged = SearchLog.objects.get()
    assert (logged.text, logged.match_ids) == ("***************0123挂失", [2, 1])
    assert (logged.filters, logged.at) == ({"kind": "faq"}, AT)


def test_the_web_role_cannot_load(committed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE wenqu_web")
        try:
            with pytest.raises(ProgrammingError):
                load_events([EventRow(uuid4(), AT, 1, 1, 1, "copied", uuid4())])
        finally:
            cursor.execute("RESET ROLE")
