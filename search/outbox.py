"""The outbox between what is published and what can be found.

A row is written in the transaction that changed something, and read in the order of transactions, below the
oldest one still running: by ids alone a reader would pass rows that commit late. A long transaction anywhere
on the server holds the reader back, never makes it miss a row. A database restored into another server brings
that server's transaction ids along; an index is then rebuilt, and forgets them.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from search.engines.base import Cursor
from search.models import OutboxRow
from search.tokenizer import cut_as

KEPT_DAYS = 7
HERE = (
    "here AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS oldest,"
    " pg_snapshot_xmax(pg_current_snapshot()) AS upcoming)"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries to look at again, and the cursor that is reached with them."""

    entry_ids: tuple[int, ...]
    cursor: Cursor


def note_entries(*, entry_ids: Collection[int], **extra: Any) -> None:
    """Receiver of faq's ``entries_changed``: one row per entry, in the same transaction."""
    del extra
    OutboxRow.objects.bulk_create(OutboxRow(entry_id=entry_id) for entry_id in sorted(set(entry_ids)))


def start() -> Cursor:
    """The cursor of an index that holds exactly what the current snapshot shows.

    Only true for reads of the same snapshot: call it first in a REPEATABLE READ transaction.
    """
    identifier, oid, xid = _row(
        "SELECT (SELECT system_identifier::text FROM pg_control_system()),"
        " (SELECT oid::bigint FROM pg_database WHERE datname = current_database()),"
        " pg_snapshot_xmin(pg_current_snapshot())::text"
    )
    return Cursor(identifier, oid, xid, 0, cut_as())


def can_continue(cursor: Cursor) -> bool:
    """Whether the cursor is of this very database, nothing behind it was pruned, and words are cut alike.

    Pruning ends below the oldest transaction still running, so a horizon above it came with a backup.
    """
    here = start()
    if replace(cursor, xid=here.xid, id=0) != here:
        return False
    (is_ahead,) = _row(
        f"WITH {HERE} SELECT %(xid)s::xid8 <= oldest AND %(xid)s::xid8 >="  # noqa: S608 - a constant
        " coalesce((SELECT xid FROM search_horizon WHERE xid < oldest), '0'::xid8) FROM here",
        {"xid": cursor.xid},
    )
    return bool(is_ahead)


def read(after: Cursor, limit: int = 500) -> Batch | None:
    """The next rows behind a cursor that no transaction still running could precede; None without any.

    The order names its table: by itself ``ORDER BY xid`` would mean the text that is handed out, and rows
    would be passed over whenever ids gain a digit.
    """
    with connection.cursor() as database:
        database.execute(
            "SELECT o.xid::text, o.id, o.entry_id FROM search_outboxrow o"
            " WHERE (o.xid, o.id) > (%s::xid8, %s) AND o.xid < pg_snapshot_xmin(pg_current_snapshot())"
            " ORDER BY o.xid, o.id LIMIT %s",
            [after.xid, after.id, limit],
        )
        rows = database.fetchall()
    if not rows:
        return None
    reached = replace(after, xid=rows[-1][0], id=rows[-1][1])
    return Batch(tuple(dict.fromkeys(entry_id for _, _, entry_id in rows if entry_id is not None)), reached)


def oldest_unread_seconds(after: Cursor) -> float:
    """How long the oldest row behind a cursor has been waiting; 0 without any."""
    (age,) = _row(
        "SELECT coalesce(extract(epoch FROM now() - min(written_at)), 0) FROM search_outboxrow"
        " WHERE (xid, id) > (%s::xid8, %s)",
        [after.xid, after.id],
    )
    return float(age)


@transaction.atomic
def prune() -> int:
    """Remove rows that every index has long read, and remember up to where; how many.

    What a transaction still running could precede stays. Rows of another server go without a trace.
    """
    with connection.cursor() as database:
        database.execute(
            f"WITH {HERE}, gone AS ("  # noqa: S608 - a constant
            "    DELETE FROM search_outboxrow USING here"
            "    WHERE written_at < now() - make_interval(days => %s) AND (xid < oldest OR xid >= upcoming)"
            "    RETURNING xid, xid < oldest AS is_ours),"
            " latest AS (SELECT xid FROM gone WHERE is_ours ORDER BY xid DESC LIMIT 1),"
            " kept AS (INSERT INTO search_horizon (id, xid) SELECT 1, xid FROM latest"
            "          ON CONFLICT (id) DO UPDATE SET xid = EXCLUDED.xid)"
            " SELECT count(*) FROM gone",
            [KEPT_DAYS],
        )
        return int(database.fetchone()[0])


@transaction.atomic
def forget_other_servers() -> int:
    """Remove what came along with a database restored from another server; how many rows.

    Every row one can see was written below the end of one's snapshot, and every horizon below its beginning:
    what is not so is of a server that had counted further. What is of one that had not is smaller than every
    cursor made here, and does no harm.
    """
    with connection.cursor() as database:
        database.execute(f"WITH {HERE} DELETE FROM search_horizon USING here WHERE xid >= oldest")  # noqa: S608
        database.execute(
            f"WITH {HERE} DELETE FROM search_outboxrow USING here"  # noqa: S608
            " WHERE xid >= upcoming AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned()"
        )
        return int(database.rowcount)


def _row(sql: str, values: Any = None) -> tuple[Any, ...]:
    with connection.cursor() as database:
        database.execute(sql, values)
        row: tuple[Any, ...] = database.fetchone()
    return row
