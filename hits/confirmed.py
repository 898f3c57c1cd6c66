"""Searches that ended with “this answered it”: what an agent typed, and the entry that was meant.

Confirmations that were taken back do not count. A search that led to an entry in several calls is one pair
with its number of calls. Nobody's name is in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from kb.lib.months import SITE_ZONE, Month

CONFIRMED = """
    FROM hits_searchlog search
    JOIN hits_hitevent event ON event.call_id = search.call_id AND event.search_id = search.id
    WHERE search.at >= %(starts_at)s AND search.at < %(ends_at)s
        AND event.how = 'confirmed' AND event.counts
        AND NOT EXISTS (
            SELECT FROM hits_hitevent later
            WHERE later.call_id = event.call_id AND later.entry_id = event.entry_id
                AND later.how = 'taken_back' AND (later.xid, later.seq) > (event.xid, event.seq)
        )
"""


@dataclass(frozen=True)
class ConfirmedSearch:
    """A masked text and the entry it led to, in so many calls."""

    text: str
    entry_id: int
    calls: int


@dataclass(frozen=True)
class ConfirmedWording:
    """One wording of an entry as agents typed it, and in how many calls it led to another entry."""

    entry_id: int
    key: str
    text: str
    calls: int
    agents: int
    calls_elsewhere: int


@dataclass(frozen=True)
class MonthOfRanks:
    """How often the entry that answered stood at which rank of what was shown; 0 is not shown at all."""

    month: Month
    calls_at_rank: dict[int, int]


def confirmed_searches(month: Month, most: int) -> list[ConfirmedSearch]:
    """Every pair of the month, at most so many: then the same drawn at random every time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search.text, event.entry_id, count(DISTINCT event.call_id)"
            f" {CONFIRMED} AND search.text <> '' GROUP BY search.text, event.entry_id"
            " ORDER BY md5(search.text || ' ' || event.entry_id), search.text, event.entry_id LIMIT %(most)s",
            {"starts_at": month.starts_at, "ends_at": month.ends_at, "most": most},
        )
        return [ConfirmedSearch(*row) for row in cursor.fetchall()]


def confirmed_wordings(
    since: datetime, key_of: Callable[[str], str], *, calls: int, agents: int
) -> list[ConfirmedWording]:
    """What led to an entry since then in at least so many calls, by at least so many agents.

    Texts with the same key are one wording, spelt as in most calls; those without a key are left out.
    """
    period: dict[str, Any] = {"starts_at": since, "ends_at": "infinity"}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT search.text {CONFIRMED}", period)
        keys = {text: key for (text,) in cursor.fetchall() if (key := key_of(text))}
        cursor.execute(
            f"""
            WITH said AS (
                SELECT DISTINCT search.text::text AS text, event.entry_id, event.call_id, event.agent_id
                {CONFIRMED}
            ), wording AS (
                SELECT entry_id, key, mode() WITHIN GROUP (ORDER BY text COLLATE "C") AS text,
                    count(DISTINCT call_id) AS calls, count(DISTINCT agent_id) AS agents
                FROM said JOIN unnest(%(texts)s::text[], %(keys)s::text[]) AS known (text, key) USING (text)
                GROUP BY entry_id, key
            ), compared AS (
                SELECT *, (sum(calls) OVER (PARTITION BY key) - calls)::bigint AS calls_elsewhere FROM wording
            )
            SELECT entry_id, key, text, calls, agents, calls_elsewhere FROM compared
            WHERE calls >= %(calls)s AND agents >= %(agents)s ORDER BY entry_id, key
            """,  # noqa: S608  a constant of this module
            period | {"texts": list(keys), "keys": list(keys.values()), "calls": calls, "agents": agents},
        )
        return [ConfirmedWording(*row) for row in cursor.fetchall()]


def ranks_by_month(last: Month, months: int) -> list[MonthOfRanks]:
    """So many months up to and with the last one, each with the ranks at which agents saw their answer."""
    first = last.later(1 - months)
    found: dict[date, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('month', search.at AT TIME ZONE %(zone)s)::date,"
            " coalesce(array_position(search.match_ids, event.entry_id), 0),"
            f" count(DISTINCT (event.call_id, event.entry_id)) {CONFIRMED} GROUP BY 1, 2",
            {"zone": str(SITE_ZONE), "starts_at": first.starts_at, "ends_at": last.ends_at},
        )
        for month, rank, calls in cursor.fetchall():
            found.setdefault(month, {})[rank] = calls
    shown = [first.later(number) for number in range(months)]
    return [MonthOfRanks(month, found.get(month.first_day, {})) for month in shown]
