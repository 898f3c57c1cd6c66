"""What calls show about entries: opened together, asked for by which line, found by which words.

For the proposals of a month: each is one query over a few months, with an upper bound of rows, and nobody's
name is in any.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from hits.confirmed import CONFIRMED
from kb.lib.months import SITE_ZONE

OPENED = """
    WITH opened AS (
        SELECT DISTINCT call_id, entry_id FROM hits_hitevent
        WHERE at >= %(starts_at)s AND at < %(ends_at)s AND how <> 'taken_back' AND counts
            AND call_id IS NOT NULL
    )
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries, the smaller id first, and the calls in which both were opened."""

    one: int
    other: int
    calls: int


@dataclass(frozen=True, slots=True)
class ConfirmedText:
    """A masked text that led to an entry, confirmed in so many calls."""

    entry_id: int
    text: str
    calls: int


def opened_together(starts_at: datetime, ends_at: datetime, *, calls: int, most: int) -> list[Pair]:
    """The pairs opened together in at least so many calls, the most often first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {OPENED}
            SELECT one.entry_id, other.entry_id, count(*) FROM opened one
            JOIN opened other ON other.call_id = one.call_id AND other.entry_id > one.entry_id
            GROUP BY 1, 2 HAVING count(*) >= %(calls)s ORDER BY 3 DESC, 1, 2 LIMIT %(most)s
            """,  # noqa: S608  a constant of this module
            {"starts_at": starts_at, "ends_at": ends_at, "calls": calls, "most": most},
        )
        return [Pair(*row) for row in cursor.fetchall()]


def opened_beside_categories(
    starts_at: datetime, ends_at: datetime, *, calls: int
) -> dict[int, dict[int, int]]:
    """By entry and category, in how many calls, if so many, another entry filed there was opened."""
    found: dict[int, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {OPENED}
            SELECT one.entry_id, filed.category_id, count(DISTINCT one.call_id) FROM opened one
            JOIN opened other ON other.call_id = one.call_id AND other.entry_id <> one.entry_id
            JOIN faq_entry filed ON filed.id = other.entry_id AND filed.category_id IS NOT NULL
            GROUP BY 1, 2 HAVING count(DISTINCT one.call_id) >= %(calls)s
            """,  # noqa: S608  a constant of this module
            {"starts_at": starts_at, "ends_at": ends_at, "calls": calls},
        )
        for entry_id, category_id, number in cursor.fetchall():
            found.setdefault(entry_id, {})[category_id] = number
    return found


def calls_opening(entries: Collection[int], starts_at: datetime, ends_at: datetime) -> dict[int, int]:
    """In how many calls each of these entries was opened; one that was not is not in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{OPENED} SELECT entry_id, count(*) FROM opened"  # noqa: S608  a constant of this module
            " WHERE entry_id = ANY(%(entries)s) GROUP BY entry_id",
            {"starts_at": starts_at, "ends_at": ends_at, "entries": list(entries)},
        )
        return dict(cursor.fetchall())


def hits_by_asking_line(starts_at: datetime, ends_at: datetime) -> dict[int, dict[int, float]]:
    """By entry and line, how many hits came from that line.

    A hit is of the line its search was filtered by; without such a filter, in equal parts of its agent's.
    """
    found: dict[int, dict[int, float]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH used AS (
                SELECT hit.entry_id, hit.agent_id, line.id AS line_id, count(*) AS hits
                FROM hits_hit hit
                LEFT JOIN hits_searchlog search ON search.id = hit.search_id
                LEFT JOIN accounts_businessline line ON line.code = search.filters ->> 'line'
                WHERE hit.at >= %(starts_at)s AND hit.at < %(ends_at)s
                GROUP BY 1, 2, 3
            ), part AS (
                SELECT agent_id, businessline_id AS line_id,
                    1.0 / count(*) OVER (PARTITION BY agent_id) AS part
                FROM accounts_agent_lines
            )
            SELECT entry_id, line_id, sum(hits)::float FROM (
                SELECT entry_id, line_id, hits FROM used WHERE line_id IS NOT NULL
                UNION ALL
                SELECT used.entry_id, part.line_id, used.hits * part.part FROM used
                JOIN part USING (agent_id) WHERE used.line_id IS NULL
            ) AS asked GROUP BY 1, 2 ORDER BY 1, 2
            """,
            {"starts_at": starts_at, "ends_at": ends_at},
        )
        for entry_id, line_id, hits in cursor.fetchall():
            found.setdefault(entry_id, {})[line_id] = hits
    return found


def confirmed_texts(
    entries: Collection[int], starts_at: datetime, ends_at: datetime, *, most: int
) -> list[ConfirmedText]:
    """What led to these entries, at most so many texts of each, those of most calls first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT entry_id, text, calls FROM (
                SELECT event.entry_id, search.text, count(DISTINCT event.call_id) AS calls,
                    row_number() OVER (
                        PARTITION BY event.entry_id ORDER BY count(DISTINCT event.call_id) DESC, search.text
                    ) AS place
                {CONFIRMED} AND search.text <> '' AND event.entry_id = ANY(%(entries)s)
                GROUP BY event.entry_id, search.text
            ) AS said WHERE place <= %(most)s ORDER BY entry_id, place
            """,  # noqa: S608  a constant of hits.confirmed
            {"starts_at": starts_at, "ends_at": ends_at, "entries": list(entries), "most": most},
        )
        return [ConfirmedText(*row) for row in cursor.fetchall()]


def asking_lines(
    texts: Iterable[tuple[str, Sequence[str]]], starts_at: datetime, ends_at: datetime
) -> dict[str, dict[int, float]]:
    """By key, the lines of those who searched with one of its texts; counted as hits are by line."""
    pairs = [(key, text) for key, group in texts for text in group]
    found: dict[str, dict[int, float]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH part AS (
                SELECT agent_id, businessline_id AS line_id,
                    1.0 / count(*) OVER (PARTITION BY agent_id) AS part
                FROM accounts_agent_lines
            ), asked AS (
                SELECT wanted.key, search.agent_id, line.id AS line_id
                FROM hits_searchlog search
                JOIN unnest(%(keys)s::text[], %(texts)s::text[]) AS wanted (key, text) USING (text)
                LEFT JOIN accounts_businessline line ON line.code = search.filters ->> 'line'
                WHERE search.at >= %(starts_at)s AND search.at < %(ends_at)s
            )
            SELECT key, coalesce(asked.line_id, part.line_id), sum(coalesce(part.part, 1))::float FROM asked
            LEFT JOIN part ON part.agent_id = asked.agent_id AND asked.line_id IS NULL
            WHERE coalesce(asked.line_id, part.line_id) IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
            """,
            {
                "starts_at": starts_at,
                "ends_at": ends_at,
                "keys": [key for key, _ in pairs],
                "texts": [text for _, text in pairs],
            },
        )
        for key, line_id, number in cursor.fetchall():
            found.setdefault(key, {})[line_id] = number
    return found


def busiest_days(starts_at: datetime, ends_at: datetime) -> dict[int, int]:
    """By entry its most hits on one of these days."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT entry_id, max(hits)::int FROM (
                SELECT entry_id, day, sum(hits) AS hits FROM hits_dailyhits
                WHERE day >= (%(starts_at)s AT TIME ZONE %(zone)s)::date
                    AND day < (%(ends_at)s AT TIME ZONE %(zone)s)::date
                GROUP BY entry_id, day
            ) AS days GROUP BY entry_id
            """,
            {"starts_at": starts_at, "ends_at": ends_at, "zone": str(SITE_ZONE)},
        )
        return dict(cursor.fetchall())
