"""What this room tells others without showing its tables: plain values for lists, and how many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Now

from accounts import permissions
from accounts.models import Agent
from faq.models import (
    Entry,
    Flag,
    ImportRun,
    Purpose,
    ReviewRequest,
    Revision,
    RevisionState,
    SignOff,
    Verdict,
)
from kb.lib.months import SITE_ZONE

EXPIRING_DAYS = 30
FAILED_DAYS = 7
AT_WORK = [
    ImportRun.State.UPLOADED,
    ImportRun.State.READING,
    ImportRun.State.READY,
    ImportRun.State.APPLYING,
    ImportRun.State.UNDOING,
]


@dataclass(frozen=True)
class Task:
    """One line of a work list: about what, since when, until when, and why.

    ``pk`` is the key of what the list is of: a text, a flag, an entry, an import (a UUID as text).
    """

    pk: int | str
    entry_id: int | None
    text: str
    line: str = ""
    since: datetime | None = None
    due: datetime | None = None
    note: str = ""
    is_mine: bool = False


def question_of(entry: str = "") -> Coalesce:
    """What an entry asks: its live text, or the newest of one that never was out.

    ``entry`` is the path to it from the rows that are read. The second is looked up only where it is needed.
    """
    path = f"{entry}__" if entry else ""
    texts = Revision.objects.filter(entry=OuterRef(f"{path}pk")).order_by("-number")
    return Coalesce(f"{path}live_revision__question", Subquery(texts.values("question")[:1]))


def numbers(person: Agent, more: Mapping[str, QuerySet[Any]] | None = None) -> dict[str, int]:
    """How many tasks of each kind wait for this person, and how many of ``more`` there are; one query."""
    found = {
        **(more or {}),
        "to_sign": _to_sign(person),
        "sent_back": _sent_back(person),
        "flags": _flags(person),
        "emergencies": _emergencies(person),
    }
    parts: list[QuerySet[Any, Any]] = [
        rows.order_by()
        .annotate(task=Value(name))
        .values("task")
        .annotate(number=Count("pk"))
        .values_list("task", "number")
        for name, rows in found.items()
        if not rows.query.is_empty()
    ]
    return dict(parts[0].union(*parts[1:], all=True)) if parts else {}


def to_sign(person: Agent, most: int) -> list[Task]:
    """What this person may sign now, those they were asked for by name marked; oldest first."""
    asked = ReviewRequest.objects.filter(revision=OuterRef("pk"), reviewer=person)
    rows = _to_sign(person).annotate(since=Coalesce("submitted_at", "changed_at"), is_mine=Exists(asked))
    return _tasks(rows.order_by("since", "pk")[:most])


def sent_back(person: Agent, most: int) -> list[Task]:
    """What this person wrote and a seat rejected, with its reason; oldest first."""
    verdicts = SignOff.objects.filter(
        revision=OuterRef("pk"), verdict=Verdict.REJECTED, voided_at__isnull=True
    ).order_by("-signed_at")
    rows = _sent_back(person).annotate(
        since=Coalesce(Subquery(verdicts.values("signed_at")[:1]), "changed_at"),
        note=Subquery(verdicts.values("comment")[:1]),
    )
    return _tasks(rows.order_by("since", "pk")[:most])


def drafts(person: Agent, most: int) -> list[Task]:
    """What this person has begun and not handed in; oldest first."""
    rows = _own(person).filter(state=RevisionState.DRAFT, purpose=Purpose.TEXT)
    return _tasks(rows.annotate(since=F("changed_at")).order_by("since", "pk")[:most])


def emergencies(person: Agent, most: int) -> list[Task]:
    """Entries taken out in an emergency that the seats have not signed yet; the most urgent first."""
    rows = _emergencies(person).annotate(since=Coalesce("submitted_at", "created_at"))
    return _tasks(rows.order_by("due_at", "pk")[:most])


def flags(person: Agent, most: int) -> list[Task]:
    """Open flags that nobody else has taken on; oldest first."""
    rows = _flags(person).annotate(question=question_of("entry"))
    return [
        Task(
            pk=flag.pk,
            entry_id=flag.entry_id,
            text=flag.question,
            line=flag.entry.line.name,
            since=flag.raised_at,
            note=" ".join(filter(None, [str(flag.get_reason_display()), flag.text])),
            is_mine=flag.owner_id == person.pk,
        )
        for flag in rows.select_related("entry__line").order_by("raised_at", "pk")[:most]
    ]


def expiring(person: Agent, most: int) -> list[Task]:
    """Entries in force that end within 30 days; the first to end first."""
    end = Now() + timedelta(days=EXPIRING_DAYS)
    rows = Entry.objects.kept_by(person).in_force().filter(valid_until__lte=end)
    return _entries(rows.order_by("valid_until", "pk")[:most])


def review_due(person: Agent, most: int) -> list[Task]:
    """Entries in force whose review day has come; the longest overdue first."""
    rows = Entry.objects.kept_by(person).in_force().review_due()
    return _entries(rows.order_by("review_due_on", "pk")[:most], is_review=True)


def imports(person: Agent, most: int) -> list[Task]:
    """A person's imports that are on their way or wait for them, and those refused this week; newest last."""
    if not permissions.may_import(person):
        return []
    refused = Q(state=ImportRun.State.FAILED, uploaded_at__gt=Now() - timedelta(days=FAILED_DAYS))
    runs = ImportRun.objects.filter(Q(state__in=AT_WORK) | refused, importer=person)
    runs = runs.only("pk", "key", "file_name", "state", "uploaded_at", "error").order_by("uploaded_at", "pk")
    return [
        Task(
            pk=str(run.key),
            entry_id=None,
            text=run.file_name,
            since=run.uploaded_at,
            note=" ".join(filter(None, [str(run.get_state_display()), run.error])),
        )
        for run in runs[:most]
    ]


