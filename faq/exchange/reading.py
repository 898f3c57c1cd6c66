"""What a reader gives: rows with parsed values, and every problem with its place."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from faq.exchange import cells as cells_
from faq.exchange.fields import BY_NAME

LONGEST_CELL = 1_000_000  # characters; 200 similar questions of 500 characters are 100,000
LONGEST_LINE = 4_000_000  # bytes of one line of a file
MOST_ROWS = 50_000
LARGEST_FILE = 200_000_000  # bytes
MOST_PROBLEMS = 10_000
LEFT_OUT = ""
MOST_SAMPLES = 3
LONGEST_SAMPLE = 100
PEEKED_ROWS = 20
MOST_COLUMNS = 200


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be imported: the line of the file, the field and, for a workbook, the cell."""

    line: int | None
    field: str
    reason: str
    cell: str = ""

    def __str__(self) -> str:
        place = [_("line %(line)s") % {"line": self.line}] if self.line else []
        place += [self.cell] if self.cell else []
        place += [self.field] if self.field else []
        return f"{', '.join(place)}: {self.reason}" if place else self.reason


@dataclass
class Row:
    """One row: the values of the fields it has, and the names of those that could not be read."""

    line: int
    values: dict[str, Any]
    cells: Mapping[str, str] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def problem(self, name: str, reason: str) -> Problem:
        return Problem(self.line, name, reason, self.cells.get(name, ""))


@dataclass
class Peek:
    """The first lines of a file: its columns in their order, each with the first values it has.

    ``refused`` says why nothing of it can be read, as far as its beginning tells.
    """

    samples: dict[str, list[str]] = field(default_factory=dict)
    refused: str = ""

    def add(self, cells: Mapping[str, str]) -> None:
        for given, value in cells.items():
            name, text = _plain(given), _plain(value)
            if name:
                self.samples.setdefault(name, [])
            if name and text.strip() and len(self.samples[name]) < MOST_SAMPLES:
                self.samples[name].append(text.strip()[:LONGEST_SAMPLE])


def _plain(text: str) -> str:
    """Without what no database can hold."""
    return text.replace("\x00", "").encode(errors="replace").decode()


@dataclass
class Reading:
    """All that was read of a file; ``notes`` tell what was decided while reading it,
    ``repeated`` how many items of lists stood there twice and were taken once.

    ``columns`` says which field a column of another name is, or `LEFT_OUT`.
    """

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    repeated: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)

    def refuse(self, reason: str, line: int | None = None, name: str = "", cell: str = "") -> None:
        self.problems.append(Problem(line, name, reason, cell))

    def is_full(self) -> bool:
        """Whether there are more rows, or more problems, than one import takes; says so once."""
        if len(self.problems) >= MOST_PROBLEMS:
            self.notes.append(_("There are too many problems; the rest of the file was not read."))
            return True
        if len(self.rows) < MOST_ROWS:
            return False
        self.refuse(_("the file has more than %(most)s rows; split it") % {"most": MOST_ROWS})
        return True

    def add(self, line: int, raw: Mapping[str, Any], cells: Mapping[str, str] | None = None) -> None:
        """Parse one row of raw values by field name."""
        row = Row(line, {}, cells or {})
        for name, value in raw.items():
            try:
                parsed = row.values[name] = BY_NAME[name].parse(value)
                if BY_NAME[name].is_list and value:
                    given = [item for item in value if not isinstance(item, str) or item.strip()]
                    self.repeated += len(given) - len(parsed)
            except ValueError as error:
                row.bad.add(name)
                self.problems.append(row.problem(name, str(error)))
        self.rows.append(row)

    def add_cells(self, line: int, texts: Mapping[str, str], cells: Mapping[str, str] | None = None) -> None:
        """The same for a row of a table, where lists are one text."""
        raw = {name: cells_.split(text) if BY_NAME[name].is_list else text for name, text in texts.items()}
        self.add(line, raw, cells)

    def named(self, names: Sequence[str]) -> list[str]:
        """The fields these columns are; a name nobody has told about stays."""
        return [self.columns.get(name, name) for name in names]

    def check_header(self, names: list[str]) -> bool:
        """Whether a table's first row names known fields, each once; tells every other name."""
        before = len(self.problems)
        if len(names) > MOST_COLUMNS:
            self.refuse(_("the file has more than %(most)s columns") % {"most": MOST_COLUMNS})
            return False
        unknown = [name for name in names if name and name not in BY_NAME]
        if not any(names):
            self.refuse(_("the file is empty"))
        if unknown:
            self.refuse(unknown_columns(unknown), line=1)
        for name, count in Counter(names).items():
            if name in BY_NAME and count > 1:
                self.refuse(_("the column stands twice"), line=1, name=name)
        return len(self.problems) == before


def unknown_columns(names: list[str]) -> str:
    shown = ", ".join(name[:50] for name in names[:20])
    return _("unknown columns: %(names)s; known are %(known)s") % {
        "names": shown,
        "known": ", ".join(BY_NAME),
    }
