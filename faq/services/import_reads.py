"""What the pages of imports show, read for one person."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.functional import Promise

from accounts.models import Agent
from faq import differing
from faq.differing import Piece
from faq.exchange import BY_NAME
from faq.exchange.labels import LABELS
from faq.models import ImportRow, ImportRun

ROWS_OF_A_PAGE = 50
LONGEST_BY_WORDS = 3_000  # beyond, the two texts stand one after the other
BESIDE = ("external_id", "question")  # of a new row: they stand beside its fields anyway
Status = ImportRow.Status


@dataclass(frozen=True)
class Change:
    """One field of a row: what it would be, or word by word what becomes of it."""

    label: Promise
    pieces: list[Piece]


@dataclass(frozen=True)
class ShownRow:
    """One row of the preview."""

    number: int
    status: str
    status_label: str
    external_id: str
    question: str
    changes: list[Change]
    problems: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Preview:
    """A page of rows, the number of rows by status, and how many are closed to the person."""

    status: str
    page: Page[ImportRow]
    rows: list[ShownRow]
    tabs: list[tuple[str, str, int]]
    hidden: int


@dataclass(frozen=True)
class Column:
    """One column of a file: its first values, and the field it is."""

    name: str
    samples: list[str]
    field: str | None


def preview(run: ImportRun, person: Agent, *, status: str, page: str) -> Preview:
    """The rows of this status; without one the first that has any of errors, changed, new and unchanged.

    Four queries, whatever the number of rows.
    """
    readable = ImportRow.objects.readable_by(person).filter(run=run)
    numbers = dict(readable.order_by().values_list("status").annotate(number=Count("pk")))
    order = [Status.ERROR, Status.CHANGED, Status.NEW, Status.UNCHANGED]
    if status not in numbers:
        status = next((each.value for each in order if each in numbers), Status.NEW.value)
    found = Paginator(readable.filter(status=status), ROWS_OF_A_PAGE).get_page(page)
    return Preview(
        status=status,
        page=found,
        rows=[_shown(row) for row in found.object_list],
        tabs=[(each.value, str(each.label), numbers.get(each.value, 0)) for each in order],
        hidden=run.rows.count() - sum(numbers.values()),
    )


def columns(run: ImportRun) -> list[Column]:
    """The columns of the file in their order."""
    known = run.options.get("columns", {})
    return [Column(name, values, known.get(name)) for name, values in run.options.get("samples", [])]


def are_foreign(found: list[Column]) -> bool:
    """Whether any column has a name that is not ours."""
    return any(column.name not in BY_NAME for column in found)


def _shown(row: ImportRow) -> ShownRow:
    shown = BESIDE if row.status == Status.NEW else ()
    return ShownRow(
        row.number,
        row.status,
        row.get_status_display(),
        row.external_id,
        row.question,
        [_change(name, *row.changes[name]) for name in LABELS if name in row.changes and name not in shown],
        [(str(LABELS.get(name, name)), cell, reason) for name, cell, reason in row.problems],
    )


def _change(name: str, before: str, after: str) -> Change:
    if len(before) + len(after) <= LONGEST_BY_WORDS:
        return Change(LABELS[name], differing.words(before, after))
    pieces = [Piece("gone", before), Piece("new", after)]
    return Change(LABELS[name], [piece for piece in pieces if piece.text])
