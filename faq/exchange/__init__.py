"""Entries as files: one format in JSONL, CSV and XLSX (product.md §3, README.md beside this file).

`read` and `write` choose by the file's suffix. Nothing here touches the database.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from faq.exchange import jsonl, table, workbook
from faq.exchange.content import TEXT_FIELDS, Content
from faq.exchange.fields import BY_NAME, FIELDS
from faq.exchange.reading import LARGEST_FILE, LEFT_OUT, Peek, Problem, Reading, Row
from kb.lib.errors import RuleBrokenError

__all__ = [
    "BY_NAME",
    "FIELDS",
    "LEFT_OUT",
    "TEXT_FIELDS",
    "Content",
    "Peek",
    "Problem",
    "Reading",
    "Row",
    "peek",
    "read",
    "write",
]

READERS = {".jsonl": jsonl.read, ".csv": table.read, ".xlsx": workbook.read}
PEEKERS = {".jsonl": jsonl.peek, ".csv": table.peek, ".xlsx": workbook.peek}
WRITERS = {".jsonl": jsonl.write, ".csv": table.write, ".xlsx": workbook.write}


def read(path: Path, columns: Mapping[str, str] | None = None) -> Reading:
    """Read a file within limits of memory and time; everything wrong with it is in the reading's problems.

    ``columns`` says which field a column of another name is; those named `LEFT_OUT` are not read.

    Raises RuleBrokenError when the suffix is none of ours, and OSError when the file cannot be opened.
    """
    reader = READERS[_suffix(path)]
    reading = Reading(columns=columns or {})
    if path.stat().st_size > LARGEST_FILE:
        reading.refuse(
            _("the file is larger than %(most)s MB; split it") % {"most": LARGEST_FILE // 1_000_000}
        )
        return reading
    reader(path, reading)
    return reading


def peek(path: Path) -> Peek:
    """The names of a file's columns and their first values, whatever they are; none of a file we refuse."""
    if path.stat().st_size > LARGEST_FILE:
        return Peek()
    return PEEKERS[_suffix(path)](path)


def write(path: Path, contents: Iterable[Content]) -> None:
    """Write a file, or leave what was there untouched.

    Raises RuleBrokenError when the suffix is none of ours, or a text does not fit into a workbook's cell.
    """
    writer = WRITERS[_suffix(path)]
    aside = path.with_name(f".{path.name}.part{path.suffix}")
    try:
        writer(aside, contents)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise RuleBrokenError(
            _("“%(name)s” is none of %(formats)s.") % {"name": path.name, "formats": ", ".join(READERS)}
        )
    return suffix
