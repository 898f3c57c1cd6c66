"""What was asked in short stretches of time: calls by entry and by line, when, and in which words.

A hit without a call (API clients only) stands for a call of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection
from django.db.models import Min

from hits.models import Hit

By = Literal["entry", "line"]
COLUMN: dict[By, str] = {"entry": "entry_id", "line": "line_id"}
Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Asked:
    """How many calls asked for one entry or line in one of the windows, and of how many agents."""

    window: int
    key: int
    calls: int
    agents: int


def first_hit_at() -> datetime | None:
    """When counting began; None before any hit."""
    first: datetime | None = Hit.objects.aggregate(first=Min("at"))["first"]
    return first


def asked_in(windows: Sequence[Window], by: By) -> list[Asked]:
    """Calls by entry, or by the line that owned it then, in each half-open window (numbered from 0)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT looked.number - 1, hit.{COLUMN[by]},
                count(DISTINCT coalesce(hit.call_id, hit.event_id)), count(DISTINCT hit.agent_id)
            FROM unnest(%s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY
                AS looked (since, until, number)
            JOIN hits_hit hit ON hit.at >= looked.since AND hit.at < looked.until
            GROUP BY 1, 2
            """,  # noqa: S608  one of two constants
            [[since for since, _ in windows], [until for _, until in windows]],
        )
        return [Asked(*row) for row in cursor.fetchall()]


def call_times(by: By, key: int, window: Window) -> list[datetime]:
    """The first hit of each call in the window, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(at) FROM hits_hit WHERE {COLUMN[by]} = %s AND at >= %s AND at < %s"  # noqa: S608
            " GROUP BY coalesce(call_id, event_id) ORDER BY 1",
            [key, *window],
        )
        return [at for (at,) in cursor.fetchall()]


def words_for(entry_ids: Collection[int], window: Window, most: int) -> list[tuple[str, int]]:
    """The masked texts that led to these entries in the window, with their calls, most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search.text::text, count(DISTINCT coalesce(hit.call_id, hit.event_id)) AS calls"
            " FROM hits_hit hit JOIN hits_searchlog search ON search.id = hit.search_id"
            " WHERE hit.entry_id = ANY(%s) AND hit.at >= %s AND hit.at < %s AND search.text <> ''"
            " GROUP BY search.text ORDER BY calls DESC, 1 LIMIT %s",
            [list(entry_ids), *window, most],
        )
        return [(text, calls) for text, calls in cursor.fetchall()]


def entries_of_line(line_id: int, window: Window) -> list[int]:
    """The entries of the line that were asked in the window, the most asked first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry_id FROM hits_hit WHERE line_id = %s AND at >= %s AND at < %s"
            " GROUP BY entry_id ORDER BY count(*) DESC, entry_id",
            [line_id, *window],
        )
        return [pk for (pk,) in cursor.fetchall()]
