"""What a month came to: both deadlines, with and without paused minutes, and how long things took.

A deadline belongs to the month in which it falls, so all of a month are decided when it ends. What was closed
without an answer before its deadline is counted apart; what was closed later was late.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet

from accounts import permissions
from accounts.models import Agent, BusinessLine
from faq.services.locking import database_now
from inquiries import working_calendar
from inquiries.deadlines import WorkingCalendar, working_minutes
from inquiries.models import Asker, Inquiry, Pause, Round
from kb.lib.months import Month


@dataclass(frozen=True)
class Kept:
    """How many deadlines fell due, and how many were met: as the clock says, and without paused minutes."""

    due: int
    met: int
    met_without_pauses: int

    @property
    def late(self) -> int:
        return self.due - self.met

    @property
    def share(self) -> float | None:
        return self.met / self.due if self.due else None

    @property
    def share_without_pauses(self) -> float | None:
        return self.met_without_pauses / self.due if self.due else None


@dataclass(frozen=True)
class Took:
    """How long something took, in minutes of the clock; of none there is no time."""

    number: int
    median_minutes: int | None
    p90_minutes: int | None

    @property
    def median_hours(self) -> float | None:
        return _hours(self.median_minutes)

    @property
    def p90_hours(self) -> float | None:
        return _hours(self.p90_minutes)


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / 60, 1)


@dataclass(frozen=True)
class LineInquiries:
    line_id: int
    line: str
    forwarded: int
    reply: Kept
    answer: Kept


@dataclass(frozen=True)
class InquiryFigures:
    """A month of one business line, or of all; ``joined`` are the calls that joined what was forwarded."""

    month: str
    forwarded: int
    joined: int
    reopened: int
    reply: Kept
    answer: Kept
    to_reply: Took
    to_answer: Took
    closed_without_answer: int
    drafts_made: int
    became_entries: int
    open_at_end: int
    overdue_at_end: int
    lines: tuple[LineInquiries, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values, for what is stored with a report."""
        return asdict(self)


@dataclass(frozen=True)
class PersonFigures:
    """A month of one person who answers; only for them and their own supervisor."""

    month: str
    person_id: int
    reply: Kept
    answer: Kept
    to_reply: Took
    to_answer: Took


def month_figures(month: Month, line: BusinessLine | None) -> InquiryFigures:
    """The month as it was at its end, or is now while it runs."""
    until = min(month.ends_at, database_now())
    rounds = Round.objects.select_related("inquiry__line")
    inquiries, asked = Inquiry.objects.all(), Asker.objects.all()
    if line is not None:
        rounds, inquiries = rounds.filter(inquiry__line=line), inquiries.filter(line=line)
        asked = asked.filter(inquiry__line=line)
    here = (month.starts_at, until)
    keeping = _Keeping(until)
    replies, answers = _due("reply", rounds, here), _due("answer", rounds, here)
    forwarded = list(_in(inquiries, "forwarded_at", here).values_list("line", flat=True))
    waiting = list(_open_at(rounds, until))
    return InquiryFigures(
        month=str(month),
        forwarded=len(forwarded),
        joined=_in(asked, "asked_at", here).count() - len(forwarded),
        reopened=_in(rounds, "began_at", here).filter(number__gt=1).count(),
        reply=keeping.of(replies, "reply"),
        answer=keeping.of(answers, "answer"),
        to_reply=_took(_in(rounds, "replied_at", here).values_list("began_at", "replied_at")),
        to_answer=_took(_in(rounds, "answered_at", here).values_list("began_at", "answered_at")),
        closed_without_answer=_in(rounds, "closed_at", here).count(),
        drafts_made=_in(inquiries, "entry__created_at", here).count(),
        became_entries=_in(inquiries, "entry_published_at", here).count(),
        open_at_end=len(waiting),
        overdue_at_end=sum(_is_late_at(one, until) for one in waiting),
        lines=tuple(_lines(keeping, replies, answers, forwarded)) if line is None else (),
    )


def figures_of_person(person: Agent, month: Month, *, reader: Agent) -> PersonFigures:
    """What one person answered, and what was assigned to them and is not answered.

    Raises PermissionDenied unless the reader is that person or their own supervisor.
    """
    if not permissions.may_read_figures_of(reader, person):
        raise PermissionDenied
    until = min(month.ends_at, database_now())
    here, keeping = (month.starts_at, until), _Keeping(until)
    rounds = Round.objects.select_related("inquiry__line")
    waiting = Q(inquiry__assigned_to=person)
    replies = rounds.filter(Q(replied_by=person) | Q(replied_by__isnull=True) & waiting)
    answers = rounds.filter(Q(answered_by=person) | Q(answered_by__isnull=True) & waiting)
    own_replies, own_answers = rounds.filter(replied_by=person), rounds.filter(answered_by=person)
    return PersonFigures(
        month=str(month),
        person_id=person.pk,
        reply=keeping.of(_due("reply", replies, here), "reply"),
        answer=keeping.of(_due("answer", answers, here), "answer"),
        to_reply=_took(_in(own_replies, "replied_at", here).values_list("began_at", "replied_at")),
        to_answer=_took(_in(own_answers, "answered_at", here).values_list("began_at", "answered_at")),
    )


