"""Inquiries at a glance, for lists, searches and machines: plain values, one query for any number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from accounts.models import Agent, BusinessLine
from inquiries.models import Asker, Inquiry, Message, Pause, Round


@dataclass(frozen=True)
class Glance:
    """One inquiry in the round that runs, or ran last.

    ``asked`` counts calls, ``reply`` and ``answer`` are empty until there is one; ``is_mine``: this person
    asked it.
    """

    id: int
    question: str
    context: str
    line: BusinessLine
    state: str
    round: int
    asked: int
    forwarded_at: datetime
    assigned_to: Agent | None
    reply_due_at: datetime
    answer_due_at: datetime
    is_provisional: bool
    replied_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    reply: str
    answer: str
    entry_id: int | None
    entry_published_at: datetime | None
    is_mine: bool
    is_paused: bool

    @property
    def is_open(self) -> bool:
        return self.state not in {Inquiry.State.ANSWERED, Inquiry.State.CLOSED}

    @property
    def published_entry_id(self) -> int | None:
        """The entry that gives the answer, once it is out."""
        return self.entry_id if self.entry_published_at else None

    @property
    def state_label(self) -> str:
        return str(Inquiry.State(self.state).label)

    @property
    def due_at(self) -> datetime | None:
        """The next deadline that is not kept yet; None once it is answered or closed."""
        if not self.is_open:
            return None
        return self.answer_due_at if self.replied_at else self.reply_due_at


def rounds_of(inquiries: QuerySet[Inquiry], person: Agent) -> QuerySet[Round]:
    """The running round of each, with all that `glance` reads; to be ordered and sliced further."""
    asked = Asker.objects.filter(inquiry=OuterRef("inquiry")).order_by()
    number = asked.values("inquiry").annotate(number=Count("pk")).values("number")
    paused = Pause.objects.filter(inquiry=OuterRef("inquiry"), resumed_at__isnull=True)
    return (
        Round.objects.filter(inquiry__in=inquiries.order_by(), number=F("inquiry__round"))
        .select_related("inquiry__line", "inquiry__assigned_to")
        .annotate(
            asked=Coalesce(Subquery(number), Value(0)),
            is_mine=Exists(asked.filter(person=person)),
            is_paused=Exists(paused),
            reply=_said(Message.Kind.REPLY),
            answer=_said(Message.Kind.ANSWER),
        )
        .order_by("-inquiry")
    )


def by_id(inquiries: QuerySet[Inquiry], person: Agent) -> Mapping[int, Glance]:
    """All of them by their keys."""
    return {found.id: found for found in map(glance, rounds_of(inquiries, person))}


def glance(found: Any) -> Glance:
    """A row of `rounds_of` as plain values."""
    inquiry: Inquiry = found.inquiry
    return Glance(
        id=inquiry.pk,
        question=inquiry.question,
        context=inquiry.context,
        line=inquiry.line,
        state=inquiry.state,
        round=inquiry.round,
        asked=found.asked,
        forwarded_at=inquiry.forwarded_at,
        assigned_to=inquiry.assigned_to,
        reply_due_at=found.reply_due_at,
        answer_due_at=found.answer_due_at,
        is_provisional=found.is_provisional,
        replied_at=found.replied_at,
        answered_at=found.answered_at,
        closed_at=inquiry.closed_at,
        reply=found.reply,
        answer=found.answer,
        entry_id=inquiry.entry_id,
        entry_published_at=inquiry.entry_published_at,
        is_mine=found.is_mine,
        is_paused=found.is_paused,
    )


def _said(kind: Message.Kind) -> Coalesce:
    """The newest message of that kind in the round."""
    messages = Message.objects.filter(inquiry=OuterRef("inquiry"), round=OuterRef("number"), kind=kind)
    newest = Subquery(messages.order_by("-said_at", "-pk").values("text")[:1])
    return Coalesce(newest, Value(""), output_field=TextField())
