"""Events into roll-ups: read as an outbox is read, applied as differences, crash-safe."""

import time
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from hits.rule_sql import COLUMNS, READ, ROLL_UPS, USE, hits_in_calls, hits_without_call

__all__ = [
    "CountsOfAnotherServerError",
    "catch_up",
    "catch_up_to_now",
    "hold_the_roll_up",
    "roll_up",
    "roll_up_all",
    "unread_seconds",
]

LOCK = 0x68697473
BATCH = 20_000
PAUSE_SECONDS = 0.02


class CountsOfAnotherServerError(Exception):
    """The cursor lies in this server's future: the database was restored from a dump of another one."""


@dataclass(frozen=True)
class Window:
    """The events after one place in the order, up to and with another; transaction ids are text."""

    after_xid: str
    after_seq: int
    to_xid: str
    to_seq: int
    size: int


def roll_up(*, limit: int = BATCH) -> int:
    """Read at most so many unread events and carry their differences into the roll-ups; how many were read.

    Reads in the order of (xid, seq) and only below the oldest transaction still running, never by time:
    a transaction that commits late is neither missed nor read twice. Differences and cursor are one
    transaction; a second caller waits for the first. Raises CountsOfAnotherServerError.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        hold_the_roll_up(cursor)
        window = _next_window(cursor, limit)
        if window is None:
            return 0
        cursor.execute(IN_CALLS, vars(window))
        cursor.execute(WITHOUT_CALL, vars(window))
        cursor.execute("UPDATE hits_rollupcursor SET xid = %s, seq = %s", [window.to_xid, window.to_seq])
        return window.size


def roll_up_all(*, limit: int = BATCH) -> int:
    """Read on until nothing is unread, one transaction per batch; how many were read."""
    total = 0
    while size := roll_up(limit=limit):
        total += size
    return total


def catch_up(*, limit: int = BATCH, patience_seconds: float = 60) -> int:
    """Read on until nothing is unread, waiting for transactions that hold the line back; how many were read.

    Any transaction of the server may, autovacuum's too, so whoever needs every figure calls this. Raises
    TimeoutError when events stay unread.
    """
    deadline = time.monotonic() + patience_seconds
    total = roll_up_all(limit=limit)
    while unread_seconds():
        if time.monotonic() > deadline:
            raise TimeoutError("A transaction that is still running keeps hit events unread.")
        time.sleep(PAUSE_SECONDS)
        total += roll_up_all(limit=limit)
    return total


def catch_up_to_now(*, limit: int = BATCH, patience_seconds: float = 60) -> None:
    """Read on until every event committed before this call is counted; events keep coming meanwhile.

    Raises TimeoutError when a transaction that is still running keeps one of them unread.
    """
    deadline = time.monotonic() + patience_seconds
    last = _last_event()
    while last and _is_unread(last):
        if not roll_up(limit=limit):
            if time.monotonic() > deadline:
                raise TimeoutError("A transaction that is still running keeps hit events unread.")
            time.sleep(PAUSE_SECONDS)


def _last_event() -> tuple[str, int] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xid::text, seq FROM hits_hitevent ORDER BY xid DESC, seq DESC LIMIT 1")
        found: tuple[str, int] | None = cursor.fetchone()
        return found


def _is_unread(event: tuple[str, int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM hits_rollupcursor WHERE (xid, seq) >= (%s::xid8, %s))", event
        )
        row = cursor.fetchone()
        return bool(row and row[0])


def hold_the_roll_up(cursor: CursorWrapper) -> None:
    """Wait until nobody else rolls up or recounts, and keep them out until the transaction ends."""
    cursor.execute("SELECT set_config('jit', 'off', true), pg_advisory_xact_lock(%s)", [LOCK])


def unread_seconds() -> float:
    """The age of the oldest event not yet rolled up; 0 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT extract(epoch FROM clock_timestamp() - e.at) FROM hits_hitevent e
            WHERE (e.xid, e.seq) > (coalesce((SELECT xid FROM hits_rollupcursor), '0'),
                                    coalesce((SELECT seq FROM hits_rollupcursor), 0))
            ORDER BY e.xid, e.seq LIMIT 1
            """
        )
        row = cursor.fetchone()
        return float(row[0]) if row else 0.0


def _next_window(cursor: CursorWrapper, limit: int) -> Window | None:
    cursor.execute(
        "SELECT c.xid::text, c.seq, c.xid >= pg_snapshot_xmax(pg_current_snapshot()) FROM hits_rollupcursor c"
    )
    row = cursor.fetchone()
    if row is None:
        cursor.execute("INSERT INTO hits_rollupcursor (id, xid, seq) VALUES (1, '0', 0)")
        row = "0", 0, False
    after_xid, after_seq, is_ahead = row
    if is_ahead:
        raise CountsOfAnotherServerError(
            "This database was restored from a dump: run manage.py rebuild_counts."
        )
    cursor.execute(UNREAD, [after_xid, after_seq, limit])
    last = cursor.fetchone()
    return Window(after_xid, after_seq, *last) if last else None


UNREAD = """
WITH unread AS MATERIALIZED (
    SELECT e.xid, e.seq FROM hits_hitevent e
    WHERE (e.xid, e.seq) > (%s::xid8, %s) AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY e.xid, e.seq LIMIT %s
)
SELECT unread.xid::text, unread.seq, (SELECT count(*) FROM unread)
FROM unread ORDER BY unread.xid DESC, unread.seq DESC LIMIT 1
"""

# The limit leaves nothing out: it says to the planner how few they are, even where one transaction wrote all.
IN_BATCH = f"""
    SELECT e.* FROM hits_hitevent e
    WHERE (e.xid, e.seq) > (%(after_xid)s::xid8, %(after_seq)s) AND {READ}
    ORDER BY e.xid, e.seq LIMIT %(size)s
