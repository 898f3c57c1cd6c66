"""The list of entries: one page of it, by filters and order, whatever the number of entries.

A page goes on after the last row of the one before (keyset), so that the last page costs what the first does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core import signing
from django.db.models import DateField, DateTimeField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import permissions
from accounts.models import Agent
from faq.filtering import STATES, EntryFilters
from faq.models import Entry, EntryState, Flag, Purpose, Revision
from faq.models.entry import EntryQuerySet
from faq.reads import question_of

PAGE_LINES = 50
MOST_COUNTED = 1000
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
TONES = {"draft": "soft", "not_yet": "warn", "in_force": "good", "expired": "bad", "withdrawn": "bad"}

# What each order sorts by; a text that begins with "-" turns it around. Rows without the date come last.
ORDERS: dict[str, tuple[str, Any]] = {
    "changed": ("-changed_at", F("changed_at")),
    "until": ("valid_until", Coalesce("valid_until", Value(NEVER), output_field=DateTimeField())),
    "review": (
        "review_due_on",
        Coalesce("review_due_on", Value(date(9999, 12, 31)), output_field=DateField()),
    ),
    "new": ("-pk", F("pk")),
    "old": ("pk", F("pk")),
}
ORDER_NAMES = {
    "changed": gettext_lazy("Changed last"),
    "until": gettext_lazy("Ends first"),
    "review": gettext_lazy("Review due first"),
    "new": gettext_lazy("Newest"),
    "old": gettext_lazy("Oldest"),
}


@dataclass(frozen=True)
class Row:
    """One line of the list; ``state`` is a key of `STATES`, by the clock."""

    pk: int
    question: str
    line: str
    category: str
    kind: str
    state: str
    valid_until: datetime | None
    review_due_on: date | None
    review_owner: str
    changed_at: datetime
    is_restricted: bool
    is_unsigned: bool
    is_flagged: bool
    draft: str
    opens: bool
    has_history: bool
    is_editable: bool

    @property
    def word(self) -> str:
        return str(STATES[self.state])

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass(frozen=True)
class EntryPage:
    """Rows, the mark behind the last of them when more follow, and how many match as far as counted."""

    rows: Sequence[Row]
    after: str
    number: int

    @property
    def tally(self) -> str:
        return f"{MOST_COUNTED}+" if self.number > MOST_COUNTED else str(self.number)


def page_of(filters: EntryFilters, person: Agent, order: str, after: str = "") -> EntryPage:
    """Four queries: which, how many, what they are, which of them open. A mark of another order is none.

    What fits on the first page is not counted once more.
    """
    found = filters.entries(person)
    place = _read_mark(after, order)
    keys = _keys(found, order, place)
    is_all = place is None and len(keys) <= PAGE_LINES
    number = len(keys) if is_all else found.order_by().values("pk")[: MOST_COUNTED + 1].count()
    shown = keys[:PAGE_LINES]
    mark = mark_of(order, shown[-1][1], shown[-1][0]) if len(keys) > PAGE_LINES else ""
    return EntryPage(_rows([pk for pk, _key in shown], person), mark, number)


def state_of(entry: Entry, at: datetime) -> str:
    """Where an entry stands at that moment, one of `STATES`; the filters say the same of many rows."""
    if entry.state != EntryState.PUBLISHED:
        return str(entry.state)
    if entry.valid_from is not None and entry.valid_from > at:
        return "not_yet"
    if entry.valid_until is not None and entry.valid_until <= at:
        return "expired"
    return "in_force"


def _keys(found: EntryQuerySet, order: str, mark: tuple[Any, int] | None) -> list[tuple[int, Any]]:
    name, key = ORDERS[order]
    is_down = name.startswith("-")
    rows = found.annotate(sort_key=key)
    if mark is not None:
        beyond = "lt" if is_down else "gt"
        value, pk = mark
        same = Q(sort_key=value) & Q(**{f"pk__{beyond}": pk})
        rows = rows.filter(Q(**{f"sort_key__{beyond}": value}) | same)
    sign = "-" if is_down else ""
    return list(rows.order_by(f"{sign}sort_key", f"{sign}pk").values_list("pk", "sort_key")[: PAGE_LINES + 1])


def _rows(pks: Sequence[int], person: Agent) -> list[Row]:
    texts = Revision.objects.readable_by(person).filter(entry=OuterRef("pk"))
    drafts = texts.open().filter(purpose=Purpose.TEXT)
    entries = (
        Entry.objects.filter(pk__in=pks)
        .select_related("line", "category", "review_owner")
        .annotate(
            question=question_of(),
            is_flagged=Exists(Flag.objects.open().filter(entry=OuterRef("pk"))),
            has_text=Exists(texts),
            has_draft=Exists(drafts.exclude(pk=OuterRef("live_revision"))),
            read_at=Now(),
        )
    )
    opening = set(Entry.objects.visible_to(person).filter(pk__in=pks).values_list("pk", flat=True))
    by_key = {entry.pk: entry for entry in entries}
    return [_row(by_key[pk], person, opens=pk in opening) for pk in pks if pk in by_key]


def _row(entry: Any, person: Agent, *, opens: bool) -> Row:
    has_history = permissions.may_read_history(person) and entry.has_text
    may_write = permissions.may_write_entries_of(person, entry.concerned_line_ids)
    return Row(
        pk=entry.pk,
        question=entry.question or entry.external_id,
        line=entry.line.name,
        category=entry.category.path if entry.category else "",
        kind=entry.get_kind_display(),
        state=state_of(entry, entry.read_at),
        valid_until=entry.valid_until,
        review_due_on=entry.review_due_on,
        review_owner=str(entry.review_owner or ""),
        changed_at=entry.changed_at,
        is_restricted=entry.is_restricted,
        is_unsigned=entry.is_unsigned,
        is_flagged=entry.is_flagged,
        draft=_("Draft open") if entry.has_draft and entry.state != EntryState.DRAFT else "",
        opens=opens,
        has_history=has_history,
        is_editable=may_write and entry.state != EntryState.WITHDRAWN,
    )


def mark_of(order: str, key: datetime | date | int, pk: int) -> str:
    """The mark behind a row, which the address of the next page holds; nobody can make one up."""
    return signing.dumps([order, _written(key), pk])


def _written(key: datetime | date | int) -> str | int:
    return key if isinstance(key, int) else key.isoformat()


def _read_mark(after: str, order: str) -> tuple[Any, int] | None:
    """What ``after`` stands for; None when it is no mark of ours, or of another order."""
    try:
        of, key, pk = signing.loads(after) if after else ("", "", 0)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if of != order:
        return None
    readers: dict[str, Any] = {"changed": datetime.fromisoformat, "until": datetime.fromisoformat}
    readers["review"] = date.fromisoformat
    return readers.get(order, int)(key), pk
