"""One inquiry as its page shows it: how it stands, what was said, and what this person may do with it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts import permissions
from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from inquiries import glance
from inquiries.due_words import Due, due
from inquiries.glance import Glance
from inquiries.models import Inquiry, InquiryFile, Message, Pause, Round


@dataclass(frozen=True)
class OpenedRound:
    """One time through the deadlines, with how each stands."""

    number: int
    began_at: datetime
    reply: Due
    answer: Due
    replied_by: Agent | None
    answered_by: Agent | None


@dataclass(frozen=True)
class May:
    """What this person may do with it as it stands."""

    answer: bool
    work: bool
    add: bool
    join: bool
    close: bool
    reopen: bool
    pause: bool
    resume: bool
    make_entry: bool
    attach: bool


@dataclass(frozen=True)
class Opened:
    """Plain values and rows that are read already; ``askers`` is empty for who may not know them."""

    inquiry: Glance
    rounds: list[OpenedRound]
    messages: list[Message]
    pauses: list[Pause]
    askers: list[tuple[str, int]]
    files: list[InquiryFile]
    experts: list[Agent]
    lines: list[BusinessLine]
    may: May
    paused: Pause | None

    @property
    def running(self) -> OpenedRound:
        return self.rounds[-1]


def open_inquiry(inquiry: Inquiry, reader: Agent, now: datetime) -> Opened:
    """The number of queries does not depend on what was said."""
    seen = glance.by_id(Inquiry.objects.filter(pk=inquiry.pk), reader)[inquiry.pk]
    works = Inquiry.objects.worked_by(reader).filter(pk=inquiry.pk).exists()
    answers = Inquiry.objects.answered_by(reader).filter(pk=inquiry.pk).exists()
    pauses = list(inquiry.pauses.select_related("paused_by"))
    paused = next((pause for pause in pauses if pause.resumed_at is None), None)
    may = _may(seen, reader, works=works, answers=answers, is_paused=paused is not None)
    watches = works or permissions.may_see_all_inquiries(reader)
    return Opened(
        inquiry=seen,
        rounds=[_round(one, now) for one in inquiry.rounds.select_related("replied_by", "answered_by")],
        messages=_messages(inquiry, with_notes=watches),
        pauses=pauses,
        askers=_askers(inquiry) if watches else [],
        files=list(inquiry.files.defer("content")) if watches or seen.is_mine else [],
        experts=list(_experts(seen.line)) if may.work and seen.is_open else [],
        lines=list(BusinessLine.objects.filter(is_active=True).exclude(pk=seen.line.pk)) if may.work else [],
        may=may,
        paused=paused,
    )


def _may(seen: Glance, reader: Agent, *, works: bool, answers: bool, is_paused: bool) -> May:
    is_open, is_closed = seen.is_open, seen.state == Inquiry.State.CLOSED
    chases, takes_part = permissions.may_chase_inquiries(reader), works or seen.is_mine
    writes = permissions.may_write_entries_of(reader, [seen.line.pk])
    return May(
        answer=answers and is_open,
        work=works and is_open,
        add=seen.is_mine and is_open,
        join=permissions.may_forward(reader) and not seen.is_mine and not is_closed,
        close=not is_closed and (takes_part if not is_open else chases or seen.is_mine),
        reopen=not is_open and takes_part,
        pause=works and is_open and not is_paused,
        resume=works and is_paused,
        make_entry=writes and bool(seen.answer) and seen.entry_published_at is None,
        attach=takes_part and not is_closed,
    )


def _round(one: Round, now: datetime) -> OpenedRound:
    return OpenedRound(
        number=one.number,
        began_at=one.began_at,
        reply=due(one.reply_due_at, one.replied_at, one.closed_at, now),
        answer=due(one.answer_due_at, one.answered_at, one.closed_at, now, is_provisional=one.is_provisional),
        replied_by=one.replied_by,
        answered_by=one.answered_by,
    )


def _messages(inquiry: Inquiry, *, with_notes: bool) -> list[Message]:
    """What was said, oldest first; notes are among those who work on it."""
    messages = inquiry.messages.select_related("author")
    return list(messages if with_notes else messages.exclude(kind=Message.Kind.NOTE))


def _askers(inquiry: Inquiry) -> list[tuple[str, int]]:
    """Who asked it in how many calls, most calls first."""
    names = Counter(str(asker.person) for asker in inquiry.askers.select_related("person"))
    return names.most_common()


def _experts(line: BusinessLine) -> Iterator[Agent]:
    experts = Agent.objects.filter(is_active=True, groups__name=Role.BUSINESS_EXPERT.value, lines=line)
    yield from experts.order_by("display_name", "username")
