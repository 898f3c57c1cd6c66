"""One lock for all that happens to an entry, taken first and in one order, so that nothing deadlocks.

The lock leaves foreign keys to the entry alone (hits go on being logged while an entry is published).
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from faq.models import Entry, Revision


def lock_entry(pk: int) -> Entry:
    """The entry as it is now, held until the transaction ends."""
    return Entry.objects.select_for_update(no_key=True).get(pk=pk)


def lock_entries(pks: Collection[int]) -> list[Entry]:
    """Several entries, always in the order of their keys."""
    rows = Entry.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True)
    return list(rows)


def lock_revision(revision: Revision) -> Revision:
    """The revision as it is now, its entry held: sign-offs, saves and publishing wait for each other."""
    entry = lock_entry(revision.entry_id)
    fresh = Revision.objects.get(pk=revision.pk)
    fresh.entry = entry
    return fresh


def database_now() -> datetime:
    """The database's clock, which is the only one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        row = cursor.fetchone()
    assert row is not None  # noqa: S101
    moment: datetime = row[0]
    return moment