"""  # noqa: S608


def _add_up(table: str, keys: dict[str, str]) -> str:
    """CTEs that carry ``changes`` into one roll-up; no row keeps a 0, so a recount finds the same rows."""
    found = ", ".join(f"{expression} AS {key}" for key, expression in keys.items())
    same = " AND ".join(f"t.{key} = d.{key}" for key in keys)
    names = ", ".join(keys)
    return f"""
{table}_change AS MATERIALIZED (
    SELECT {names}, sum(n)::int AS n FROM (SELECT {found}, n FROM changes) AS keyed
    GROUP BY {names} HAVING sum(n) <> 0
),
{table}_gone AS (DELETE FROM {table} t USING {table}_change d WHERE {same} AND t.hits + d.n = 0),
{table}_moved AS (
    UPDATE {table} t SET hits = t.hits + d.n FROM {table}_change d WHERE {same} AND t.hits + d.n <> 0
),
{table}_come AS (
    INSERT INTO {table} ({names}, hits) SELECT {names}, n FROM {table}_change d
    WHERE NOT EXISTS (SELECT FROM {table} t WHERE {same})
)"""  # noqa: S608


# ``stored`` are the hits there were under the touched keys, ``fresh`` those there are now.
APPLY = f"""
changes AS MATERIALIZED (
    SELECT entry_id, line_id, at, -1 AS n FROM stored
    WHERE NOT EXISTS (SELECT FROM fresh WHERE fresh.event_id = stored.event_id)
    UNION ALL
    SELECT entry_id, line_id, at, 1 FROM fresh
    WHERE NOT EXISTS (SELECT FROM stored WHERE stored.event_id = fresh.event_id)
),
gone AS (
    DELETE FROM hits_hit h USING stored
    WHERE h.event_id = stored.event_id
      AND NOT EXISTS (SELECT FROM fresh WHERE fresh.event_id = stored.event_id)
),
come AS (
    INSERT INTO hits_hit ({COLUMNS}) SELECT {COLUMNS} FROM fresh
    WHERE NOT EXISTS (SELECT FROM stored WHERE stored.event_id = fresh.event_id)
),
{",".join(_add_up(table, keys) for table, keys in ROLL_UPS.items())}
SELECT 1
"""  # noqa: S608

IN_CALLS = f"""
WITH keys AS MATERIALIZED (
    SELECT DISTINCT call_id, entry_id FROM ({IN_BATCH}) AS e
    WHERE call_id IS NOT NULL AND e.counts AND e.how <> 'opened'
),
fresh AS MATERIALIZED ({hits_in_calls("keys")}),
stored AS MATERIALIZED (SELECT {COLUMNS} FROM hits_hit JOIN keys USING (call_id, entry_id)),
{APPLY}
"""  # noqa: S608

# A use without a call is touched by the batch itself and by hits in calls of the same person and entry.
WITHOUT_CALL = f"""
WITH RECURSIVE batch AS MATERIALIZED (
    SELECT e.* FROM ({IN_BATCH}) AS e WHERE e.counts AND e.how <> 'opened'
),
touched AS (
    SELECT agent_id, entry_id, at FROM batch e WHERE call_id IS NULL AND {USE}
    UNION ALL
    SELECT e.agent_id, e.entry_id, e.at
    FROM (SELECT DISTINCT call_id, entry_id FROM batch WHERE call_id IS NOT NULL) AS b
    JOIN hits_hitevent e USING (call_id, entry_id)
    WHERE EXISTS (
        SELECT FROM hits_hitevent o
        WHERE o.call_id IS NULL AND o.agent_id = e.agent_id AND o.entry_id = e.entry_id
    )
),
keys AS MATERIALIZED (SELECT agent_id, entry_id, min(at) AS since FROM touched GROUP BY agent_id, entry_id),
chain AS ({hits_without_call("keys")}),
fresh AS MATERIALIZED (SELECT NULL::uuid AS call_id, chain.* FROM chain WHERE event_id IS NOT NULL),
stored AS MATERIALIZED (
    SELECT h.event_id, h.call_id, h.agent_id, h.entry_id, h.line_id, h.search_id, h.at
    FROM hits_hit h JOIN keys k USING (agent_id, entry_id)
    WHERE h.call_id IS NULL AND h.at >= k.since
),
{APPLY}
"""  # noqa: S608
