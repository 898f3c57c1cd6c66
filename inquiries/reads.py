"""What this room tells others without showing its tables: what is due, and what a month came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Agent
from faq.services.locking import database_now
from inquiries.figures import InquiryFigures, PersonFigures, figures_of_person, month_figures
from inquiries.models import Absence, Asker, Inquiry, Pause, Round
from inquiries.standing_in import stands_in_for

__all__ = [
    "DueInquiry",
    "InquiryFigures",
    "PersonFigures",
    "asked_by",
    "figures_of_person",
    "in_progress",
    "month_figures",
    "overdue",
    "work_list",
    "work_number",
]


@dataclass(frozen=True)
class DueInquiry:
    """One open or answered question as lists and matches show it.

    ``due_at`` is the next deadline that is not kept yet (of an answered one the last), ``is_reply_due``
    whether that is the first; ``is_soon`` and ``is_late`` are by the database's clock.
    """

    pk: int
    question: str
    line_id: int
    line: str
    state: str
    calls: int
    forwarded_at: datetime
    reply_due_at: datetime
    answer_due_at: datetime
    is_provisional: bool
    due_at: datetime
    is_reply_due: bool
    is_soon: bool
    is_late: bool
    is_paused: bool
    assigned_to: str
    is_mine: bool

    @property
    def state_label(self) -> str:
        return str(Inquiry.State(self.state).label)


def work_list(person: Agent, most: int) -> list[DueInquiry]:
    """What this person works on, the first due first."""
    return _listed(person, Inquiry.objects.worked_by(person).due_next()[:most])


def overdue(person: Agent, most: int) -> list[DueInquiry]:
    """Of what this person works on or watches, what is late."""
    return _listed(person, Inquiry.objects.worked_by(person).late().due_next()[:most])


def work_number(person: Agent) -> int:
    """How many open ones this person works on."""
    return Inquiry.objects.worked_by(person).open().count()


def asked_by(person: Agent, most: int) -> list[DueInquiry]:
    """What this person forwarded or joined, the newest first."""
    return _listed(person, Inquiry.objects.asked_by(person).order_by("-forwarded_at", "-pk")[:most])


def in_progress(person: Agent, pks: Sequence[int]) -> list[DueInquiry]:
    """Those of these that are open and this person's to see, in the given order."""
    found = _listed(person, Inquiry.objects.visible_to(person).open().filter(pk__in=pks))
    return sorted(found, key=lambda one: pks.index(one.pk))


def _listed(person: Agent, inquiries: QuerySet[Inquiry]) -> list[DueInquiry]:
    """Four queries, however many there are."""
    now = database_now()
    paused = Pause.objects.filter(inquiry=OuterRef("pk"), resumed_at__isnull=True)
    calls = Asker.objects.filter(inquiry=OuterRef("pk")).order_by().values("inquiry")
    rows = list(
        inquiries.select_related("line", "assigned_to").annotate(
            is_paused=Exists(paused),
            calls=Coalesce(Subquery(calls.annotate(number=Count("pk")).values("number")), 0),
        )
    )
    running = Round.objects.filter(inquiry__in=[row.pk for row in rows], number=F("inquiry__round"))
    rounds = {one.inquiry_id: one for one in running}
    mine = {person.pk, *stands_in_for(person.pk, Absence.objects.away_today())}
    return [_due(row, rounds[row.pk], now, mine) for row in rows]


def _due(inquiry: Inquiry, running: Round, now: datetime, mine: set[int]) -> DueInquiry:
    is_reply = running.replied_at is None
    due_at = running.reply_due_at if is_reply else running.answer_due_at
    soon_at = running.reply_soon_at if is_reply else running.answer_soon_at
    return DueInquiry(
        pk=inquiry.pk,
        question=inquiry.question,
        line_id=inquiry.line_id,
        line=inquiry.line.name,
        state=inquiry.state,
        calls=inquiry.calls,  # type: ignore[attr-defined]
        forwarded_at=inquiry.forwarded_at,
        reply_due_at=running.reply_due_at,
        answer_due_at=running.answer_due_at,
        is_provisional=running.is_provisional,
        due_at=due_at,
        is_reply_due=is_reply,
        is_soon=inquiry.is_open and soon_at <= now < due_at,
        is_late=inquiry.is_open and due_at <= now,
        is_paused=inquiry.is_paused,  # type: ignore[attr-defined]
        assigned_to=str(inquiry.assigned_to or ""),
        is_mine=inquiry.assigned_to_id in mine,
    )
