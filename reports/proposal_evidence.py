"""What a rule saw, as tables: figures, the searches that led there, and both texts with their differences."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Agent, BusinessLine
from faq import comparing
from faq.comparing import Difference
from faq.models import Entry, Revision
from reports.models import Proposal
from reports.proposal_reads import questions_of

Kind = Proposal.Kind
Seen = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """``entry`` is what a name leads to; a number stands to the right."""

    text: str
    entry: int | None = None
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    title: str
    heads: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Evidence:
    """``differences`` are of the text that goes from the one that stays, told apart word by word."""

    tables: Sequence[Table]
    differences: Sequence[Difference] = field(default_factory=list)
    sides: tuple[str, str] | None = None


def evidence(proposal: Proposal, reader: Agent) -> Evidence:
    """Everything but the facts in a sentence; a fixed number of queries."""
    tables = _TABLES.get(Kind(proposal.kind), _none)(proposal.evidence, reader)
    tables = [*tables, *_found_by(proposal.evidence.get("found_by", []), reader)]
    found = [table for table in tables if table.rows]
    if proposal.kind == Kind.COMBINE:
        return Evidence(found, *_texts(proposal))
    return Evidence(found)


def _texts(proposal: Proposal) -> tuple[Sequence[Difference], tuple[str, str] | None]:
    texts = Revision.objects.filter(live_entry__in=[proposal.entry_id, proposal.other_id])
    both = {text.entry_id: text for text in texts.select_related("line").prefetch_related("lines_concerned")}
    goes, stays = both.get(proposal.entry_id or 0), both.get(proposal.other_id or 0)
    if goes is None or stays is None:
        return [], None
    told = comparing.compare(comparing.values(goes), comparing.values(stays))
    return told, (goes.question, stays.question)


def _reorder(seen: Seen, reader: Agent) -> list[Table]:
    rows = seen.get("order", [])
    known = questions_of([row["entry"] for row in rows], reader)
    heads = [Cell(_("Place"), is_number=True), Cell(_("Question")), Cell(_("Hits"), is_number=True)]
    cells = []
    for place, row in enumerate(rows, start=1):
        note = _("new") if row.get("is_new") else ""
        cells.append([_number(place), _entry(row["entry"], known, note), _number(row["hits"])])
    return [Table(_("The category when it was proposed"), heads, cells)]


def _feature(seen: Seen, reader: Agent) -> list[Table]:  # noqa: ARG001
    names = dict(BusinessLine.objects.values_list("pk", "name"))
    heads = [Cell(_("Asked by people of")), Cell(_("Share"), is_number=True)]
    rows = [[Cell(names.get(row["line"], "–")), _percent(row["share"])] for row in seen.get("lines", [])]
    return [Table(_("Who asks"), heads, rows)]


def _move(seen: Seen, reader: Agent) -> list[Table]:
    return [_near(_("Nearest by their words, filed there"), seen, reader)]


def _combine(seen: Seen, reader: Agent) -> list[Table]:
    rows = seen.get("entries", [])
    known = questions_of([row["entry"] for row in rows], reader)
    heads = [
        Cell(_("Entry")),
        Cell(_("Hits"), is_number=True),
        Cell(_("Calls that opened it"), is_number=True),
    ]
    cells = [[_entry(row["entry"], known), _number(row["hits"]), _number(row["calls"])] for row in rows]
    return [Table(_("Both entries"), heads, cells)]


def _split(seen: Seen, reader: Agent) -> list[Table]:  # noqa: ARG001
    return [
        _searches(_("What asks the entry’s own question"), seen.get("first", [])),
        _searches(_("What asks the second question"), seen.get("second", [])),
    ]


def _write(seen: Seen, reader: Agent) -> list[Table]:
    return [
        _searches(_("What agents typed"), seen.get("searches", [])),
        _near(_("The nearest entries there are"), seen, reader),
    ]


def _found_by(rows: list[Seen], reader: Agent) -> list[Table]:
    """The confirmed searches that led to each entry; what led to a closed one is not shown."""
    known = questions_of([row["entry"] for row in rows], reader)
    title = _("Searches that led to “%(question)s”")
    return [
        _searches(title % {"question": known[row["entry"]]}, row["searches"])
        for row in rows
        if row["entry"] in known
    ]


def _none(seen: Seen, reader: Agent) -> list[Table]:  # noqa: ARG001
    return []


_TABLES: dict[Proposal.Kind, Callable[[Seen, Agent], list[Table]]] = {
    Kind.REORDER: _reorder,
    Kind.FEATURE: _feature,
    Kind.MOVE: _move,
    Kind.COMBINE: _combine,
    Kind.SPLIT: _split,
    Kind.WRITE: _write,
}


def _searches(title: str, rows: Iterable[tuple[str, int]]) -> Table:
    heads = [Cell(_("Words")), Cell(_("Calls"), is_number=True)]
    return Table(title, heads, [[Cell(text), _number(calls)] for text, calls in rows])


def _near(title: str, seen: Seen, reader: Agent) -> Table:
    rows = seen.get("near", [])
    known = questions_of([row["entry"] for row in rows], reader)
    heads = [Cell(_("Entry")), Cell(_("Likeness"), is_number=True)]
    return Table(title, heads, [[_entry(row["entry"], known), _percent(row["likeness"])] for row in rows])


def _entry(pk: int, known: dict[int, str], note: str = "") -> Cell:
    """Closed entries have no name here."""
    if pk not in known:
        return Cell(_("an entry that is restricted to other lines"))
    return Cell(f"{known[pk]}（{note}）" if note else known[pk], entry=pk)


def _number(value: object) -> Cell:
    return Cell(str(value), is_number=True)


def _percent(share: float) -> Cell:
    return Cell(f"{100 * share:.0f} %", is_number=True)


def request_links(proposal: Proposal) -> list[tuple[str, Revision]]:
    """The texts and requests that were made of it, each with what it is for."""
    told = {**proposal.applied, **{f"undone {k}": v for k, v in proposal.applied.get("undone", {}).items()}}
    names = {
        "request": _("Request to withdraw"),
        "draft": _("Text"),
        "undone restoration": _("Request to restore"),
        "undone request": _("Request to withdraw"),
        "undone draft": _("Text"),
        "undone text": _("Text"),
    }
    keys = {name: told[name] for name in names if isinstance(told.get(name), int)}
    rows = Revision.objects.select_related("entry").in_bulk(keys.values())
    return [(names[name], rows[pk]) for name, pk in keys.items() if pk in rows]


def entry_choices(order: Sequence[int], reader: Agent) -> list[tuple[int, str]]:
    """The entries of a proposed order that are in force still, by their questions."""
    found = set(Entry.objects.in_force().filter(pk__in=order).values_list("pk", flat=True))
    known = questions_of(order, reader)
    closed = _("an entry that is restricted to other lines")
    return [(pk, known.get(pk, closed)) for pk in order if pk in found]