Range = tuple[datetime, datetime]
Row = TypeVar("Row", bound=Model)
MOMENTS = {"reply": ("reply_due_at", "replied_at"), "answer": ("answer_due_at", "answered_at")}


class _Keeping:
    """Counts what was kept, as far as it was known at one moment."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.calendars: dict[str, WorkingCalendar] = {}

    def of(self, rounds: Iterable[Round], kind: str) -> Kept:
        rounds = list(rounds)
        due, done = MOMENTS[kind]
        late = [one for one in rounds if not _is_met(getattr(one, due), getattr(one, done))]
        pauses: dict[tuple[int, int], list[Pause]] = {}
        for pause in Pause.objects.filter(inquiry__in={one.inquiry_id for one in late}):
            pauses.setdefault((pause.inquiry_id, pause.round), []).append(pause)
        excused = sum(
            self._is_excused(one, kind, pauses.get((one.inquiry_id, one.number), [])) for one in late
        )
        met = len(rounds) - len(late)
        return Kept(len(rounds), met, met + excused)

    def _is_excused(self, running: Round, kind: str, pauses: list[Pause]) -> bool:
        """Whether it is no later than it was paused; counted as its deadline is: by the clock, or at work."""
        due, done = MOMENTS[kind]
        known: datetime | None = getattr(running, done)
        end = known if known is not None and known < self.until else self.until
        minutes = self._minutes(running, kind)
        paused = sum(
            minutes(max(pause.paused_at, running.began_at), min(pause.resumed_at or end, end))
            for pause in pauses
        )
        return bool(pauses) and minutes(getattr(running, due), end) <= paused

    def _minutes(self, running: Round, kind: str) -> Callable[[datetime, datetime], float]:
        if kind == "reply":
            return lambda start, end: max((end - start) / timedelta(minutes=1), 0)
        if running.hours not in self.calendars:
            self.calendars[running.hours] = working_calendar.current(running.hours)
        calendar = self.calendars[running.hours]
        return lambda start, end: working_minutes(start, end, calendar)


def _is_met(due_at: datetime, done_at: datetime | None) -> bool:
    return done_at is not None and done_at <= due_at


def _due(kind: str, rounds: QuerySet[Round], here: Range) -> list[Round]:
    """The rounds whose deadline fell into the range, but those that were closed undone before it."""
    due, done = MOMENTS[kind]
    found = _in(rounds, due, here).order_by("pk")
    return [
        one
        for one in found
        if getattr(one, done) is not None or one.closed_at is None or one.closed_at > getattr(one, due)
    ]


def _in(rows: QuerySet[Row], name: str, here: Range) -> QuerySet[Row]:
    return rows.filter(**{f"{name}__gte": here[0], f"{name}__lt": here[1]})


def _open_at(rounds: QuerySet[Round], at: datetime) -> QuerySet[Round]:
    return rounds.filter(
        Q(answered_at__isnull=True) | Q(answered_at__gte=at),
        Q(closed_at__isnull=True) | Q(closed_at__gte=at),
        began_at__lt=at,
    )


def _is_late_at(running: Round, at: datetime) -> bool:
    has_reply = running.replied_at is not None and running.replied_at < at
    return running.answer_due_at < at or (running.reply_due_at < at and not has_reply)


def _took(pairs: Iterable[tuple[datetime, datetime | None]]) -> Took:
    minutes = sorted(int((end - start) / timedelta(minutes=1)) for start, end in pairs if end)
    return Took(len(minutes), _nearest_rank(minutes, 50), _nearest_rank(minutes, 90))


def _nearest_rank(ordered: list[int], percent: int) -> int | None:
    """The smallest value that so many percent of all do not exceed."""
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1] if ordered else None


def _lines(
    keeping: _Keeping, replies: list[Round], answers: list[Round], forwarded: list[int]
) -> Iterable[LineInquiries]:
    named = {one.inquiry.line_id: one.inquiry.line for one in [*replies, *answers]}
    named |= {line.pk: line for line in BusinessLine.objects.filter(pk__in=set(forwarded))}
    for line in sorted(named.values(), key=lambda line: line.code):
        yield LineInquiries(
            line_id=line.pk,
            line=line.name,
            forwarded=forwarded.count(line.pk),
            reply=keeping.of([one for one in replies if one.inquiry.line_id == line.pk], "reply"),
            answer=keeping.of([one for one in answers if one.inquiry.line_id == line.pk], "answer"),
        )
