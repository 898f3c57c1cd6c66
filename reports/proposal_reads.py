"""The reshuffle as a list: what is proposed, how much of each kind, and what it says. Read only."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Agent, BusinessLine
from faq.models import Category, Entry
from faq.services.locking import database_now
from kb.lib.months import Month
from reports import wordings
from reports.models import Proposal
from reports.outcomes import Outcome, outcomes
from reports.services.accepting import ALL_AT_ONCE

MOST_ROWS = 100
Kind, State = Proposal.Kind, Proposal.State
TABS = (State.OPEN, State.LATER, State.ACCEPTED, State.DISMISSED, State.UNDONE)


@dataclass(frozen=True)
class Row:
    """One proposal as a line of the list."""

    pk: int
    kind: str
    state: str
    word: str
    title: str
    facts: list[str]
    month: str
    is_changed: bool
    decided_by: str
    decided_at: datetime | None
    reason: str
    undone_by: str
    undone_at: datetime | None
    outcome: str = ""
    is_worse: bool = False

    @property
    def is_undecided(self) -> bool:
        return self.state in (State.OPEN, State.LATER)


@dataclass(frozen=True)
class Group:
    """One kind; of its ``number`` proposals the first are shown."""

    kind: str
    name: str
    number: int
    rows: Sequence[Row]

    @property
    def takes_all(self) -> bool:
        """Whether all of it may be accepted in one step."""
        return self.kind in ALL_AT_ONCE and self.number > 1

    @property
    def left_out(self) -> int:
        return self.number - len(self.rows)


def readable(reader: Agent) -> QuerySet[Proposal]:
    """Those who read reports read every proposal; who is asked to sign or write, what was made of one."""
    found = Proposal.objects.open_to(reader).select_related(
        "entry__live_revision", "other__live_revision", "category", "line", "decided_by", "undone_by"
    )
    if permissions.may_read_reports(reader):
        return found
    return found.filter(state__in=(State.ACCEPTED, State.UNDONE))


def groups(reader: Agent, state: Proposal.State) -> list[Group]:
    """The proposals in that state by kind; a fixed number of queries."""
    rows = readable(reader).filter(state=state)
    counts = Counter(dict(rows.order_by().values_list("kind").annotate(Count("pk"))))
    order = ["-weight", "pk"] if state in (State.OPEN, State.LATER) else ["-decided_at", "pk"]
    shown = {kind: list(rows.filter(kind=kind).order_by(*order)[:MOST_ROWS]) for kind in Kind if counts[kind]}
    names = Names.of([one for some in shown.values() for one in some], reader)
    came_of = _outcomes() if state == State.ACCEPTED else {}
    return [
        Group(kind, str(Kind(kind).label), counts[kind], _rows(some, names, came_of))
        for kind, some in shown.items()
    ]


def _rows(proposals: Iterable[Proposal], names: "Names", came_of: dict[int, Outcome]) -> list[Row]:
    """What made things worse stands first: it is offered for undo."""
    rows = [_with_outcome(row_of(one, names), came_of.get(one.pk)) for one in proposals]
    return sorted(rows, key=lambda row: not row.is_worse)


def _outcomes() -> dict[int, Outcome]:
    """What came of those that were accepted, up to the end of the last whole month."""
    return {one.proposal: one for one in outcomes(Month.of(database_now()).later(-1), None)}


def _with_outcome(row: Row, outcome: Outcome | None) -> Row:
    if outcome is None:
        return row
    return replace(row, outcome=wordings.outcome(outcome), is_worse=outcome.is_worse)


def tallies(reader: Agent) -> list[tuple[Proposal.State, int]]:
    """How many there are in each state."""
    counts = dict(readable(reader).order_by().values_list("state").annotate(Count("pk")))
    return [(state, counts.get(state, 0)) for state in TABS]


@dataclass(frozen=True)
class Names:
    """Entries, categories and lines by id, as far as the reader may know them."""

    questions: dict[int, str]
    categories: dict[int, str]
    lines: dict[int, str]

    @classmethod
    def of(cls, proposals: Iterable[Proposal], reader: Agent, more: Collection[int] = ()) -> "Names":
        """All that these name; three queries."""
        some = list(proposals)
        changes = [one.chosen or one.change for one in some]
        entries = {pk for one in some for pk in (one.entry_id, one.other_id) if pk}
        entries |= {change["into"] for change in changes if change.get("into")} | set(more)
        categories = {change["category"] for change in changes if change.get("category")}
        return cls(
            questions_of(entries, reader),
            dict(Category.objects.filter(pk__in=categories).values_list("pk", "path")),
            dict(BusinessLine.objects.values_list("pk", "name")),
        )

    def question(self, pk: int | None) -> str:
        return self.questions.get(pk or 0, _("an entry that is restricted to other lines"))

    def line(self, pk: int | None) -> str:
        return self.lines.get(pk, "–") if pk else _("everybody")


def questions_of(entry_ids: Collection[int], reader: Agent) -> dict[int, str]:
    """What these entries ask; without those that are closed to the reader, or never came out."""
    found = Entry.objects.unrestricted_for(reader).filter(pk__in=entry_ids, live_revision__isnull=False)
    return dict(found.values_list("pk", "live_revision__question"))


def row_of(proposal: Proposal, names: Names) -> Row:
    """The line of one."""
    return Row(
        pk=proposal.pk,
        kind=proposal.kind,
        state=proposal.state,
        word=proposal.get_state_display(),
        title=_title(proposal, names),
        facts=wordings.facts(proposal),
        month=f"{proposal.month:%Y-%m}",
        is_changed=bool(proposal.chosen),
        decided_by=str(proposal.decided_by or ""),
        decided_at=proposal.decided_at,
        reason=proposal.reason,
        undone_by=str(proposal.undone_by or ""),
        undone_at=proposal.undone_at,
    )


def _title(proposal: Proposal, names: Names) -> str:
    change = proposal.chosen or proposal.change
    question = names.question(proposal.entry_id)
    match proposal.kind:
        case Kind.REORDER:
            return proposal.category.path if proposal.category else ""
        case Kind.FEATURE:
            return _("%(question)s, for %(line)s") % {
                "question": question,
                "line": names.line(change.get("line")),
            }
        case Kind.MOVE:
            to = names.categories.get(change.get("category", 0)) or names.line(change.get("line"))
            return f"{question} → {to}"
        case Kind.COMBINE:
            return f"{question} → {names.question(change.get('into') or proposal.other_id)}"
        case Kind.SPLIT:
            return f"{question} / {change.get('question', '')}"
        case Kind.WRITE:
            return str(change.get("question", ""))
        case _:
            return question
