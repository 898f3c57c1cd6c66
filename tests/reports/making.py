"""Short ways to an entry of long ago and to what was used when."""

import time
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection

from faq.models import Entry
from hits import rollup
from hits.loading import EventRow, load_events
from kb.lib.months import SITE_ZONE
from tests.factories import PublishedEntryFactory


def old_entry(**kwargs: object) -> Entry:
    entry = PublishedEntryFactory.create(**kwargs)
    since = datetime(2025, 1, 1, tzinfo=SITE_ZONE)
    Entry.objects.filter(pk=entry.pk).update(published_at=since, created_at=since)
    return entry


def used(
    entry: Entry, at: datetime, *, times: int = 1, call_id: UUID | None = None, how: str = "copied"
) -> None:
    """So many calls in which it was used at that moment, counted."""
    load_events(
        EventRow(uuid4(), at, 1, entry.pk, entry.line_id, how, call_id or uuid4()) for _number in range(times)
    )
    rollup.catch_up()


def wait_for_somebody_who_waits() -> None:
    """Until another connection waits for an advisory lock; the test goes on without, and then fails."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.rowcount:
                return
        time.sleep(0.02)
