"""Lists of inquiries: whose, which state and line, in which order; and what is due next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Now

from accounts import permissions
from accounts.models import Agent
from inquiries import due_words
from inquiries.due_words import Due, due
from inquiries.glance import Glance, glance, rounds_of
from inquiries.models import Inquiry, Round

MINE, WORK, ALL = "mine", "work", "all"
OPEN, LATE, ANSWERED, CLOSED = "open", "late", "answered", "closed"


@dataclass(frozen=True)
class Row:
    """One line of a list, with how its deadlines stand; ``next`` is the one that counts now."""

    inquiry: Glance
    reply: Due
    answer: Due

    @property
    def next(self) -> Due:
        return self.answer if self.inquiry.replied_at else self.reply


def views_of(person: Agent) -> list[str]:
    """The lists this person has, the one they begin with first."""
    works = permissions.may_answer_inquiries(person)
    sees_all = permissions.may_see_all_inquiries(person)
    found = [view for view, has in ((WORK, works), (ALL, sees_all), (MINE, True)) if has]
    return [MINE, *found[:-1]] if not works and not permissions.may_chase_inquiries(person) else found


def inquiries_of(person: Agent, view: str) -> QuerySet[Inquiry]:
    """Those of one of the lists: asked by them, theirs to answer, or all."""
    if view == WORK:
        return Inquiry.objects.answered_by(person)
    return Inquiry.objects.asked_by(person) if view == MINE else Inquiry.objects.visible_to(person)


def due_to(person: Agent) -> QuerySet[Inquiry]:
    """Whose deadlines concern this person: all for who watches, theirs to answer, else what they asked."""
    if permissions.may_see_all_inquiries(person):
        return Inquiry.objects.open()
    work = Inquiry.objects.answered_by(person) if permissions.may_answer_inquiries(person) else None
    asked = Inquiry.objects.asked_by(person)
    return (asked if work is None else work).open()


def listed(
    inquiries: QuerySet[Inquiry], person: Agent, *, state: str = "", line: int | None = None
) -> QuerySet[Round]:
    """The running rounds of these, open ones by their next deadline, the others newest first."""
    if line is not None:
        inquiries = inquiries.filter(line=line)
    wanted = {
        OPEN: Q(state__in=[Inquiry.State.OPEN, Inquiry.State.ASSIGNED, Inquiry.State.REPLIED]),
        ANSWERED: Q(state=Inquiry.State.ANSWERED),
        CLOSED: Q(state=Inquiry.State.CLOSED),
    }
    wanted[LATE] = wanted[OPEN]
    rounds = rounds_of(inquiries.filter(wanted[state]) if state else inquiries, person)
    next_due: Any = Case(When(replied_at__isnull=True, then=F("reply_due_at")), default=F("answer_due_at"))
    if state == LATE:
        rounds = rounds.annotate(due_at=next_due).filter(due_at__lte=Now())
    if state in {OPEN, LATE}:
        return rounds.annotate(next_due_at=next_due).order_by("next_due_at", "pk")
    return rounds.order_by("-inquiry__forwarded_at", "-inquiry")


def next_due(person: Agent, most: int) -> list[Glance]:
    """The first that are due of those that concern this person."""
    return [glance(found) for found in listed(due_to(person), person, state=OPEN)[:most]]


def row(found: Round, now: datetime) -> Row:
    """A round of `listed` as a list shows it."""
    seen = glance(found)
    ended_at = found.closed_at
    answer = due(seen.answer_due_at, seen.answered_at, ended_at, now, is_provisional=seen.is_provisional)
    return Row(seen, due(seen.reply_due_at, seen.replied_at, ended_at, now), answer)


def by_urgency(rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows that come in the order of their deadlines, in groups: late, today, later."""
    for how in (due_words.LATE, due_words.TODAY, due_words.LATER):
        of_it = [one for one in rows if one.next.how == how]
        if of_it:
            yield how, of_it
