"""Reminders at three quarters of a deadline, escalations at its end: one row each, whoever looks.

Row, bell and mail are one transaction, so a worker that dies in between has done nothing, and the next look
catches up. A pause moves nothing, so paused ones are reminded of too.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from faq.services.locking import database_now
from inquiries.models import Inquiry, Reminder, Round
from inquiries.services import announcing

logger = logging.getLogger(__name__)
BATCH = 50  # inquiries held at a time

MOMENTS = {
    Reminder.Kind.REPLY_SOON: ("reply_soon_at", "replied_at"),
    Reminder.Kind.REPLY_LATE: ("reply_due_at", "replied_at"),
    Reminder.Kind.ANSWER_SOON: ("answer_soon_at", "answered_at"),
    Reminder.Kind.ANSWER_LATE: ("answer_due_at", "answered_at"),
}


class Due(NamedTuple):
    """What must be told now: since when it is due, of which round, of which kind."""

    due_at: datetime
    round_id: int
    inquiry_id: int
    kind: Reminder.Kind


def remind_of_what_is_due() -> int:
    """Tell everything that is due and was not told, what was due first first; how many rows were written.

    What fails is logged, holds nothing else back, and is tried again at the next look.
    """
    told = 0
    waiting = iter(due_now())
    while batch := list(islice(waiting, BATCH)):
        ids = {due.inquiry_id for due in batch}
        try:
            told += _remind(ids)
        except Exception:
            logger.exception("Some of %s reminders failed; each is tried by itself.", len(batch))
            told += sum(_remind_alone(pk) for pk in sorted(ids))
    return told


def due_now(inquiry_ids: Iterable[int] | None = None) -> list[Due]:
    """What is due by the database's clock and has no row yet."""
    at = database_now()
    found = [
        Due(due_at, round_id, inquiry_id, kind)
        for kind in MOMENTS
        for due_at, round_id, inquiry_id in _missing(kind, at, inquiry_ids)
    ]
    return sorted(found)


def _missing(
    kind: Reminder.Kind, at: datetime, inquiry_ids: Iterable[int] | None
) -> QuerySet[Round, tuple[datetime, int, int]]:
    due, done = MOMENTS[kind]
    told = Reminder.objects.filter(inquiry=OuterRef("inquiry"), round=OuterRef("number"), kind=kind)
    running = Q(number=F("inquiry__round"), closed_at__isnull=True, **{f"{done}__isnull": True})
    rounds = Round.objects.filter(running, ~Exists(told), **{f"{due}__lte": at})
    if inquiry_ids is not None:
        rounds = rounds.filter(inquiry__in=inquiry_ids)
    return rounds.order_by().values_list(due, "pk", "inquiry_id")


@transaction.atomic
def _remind(inquiry_ids: Iterable[int]) -> int:
    """Look again with the inquiries held: what was answered or told meanwhile is not told (again)."""
    held = Inquiry.objects.filter(pk__in=inquiry_ids).order_by("pk")
    held = held.select_for_update(of=("self",), no_key=True).select_related("line__head", "assigned_to")
    inquiries = {inquiry.pk: inquiry for inquiry in held}
    due = due_now(inquiries.keys())
    rounds = Round.objects.in_bulk({one.round_id for one in due})
    rows = Reminder.objects.bulk_create(
        Reminder(
            inquiry_id=one.inquiry_id,
            round=rounds[one.round_id].number,
            kind=one.kind,
            due_at=one.due_at,
        )
        for one in due
    )
    announcing.reminded(
        (inquiries[one.inquiry_id], rounds[one.round_id], row) for one, row in zip(due, rows, strict=True)
    )
    return len(rows)


def _remind_alone(inquiry_id: int) -> int:
    try:
        return _remind([inquiry_id])
    except Exception:
        logger.exception("The reminders of inquiry %s failed.", inquiry_id)
        return 0
