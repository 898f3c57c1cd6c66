"""``hits.rule`` in SQL, for whole sets of events at once.

Every statement reads the events up to the cursor (``%(to_xid)s``, ``%(to_seq)s``) and no further, so what
it finds follows from the cursor alone. All give the columns of ``hits_hit``.
"""

COLUMNS = "event_id, call_id, agent_id, entry_id, line_id, search_id, at"

READ = "(e.xid, e.seq) <= (%(to_xid)s::xid8, %(to_seq)s)"
USE = "e.how IN ('dwelled', 'copied', 'confirmed')"
PAUSE = "make_interval(mins => (e.settings ->> 'same_entry_minutes')::int)"


def hits_in_calls(keys: str = "") -> str:
    """A query for the hits of every (call, entry), or of those in the relation ``keys``.

    A use stands when nothing after it was taken back; of those that stand the first is the hit.
    """
    only = f"JOIN {keys} USING (call_id, entry_id)" if keys else ""
    return f"""
        SELECT DISTINCT ON (call_id, entry_id)
               id AS event_id, call_id, agent_id, entry_id, line_id, search_id, at
        FROM (
            SELECT e.*, bool_or(e.how = 'taken_back') OVER (
                PARTITION BY call_id, entry_id ORDER BY e.at DESC, e.seq DESC
            ) AS is_taken_back
            FROM hits_hitevent e {only}
            WHERE call_id IS NOT NULL AND e.counts AND e.how <> 'opened' AND {READ}
        ) AS known
        WHERE NOT is_taken_back
        ORDER BY call_id, entry_id, at, seq
    """  # noqa: S608  every part is a constant of this module


def hits_without_call(keys: str, *, hits: str = "hits_hit") -> str:
    """A recursive term and its query: hits of API clients, from one counted use to the next.

    ``keys`` holds (agent_id, entry_id, since): the hits before ``since`` stand and are gone on from. ``hits``
    is where they and the hits in calls, which hold a use back as well, are found. Written for
    ``WITH RECURSIVE ... chain AS (<this>)``; the rows with an event_id are the result.
    """
    return f"""
        SELECT k.agent_id, k.entry_id, k.since, coalesce(last.at, '-infinity') AS at, 0::bigint AS seq,
               NULL::uuid AS event_id, NULL::bigint AS line_id, NULL::uuid AS search_id
        FROM {keys} AS k
        LEFT JOIN LATERAL (
            SELECT h.at FROM {hits} AS h
            WHERE h.call_id IS NULL AND h.agent_id = k.agent_id AND h.entry_id = k.entry_id AND h.at < k.since
            ORDER BY h.at DESC LIMIT 1
        ) AS last ON true
        UNION ALL
        SELECT c.agent_id, c.entry_id, c.since, next.at, next.seq, next.id, next.line_id, next.search_id
        FROM chain AS c
        CROSS JOIN LATERAL (
            SELECT e.* FROM hits_hitevent e
            WHERE e.call_id IS NULL AND e.agent_id = c.agent_id AND e.entry_id = c.entry_id
              AND e.at >= greatest(c.since, c.at) AND (e.at, e.seq) > (c.at, c.seq) AND e.at >= c.at + {PAUSE}
              AND e.counts AND {USE} AND {READ}
              AND NOT EXISTS (
                  SELECT FROM {hits} AS h
                  WHERE h.call_id IS NOT NULL AND h.agent_id = e.agent_id AND h.entry_id = e.entry_id
                    AND h.at <= e.at AND h.at > e.at - {PAUSE}
              )
            ORDER BY e.at, e.seq LIMIT 1
        ) AS next
    """  # noqa: S608


# What each roll-up's keys are made of, from a hit's columns.
ROLL_UPS = {
    "hits_dailyhits": {
        "day": "(at AT TIME ZONE 'Asia/Shanghai')::date",
        "entry_id": "entry_id",
        "line_id": "line_id",
    },
    "hits_monthlyhits": {
        "month": "date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date",
        "entry_id": "entry_id",
        "line_id": "line_id",
    },
    "hits_linehours": {"hour": "date_trunc('hour', at)", "line_id": "line_id"},
}
