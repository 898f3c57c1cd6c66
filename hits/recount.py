"""Every roll-up anew from the events, and what differed."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from hits import rollup
from hits.rule_sql import COLUMNS, ROLL_UPS, hits_in_calls, hits_without_call


def recount() -> list[str]:
    """Count every event read so far again, put right what differs and list it, then read on.

    Holds the roll-up lock; readers see the old figures until the end. Work for the owner of the tables.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        rollup.hold_the_roll_up(cursor)
        _settle_restored_events(cursor)
        _count(cursor)
        differences = list(_differences(cursor))
        if differences:
            _replace(cursor)
    rollup.roll_up_all()
    return differences


def _settle_restored_events(cursor: CursorWrapper) -> None:
    """After a restore into another server: events that carry that server's transaction ids come first.

    Ids of transactions this server has not had yet would keep events unread, and new ones behind the cursor.
    """
    cursor.execute("SELECT FROM hits_rollupcursor WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())")
    if cursor.rowcount:
        cursor.execute("UPDATE hits_hitevent SET xid = '0'")
        cursor.execute(
            "UPDATE hits_rollupcursor SET xid = '0', seq = (SELECT coalesce(max(seq), 0) FROM hits_hitevent)"
        )


def _count(cursor: CursorWrapper) -> None:
    """Fill ``fresh_hit`` and a ``fresh_...`` for each roll-up, from the events up to the cursor."""
    cursor.execute("SELECT xid::text AS to_xid, seq AS to_seq FROM hits_rollupcursor")
    to_xid, to_seq = cursor.fetchone() or ("0", 0)
    read = {"to_xid": to_xid, "to_seq": to_seq}
    cursor.execute(
        f"CREATE TEMP TABLE fresh_hit ON COMMIT DROP AS SELECT {COLUMNS} FROM ({hits_in_calls()}) AS h",  # noqa: S608
        read,
    )
    cursor.execute("CREATE INDEX ON fresh_hit (agent_id, at)")
    cursor.execute("ANALYZE fresh_hit")
    cursor.execute(ALL_WITHOUT_CALL, read)
    for table, keys in ROLL_UPS.items():
        found = ", ".join(f"{expression} AS {key}" for key, expression in keys.items())
        names = ", ".join(keys)
        cursor.execute(
            f"CREATE TEMP TABLE fresh_{table} ON COMMIT DROP AS SELECT {names}, count(*)::int AS hits"  # noqa: S608
            f" FROM (SELECT {found} FROM fresh_hit) AS keyed GROUP BY {names}"
        )


ALL_WITHOUT_CALL = f"""
WITH RECURSIVE keys AS (
    SELECT DISTINCT agent_id, entry_id, '-infinity'::timestamptz AS since
    FROM hits_hitevent WHERE call_id IS NULL
),
chain AS ({hits_without_call("keys", hits="fresh_hit")})
INSERT INTO fresh_hit ({COLUMNS})
SELECT event_id, NULL, agent_id, entry_id, line_id, search_id, at FROM chain WHERE event_id IS NOT NULL
"""  # noqa: S608


def _differences(cursor: CursorWrapper) -> Iterator[str]:
    """A line per row that is wrong, missing or too much: table, key, what stood there, what should."""
    for table, keys in ROLL_UPS.items():
        names = ", ".join(keys)
        cursor.execute(
            f"SELECT {names}, t.hits, f.hits FROM {table} t FULL JOIN fresh_{table} f USING ({names})"  # noqa: S608
            f" WHERE t.hits IS DISTINCT FROM f.hits ORDER BY {names}"
        )
        for *key, stood, right in cursor.fetchall():
            where = ", ".join(f"{name} {value}" for name, value in zip(keys, key, strict=True))
            yield f"{table}: {where}: {stood or 0} stood there, {right or 0} is right"
    for word, query in (("too much", "{t} EXCEPT {f}"), ("missing", "{f} EXCEPT {t}")):
        both = query.format(
            t=f"SELECT {COLUMNS} FROM hits_hit",  # noqa: S608
            f=f"SELECT {COLUMNS} FROM fresh_hit",  # noqa: S608
        )
        cursor.execute(f"SELECT event_id FROM ({both}) AS odd ORDER BY 1")  # noqa: S608
        yield from (f"hits_hit: event {event_id} is {word}" for (event_id,) in cursor.fetchall())


def _replace(cursor: CursorWrapper) -> None:
    cursor.execute("DELETE FROM hits_hit")
    cursor.execute(f"INSERT INTO hits_hit ({COLUMNS}) SELECT {COLUMNS} FROM fresh_hit")  # noqa: S608
    for table, keys in ROLL_UPS.items():
        names = ", ".join([*keys, "hits"])
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM fresh_{table}")  # noqa: S608
