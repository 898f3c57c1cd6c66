"""Import: what a file would do is planned row by row first, and then done as a whole or not at all."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import permissions
from accounts.models import Agent, BusinessLine
from faq.exchange import BY_NAME, TEXT_FIELDS, Content, Problem, Reading, Row
from faq.models import Entry, EntryState, RevisionState
from faq.services.exporting import CHUNK, Snapshot, snapshots

AT_ONCE_FIELDS = frozenset(BY_NAME) - TEXT_FIELDS - {"external_id"}


class Status(Enum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Order:
    """Who imports and how: the line of rows that name none, whether lines are made and texts go live.

    With ``is_narrowed`` the importer meets only what they may see, as on a page; an operator at the machine
    meets every entry.
    """

    importer: Agent
    line: str = ""
    is_making_lines: bool = False
    is_publishing: bool = False
    is_narrowed: bool = False


@dataclass(frozen=True)
class Item:
    """What one row would do.

    ``content`` is the whole entry as the row wants it, ``fields`` what differs from ``before``. A change of
    the text goes into a draft (``writes_text``), which goes live when ``publishes``; the ``at_once`` fields
    are set directly.
    """

    row: Row
    content: Content
    before: Snapshot | None = None
    fields: tuple[str, ...] = ()
    at_once: frozenset[str] = frozenset()
    writes_text: bool = False
    publishes: bool = False

    @property
    def status(self) -> Status:
        if self.before is None:
            return Status.NEW
        return Status.CHANGED if self.fields or self.publishes else Status.UNCHANGED


@dataclass
class Plan:
    """Everything an import would do; it can be applied only without problems."""

    order: Order
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    new_lines: list[str] = field(default_factory=list)

    def count(self, status: Status) -> int:
        return sum(item.status == status for item in self.items)


def plan(reading: Reading, order: Order, *, tell: Callable[[int], object] = lambda _done: None) -> Plan:
    """Hold every row against the entry of its external id. Reads only, and locks nothing.

    ``tell`` hears how many rows were looked at since it was told last.
    """
    made = Plan(order, problems=list(reading.problems), notes=list(reading.notes))
    if order.is_publishing and not permissions.may_publish_unsigned(order.importer):
        reason = _("%(person)s may not publish without sign-off.") % {"person": order.importer.username}
        made.problems.append(Problem(None, "", reason))
    planner = _Planner(made, _named(reading.rows, made))
    for start in range(0, len(reading.rows), CHUNK):
        rows = reading.rows[start : start + CHUNK]
        planner.look_at(rows)
        tell(len(rows))
    made.problems.sort(key=lambda problem: problem.line or 0)
    _note_what_was_left_out(made, reading.repeated + planner.repeated)
    return made


def _named(rows: list[Row], made: Plan) -> set[str]:
    """Give every row an external id, the same for the same line and question; tell those used twice."""
    first: dict[str, int] = {}
    for row in rows:
        if not row.values.get("external_id"):
            told = f"{row.values.get('line') or made.order.line}\n{row.values.get('question')}"
            row.values["external_id"] = f"row-{hashlib.sha256(told.encode()).hexdigest()[:20]}"
        name = row.values["external_id"]
        if name in first:
            reason = _("“%(name)s” stands in line %(line)s already") % {"name": name, "line": first[name]}
            made.problems.append(row.problem("external_id", reason))
        first.setdefault(name, row.line)
    return set(first)


def _note_what_was_left_out(made: Plan, repeated: int) -> None:
    if repeated:
        made.notes.append(
            ngettext(
                "%(count)s list item that repeats another or the question was left out.",
                "%(count)s list items that repeat another or the question were left out.",
                repeated,
            )
            % {"count": repeated}
        )


class _Planner:
    """Holds what the rows of one file are checked against."""

    def __init__(self, made: Plan, names: set[str]) -> None:
        self.made = made
        self.order = made.order
        self.names = names
        self.lines = set(BusinessLine.objects.values_list("code", flat=True))
        self.repeated = 0

    def look_at(self, rows: list[Row]) -> None:
        """Plan these rows; one look-up for all of them."""
        wanted = {row.values["external_id"] for row in rows}
        found = Entry.objects.filter(external_id__in=wanted).values_list("pk", flat=True)
        known = {snapshot.content.external_id: snapshot for snapshot in snapshots(list(found))}
        related = {name for row in rows for name in row.values.get("related", ())} - self.names
        related |= {name for snapshot in known.values() for name in snapshot.content.related}
        seen = self._seen(related | known.keys())
        for row in rows:
            before = known.get(row.values["external_id"])
            if before and before.content.external_id not in seen:
                reason = _("is taken; choose another external id")
                self.made.problems.append(row.problem("external_id", reason))
                continue
            if before and "related" in row.values:
                hidden = tuple(name for name in before.content.related if name not in seen | self.names)
                row.values["related"] = tuple(dict.fromkeys((*row.values["related"], *hidden)))
                unrelated = related - seen - set(hidden)
            else:
                unrelated = related - seen
            problems = self._problems(row, before, unrelated - self.names)
            self.made.problems += problems
            if not problems and not row.bad:
                self._add(row, before)

    def _seen(self, names: set[str]) -> set[str]:
        """The external ids, of these, of entries the importer may know of."""
        entries = Entry.objects.filter(external_id__in=names)
        if self.order.is_narrowed:
            entries = entries.unrestricted_for(self.order.importer)
        return set(entries.values_list("external_id", flat=True))

    def _problems(self, row: Row, before: Snapshot | None, unrelated: set[str]) -> list[Problem]:
        problems = []
        values = row.values
        if self.order.line and not values.get("line") and ("line" in values or before is None):
            values["line"] = self.order.line
        wanted = {"question": _("is missing"), "line": _("is missing; name one, or use --line")}
        for name, reason in wanted.items():
            if name not in row.bad and not values.get(name, "" if before is None else "-"):
                problems.append(row.problem(name, reason))
        for name in ("line", "lines_concerned"):
            value = values.get(name) or ()
            problems += self._line_problems(row, name, (value,) if isinstance(value, str) else value)
        for name in values.get("related", ()):
            if name in unrelated:
                problems.append(row.problem("related", _("there is no entry “%(name)s”") % {"name": name}))
            elif name == values["external_id"]:
                problems.append(row.problem("related", _("an entry is not related to itself")))
        return problems

    def _line_problems(self, row: Row, name: str, codes: tuple[str, ...]) -> list[Problem]:
        problems = []
        for code in codes:
            if code in self.lines or code in self.made.new_lines:
                continue
            if self.order.is_making_lines:
                self.made.new_lines.append(code)
            else:
                reason = _("there is no business line “%(code)s”") % {"code": code}
                problems.append(row.problem(name, reason))
        return problems

    def _add(self, row: Row, before: Snapshot | None) -> None:
        item = _new(row, self.order) if before is None else _changed(row, before, self.order)
        if isinstance(item, Problem):
            self.made.problems.append(item)
            return
        begin, end = item.content.valid_from, item.content.valid_until
        if begin and end and end <= begin:
            self.made.problems.append(row.problem("valid_until", _("the validity ends before it begins")))
            return
        self.repeated += len(row.values.get("similar_questions", ())) - (
            len(item.content.similar_questions) if "similar_questions" in row.values else 0
        )
        self.made.items.append(item)


def _new(row: Row, order: Order) -> Item:
    content = Content().with_values(row.values)
    differing = tuple(Content().differences(content))
    return Item(row, content, None, differing, AT_ONCE_FIELDS, True, order.is_publishing)


def _changed(row: Row, before: Snapshot, order: Order) -> Item | Problem:
    """Hold a row against its entry: against the live text, and where that differs against the open draft."""
    shown = before.content.tidied()
    content = shown.with_values(row.values)
    fields = shown.differences(content)
    at_once = AT_ONCE_FIELDS.intersection(fields)
    text = TEXT_FIELDS.intersection(fields)
    if before.state == EntryState.PUBLISHED and not order.is_publishing and _is_shorter(shown, content):
        at_once |= {"valid_until"}
        text -= {"valid_until"}
    base = content
    if text and before.draft and before.state != EntryState.DRAFT:
        draft = before.draft.content.tidied()
        base = draft.with_values(row.values)
        text = TEXT_FIELDS.intersection(draft.differences(base))
    waits = before.draft is not None and (
        before.state == EntryState.DRAFT or (not text and base is not content)
    )
    publishes = order.is_publishing and (bool(text) or waits)
    if refusal := _refusal(row, before, order, writes=bool(text), publishes=publishes):
        return refusal
    kept = [name for name in fields if name in at_once | text]
    return Item(row, base if text else content, before, tuple(kept), at_once, bool(text), publishes)


def _is_shorter(before: Content, after: Content) -> bool:
    if after.valid_until is None or after.valid_from != before.valid_from:
        return False
    return before.valid_until is None or after.valid_until < before.valid_until


def _refusal(row: Row, before: Snapshot, order: Order, *, writes: bool, publishes: bool) -> Problem | None:
    """Why the text of this entry is not the import's to change or to publish."""
    draft = before.draft
    if publishes and before.state == EntryState.WITHDRAWN:
        return row.problem("", _("the entry is withdrawn; restore it first, or leave the row out"))
    if draft is None or not (writes or publishes):
        return None
    if draft.state != RevisionState.DRAFT:
        return row.problem("", _("a text of this entry is being reviewed; finish that first"))
    if writes and not draft.author_ids <= {order.importer.pk}:
        return row.problem("", _("somebody else is writing a draft of this entry; nothing was overwritten"))
    return None
