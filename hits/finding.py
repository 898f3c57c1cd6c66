"""How well entries were found: at which rank, and how soon after the question began.

Counted are hits in calls that name the search they came from. The rank is the entry's place in what that
search showed. The time is from the first key to the use: the log keeps no keys, it has ``at``, when a search
settled (a second after the last key, or when something was chosen), and ``took_ms``, what the answer took. So
it is measured from the first settled search of the attempt, less what that answer took, to the hit, whose
time is that of the first reading, copy or confirmation; a reading counts after its seconds of dwelling. An
attempt is the searches of one call until an entry is used or 60 seconds pass. What both sides of a comparison
have too much or too little is the same on both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from hits.attempts import NUMBERED

FOUND = f"""
    WITH wanted AS (
        SELECT * FROM unnest(
            %(keys)s::text[], %(entries)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]
        ) AS w (key, entry_id, starts_at, ends_at)
    ), used AS (
        SELECT w.key, h.call_id, h.entry_id, h.search_id, h.at FROM wanted w
        JOIN hits_hit h ON h.entry_id = w.entry_id AND h.at >= w.starts_at AND h.at < w.ends_at
        WHERE h.call_id IS NOT NULL AND h.search_id IS NOT NULL
            AND h.at >= %(first)s AND h.at < %(last)s
    ), search AS (
        SELECT s.id, s.call_id, s.at, s.took_ms, s.match_ids FROM hits_searchlog s
        WHERE s.call_id IN (SELECT call_id FROM used)
    ), moment AS (
        SELECT call_id, at, id, took_ms, false AS is_use FROM search
        UNION ALL
        SELECT h.call_id, h.at, NULL, 0, true FROM hits_hit h WHERE h.call_id IN (SELECT call_id FROM used)
    ), {NUMBERED}, begun AS (
        SELECT call_id, id, min(at - make_interval(secs => took_ms / 1000.0))
            FILTER (WHERE NOT is_use) OVER (PARTITION BY call_id, attempt) AS at
        FROM numbered
    )
    SELECT used.key, count(*),
        percentile_cont(0.5) WITHIN GROUP (
            ORDER BY array_position(search.match_ids, used.entry_id)
        ) FILTER (WHERE used.entry_id = ANY(search.match_ids)),
        percentile_cont(0.5) WITHIN GROUP (
            ORDER BY extract(epoch FROM used.at - begun.at)
        )
    FROM used
    JOIN search ON search.id = used.search_id AND search.call_id = used.call_id
    JOIN begun ON begun.call_id = used.call_id AND begun.id = used.search_id
    WHERE used.at >= begun.at
    GROUP BY used.key
"""  # noqa: S608  a constant of hits.attempts


@dataclass(frozen=True, slots=True)
class Window:
    """Which hits belong together under one key: an entry's in [starts_at, ends_at)."""

    key: str
    entry_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Uses that were found by a search, the median rank of the used match and seconds from key to use."""

    uses: int
    median_rank: float | None
    median_seconds: float | None


def found_in(windows: Iterable[Window]) -> dict[str, Found]:
    """By key; one without such uses is not in it. One query."""
    rows = list(windows)
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            FOUND,
            {
                "keys": [one.key for one in rows],
                "entries": [one.entry_id for one in rows],
                "starts": [one.starts_at for one in rows],
                "ends": [one.ends_at for one in rows],
                "first": min(one.starts_at for one in rows),
                "last": max(one.ends_at for one in rows),
            },
        )
        return {
            key: Found(uses, rank, float(seconds) if seconds is not None else None)
            for key, uses, rank, seconds in cursor.fetchall()
        }