def _own(person: Agent) -> QuerySet[Revision]:
    wrote = Revision.objects.filter(pk=OuterRef("pk"), authors=person)
    return Revision.objects.readable_by(person).filter(Q(created_by=person) | Q(Exists(wrote)))


def _to_sign(person: Agent) -> QuerySet[Revision]:
    return Revision.objects.awaiting(person)


def _sent_back(person: Agent) -> QuerySet[Revision]:
    """Texts that go back to their authors; of those live without sign-off, what a seat has rejected."""
    rejected = SignOff.objects.filter(verdict=Verdict.REJECTED, voided_at__isnull=True).order_by()
    unsigned = rejected.filter(revision__live_entry__is_unsigned=True).values("revision")
    back = Revision.objects.filter(state=RevisionState.REJECTED).order_by().values("pk")
    return _own(person).filter(pk__in=back.union(unsigned))


def _flags(person: Agent) -> QuerySet[Flag]:
    mine = Q(owner__isnull=True) | Q(owner=person)
    return Flag.objects.worked_off_by(person).open().filter(mine)


def _emergencies(person: Agent) -> QuerySet[Revision]:
    if not permissions.may_hand_over_reviews(person):
        return Revision.objects.none()
    entries = Entry.objects.unrestricted_for(person).filter(pk=OuterRef("entry"))
    return Revision.objects.filter(Exists(entries), state=RevisionState.IN_REVIEW, purpose=Purpose.EMERGENCY)


def _tasks(rows: QuerySet[Revision]) -> list[Task]:
    """One query; the rows bring ``since``, and may bring ``note`` and ``is_mine``."""
    return [
        Task(
            pk=row.pk,
            entry_id=row.entry_id,
            text=row.question,
            line=row.line.name,
            since=row.since,  # type: ignore[attr-defined]
            due=row.due_at,
            note=getattr(row, "note", None) or _purpose(row),
            is_mine=getattr(row, "is_mine", False),
        )
        for row in rows.select_related("line").defer("answer", "script", "key_points", "variants")
    ]


def _purpose(row: Revision) -> str:
    """What the seats are asked, where it is not a new text, and why."""
    words = [] if row.purpose == Purpose.TEXT else [str(row.get_purpose_display())]
    return " · ".join([*words, row.reason] if row.reason else words)


def _entries(rows: QuerySet[Entry], *, is_review: bool = False) -> list[Task]:
    values = rows.values_list(
        "pk",
        "live_revision__question",
        "line__name",
        "valid_until",
        "review_due_on",
        "review_owner__display_name",
    )
    return [
        Task(
            pk=pk,
            entry_id=pk,
            text=question or "",
            line=line,
            due=_end_of(review_on) if is_review and review_on else until,
            note=owner or "" if is_review else "",
        )
        for pk, question, line, until, review_on, owner in values
    ]


def _end_of(day: date) -> datetime:
    """The last moment of a day of the site."""
    return datetime.combine(day, time.max, tzinfo=SITE_ZONE)
