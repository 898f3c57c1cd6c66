"""Whole histories at once, with times of their own: for first loads, demo data and measurements.

Only the owner of the tables may do this; the web role may give no event a time. Afterwards, and outside
any transaction, ``rollup.catch_up()`` counts what was loaded by the same code as everything else.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from hits.searches import MOST_CHARACTERS
from kb.lib.masking import mask


class EventRow(NamedTuple):
    """One event; ``settings`` as in force then, None for the defaults."""

    id: UUID
    at: datetime
    agent_id: int
    entry_id: int
    line_id: int
    how: str
    call_id: UUID | None
    search_id: UUID | None = None
    counts: bool = True
    settings: Mapping[str, int] | None = None


class CallRow(NamedTuple):
    id: UUID
    agent_id: int
    started_at: datetime
    ended_at: datetime | None
    external_id: str = ""


class SearchRow(NamedTuple):
    """One settled search; its text is masked while it is loaded."""

    id: UUID
    at: datetime
    agent_id: int
    call_id: UUID | None
    text: str
    match_ids: Sequence[int]
    took_ms: int
    filters: Mapping[str, Any] | None = None


DEFAULT_SETTINGS = {"dwell_seconds": 8, "same_entry_minutes": 10}


def load_events(rows: Iterable[EventRow]) -> int:
    """Append events with the times they give; how many. Raises when an id is there already."""
    default = _json(DEFAULT_SETTINGS)
    return _copy(
        "hits_hitevent",
        EventRow._fields,
        ((*row[:-1], _json(row.settings) if row.settings else default) for row in rows),
    )


def load_calls(rows: Iterable[CallRow]) -> int:
    """Add calls with the times they give; how many."""
    return _copy("hits_call", CallRow._fields, rows)


def load_searches(rows: Iterable[SearchRow]) -> int:
    """Add settled searches with the times they give, masked; how many."""
    return _copy(
        "hits_searchlog",
        SearchRow._fields,
        (
            (*row[:4], mask(row.text)[:MOST_CHARACTERS], list(row.match_ids), row.took_ms, _json(row.filters))
            for row in rows
        ),
    )


def _json(value: Mapping[str, Any] | None) -> str:
    return json.dumps(value or {})


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY the rows in one statement, and let the planner know that they are there."""
    with connection.cursor() as cursor:
        with (
            connection.wrap_database_errors,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        copied: int = cursor.rowcount
        cursor.execute(f"ANALYZE {table}")
    return copied
