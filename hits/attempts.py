"""Attempts that were given up (product.md §5): what an agent typed last and no entry answered.

Searches of one call belong to one attempt until an entry is asked or 60 s pass without another search. An
entry was asked when a use of it that stands followed within that time, or names one of the searches: events
may be logged before their search is. Who logged the events does not matter for that; whose attempts are
read, the caller says.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from hits.confirmed import CONFIRMED

PAUSE = "interval '60 seconds'"
LONGEST_CALL = "interval '1 day'"
LONGEST_ATTEMPT = timedelta(minutes=10)
FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)

# Searches and uses of calls (``moment``: call_id, at, id, is_use) with the number of their attempt.
NUMBERED = f"""followed AS (
        SELECT *, lag(at) OVER in_order AS before_at, lag(is_use) OVER in_order AS is_after_use
        FROM moment WINDOW in_order AS (PARTITION BY call_id ORDER BY at, is_use, id)
    ), numbered AS (
        SELECT *, count(*) FILTER (
            WHERE NOT is_use AND (before_at IS NULL OR is_after_use OR at - before_at > {PAUSE})
        ) OVER (PARTITION BY call_id ORDER BY at, is_use, id) AS attempt
        FROM followed
    )"""  # noqa: S608  a constant of this module

GIVEN_UP = f"""
    WITH search AS (
        SELECT id, call_id, agent_id, text, at FROM hits_searchlog
        JOIN unnest(%(froms)s::timestamptz[], %(untils)s::timestamptz[]) AS looked (since, until)
            ON at >= looked.since AND at < looked.until
        WHERE call_id IS NOT NULL AND agent_id = ANY(%(agents)s)
    ), event AS MATERIALIZED (
        SELECT call_id, entry_id, search_id, at, how, xid, seq FROM hits_hitevent
        WHERE call_id IN (SELECT call_id FROM search) AND how <> 'opened'
            AND at >= %(since)s::timestamptz - {LONGEST_CALL} AND at < %(until)s::timestamptz + {LONGEST_CALL}
    ), back AS MATERIALIZED (
        SELECT call_id, entry_id, xid, seq FROM event WHERE how = 'taken_back'
    ), asked AS (
        SELECT call_id, search_id, at FROM event
        WHERE how <> 'taken_back' AND NOT EXISTS (
            SELECT FROM back
            WHERE back.call_id = event.call_id AND back.entry_id = event.entry_id
                AND (back.xid, back.seq) > (event.xid, event.seq)
        )
    ), moment AS (
        SELECT call_id, at, id, false AS is_use FROM search
        UNION ALL
        SELECT call_id, at, NULL, true FROM asked
    ), {NUMBERED}, answered AS (
        SELECT call_id, attempt FROM numbered
        WHERE is_use AND NOT is_after_use AND at - before_at <= {PAUSE}
        UNION
        SELECT numbered.call_id, attempt FROM numbered
        JOIN asked ON asked.call_id = numbered.call_id AND asked.search_id = numbered.id
    ), tried AS (
        SELECT call_id, attempt, agent_id, max(search.at) AS at,
            array_agg(search.text::text ORDER BY search.at, id) AS texts
        FROM numbered JOIN search USING (call_id, id) GROUP BY call_id, attempt, agent_id
    )
    SELECT call_id, agent_id, texts, at FROM tried
    WHERE texts[cardinality(texts)] <> '' AND at < coalesce(%(now)s, now()) - {PAUSE}
        AND NOT EXISTS (
            SELECT FROM answered WHERE answered.call_id = tried.call_id AND answered.attempt = tried.attempt
        )
    ORDER BY at, call_id
"""  # noqa: S608  a constant of this module


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that was given up: its searches, masked, oldest first, and the time of the last."""

    call_id: UUID
    agent_id: int
    texts: list[str]
    at: datetime

    @property
    def text(self) -> str:
        """The one that stands for it."""
        return self.texts[-1]


def given_up(since: datetime, agents: Collection[int], until: datetime | None = None) -> list[Attempt]:
    """Those of these people's calls since then, oldest first; what is still going on is not among them.

    One belongs to where its last search does: with ``until`` what went on after it is not among them either.
    """
    found = _given_up([(since, until and until + LONGEST_ATTEMPT)], agents, None)
    return [one for one in found if until is None or one.at < until]


def given_up_within(
    windows: Sequence[tuple[datetime, datetime]], agents: Collection[int], *, now: datetime
) -> list[Attempt]:
    """The same for these stretches of time, which must not overlap; an attempt lies where its last search is.

    What had been going on for more than ten minutes before a stretch is cut off there.
    """
    padded = [(since - LONGEST_ATTEMPT, until) for since, until in windows]
    found = _given_up(padded, agents, now)
    return [one for one in found if any(since <= one.at < until for since, until in windows)]


def _given_up(
    windows: Sequence[tuple[datetime, datetime | None]], agents: Collection[int], now: datetime | None
) -> list[Attempt]:
    values: dict[str, Any] = {
        "froms": [since for since, _until in windows],
        "untils": [until or FOR_EVER for _since, until in windows],
        "agents": list(agents),
        "now": now,
    }
    values |= {
        "since": min(values["froms"], default=FOR_EVER),
        "until": max(values["untils"], default=FOR_EVER),
    }
    with connection.cursor() as cursor:
        cursor.execute(GIVEN_UP, values)
        return [Attempt(*row) for row in cursor.fetchall()]


def last_confirmed(since: datetime) -> dict[str, datetime]:
    """When each text last led to an entry that was confirmed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT search.text, max(event.at) {CONFIRMED} AND search.text <> '' GROUP BY search.text",
            {"starts_at": since, "ends_at": "infinity"},
        )
        return dict(cursor.fetchall())
