"""The entries in the files beside this one, in the format of `import_entries`."""

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kb.demo.topics import Topic
from kb.lib.months import SITE_ZONE

FILES = ("entries_a.jsonl", "entries_b.jsonl", "entries_c.jsonl")
WRITTEN = date(2026, 8, 1)
YEAR = re.compile(r"(?<!\d)20[2-9]\d(?!\d)")
Row = dict[str, Any]


def rows(now: datetime) -> list[Row]:
    """Every entry, a dictionary by the names of the import's columns.

    From the year after they were written on, campaigns are those of the year, and so are the reviews due.
    """
    folder = Path(__file__).parent
    lines = [line for name in FILES for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    years = max(0, (now.astimezone(SITE_ZONE).date() - WRITTEN).days // 365)
    return [_moved(json.loads(line), years) for line in lines]


def topics(entries: Iterable[Row]) -> list[Topic]:
    """The entries as the generator sees them, askable within their validity."""
    return [
        Topic(
            key=row["external_id"],
            line=row["line"],
            lines_concerned=tuple(row["lines_concerned"]),
            category=row["category"],
            kind=row["kind"],
            question=row["question"],
            similar_questions=tuple(row["similar_questions"]),
            keywords=tuple(row["keywords"]),
            related=tuple(row["related"]),
            asked_from=moment(row["valid_from"]),
            asked_until=moment(row["valid_until"]),
        )
        for row in entries
    ]


def moment(written: str | None) -> datetime | None:
    """A time without a zone is the site's."""
    return datetime.fromisoformat(written).replace(tzinfo=SITE_ZONE) if written else None


def _moved(row: Row, years: int) -> Row:
    """The same campaign so many years later, in its dates as in its words; other entries keep theirs."""
    if years and row["kind"] == "campaign":
        return {name: _later(value, years) for name, value in row.items()}
    return {**row, "review_due_on": _later(row["review_due_on"], years)}


def _later(value: Any, years: int) -> Any:
    if isinstance(value, list):
        return [_later(item, years) for item in value]
    if not isinstance(value, str):
        return value
    return YEAR.sub(lambda found: str(int(found[0]) + years), value).replace("02-29", "02-28")
