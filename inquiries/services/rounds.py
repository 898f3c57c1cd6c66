"""A round begins: both deadlines are fixed, and a job waits for each moment at which somebody must hear."""

from datetime import datetime

from accounts import settings
from inquiries import working_calendar
from inquiries.deadlines import deadlines
from inquiries.models import Inquiry, Round
from inquiries.services import scheduling


def begin(inquiry: Inquiry, *, at: datetime) -> Round:
    """The round that ``inquiry.round`` names. The caller holds the inquiry."""
    hours = settings.text("working_hours")
    due = deadlines(at, working_calendar.current(hours))
    running = Round.objects.create(
        inquiry=inquiry,
        number=inquiry.round,
        began_at=at,
        reply_soon_at=due.reply_soon_at,
        reply_due_at=due.reply_due_at,
        answer_soon_at=due.answer_soon_at,
        answer_due_at=due.answer_due_at,
        is_provisional=due.is_provisional,
        hours=hours,
    )
    scheduling.wake_at([due.reply_soon_at, due.reply_due_at, due.answer_soon_at, due.answer_due_at])
    return running
