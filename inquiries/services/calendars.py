"""Which days work: administrators enter what is announced, and provisional deadlines are set by it."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent
from inquiries import working_calendar
from inquiries.deadlines import deadlines
from inquiries.models import CalendarDay, CalendarYear, Inquiry, Round
from inquiries.services import announcing, scheduling
from inquiries.services.locking import lock
from kb.lib import jobs
from kb.lib.errors import RuleBrokenError

FIRST_YEAR, LAST_YEAR = 2020, 2100


@transaction.atomic
def set_day(day: date, *, is_working: bool, by: Agent) -> CalendarDay:
    """Say that one day works, or does not. Deadlines that are fixed stay as they are."""
    _check(by, day.year)
    row, _is_new = CalendarDay.objects.update_or_create(
        day=day, defaults={"is_working": is_working, "set_by": by}
    )
    audit.record(by, "calendar.day_set", row, day=str(day), is_working=is_working)
    return row


@transaction.atomic
def unset_day(day: date, *, by: Agent) -> None:
    """Take back what was entered for one day; without anything entered there is nothing to do."""
    _check(by, day.year)
    row = CalendarDay.objects.filter(day=day).select_for_update().first()
    if row is not None:
        audit.record(by, "calendar.day_unset", row, day=str(day), was_working=row.is_working)
        row.delete()


@transaction.atomic
def announce_year(year: int, *, off: Collection[date], worked: Collection[date], by: Agent) -> CalendarYear:
    """Enter a year's holidays and make-up working days at once; its provisional deadlines are set by a job.

    Raises RuleBrokenError when a day is of another year or stands in both lists.
    """
    _check(by, year)
    if set(off) & set(worked):
        raise RuleBrokenError(_("A day cannot be both a holiday and worked."))
    if any(day.year != year for day in {*off, *worked}):
        raise RuleBrokenError(_("A day lies in another year."))
    for day in sorted({*off, *worked}):
        set_day(day, is_working=day in worked, by=by)
    announced, is_new = CalendarYear.objects.get_or_create(year=year, defaults={"set_by": by})
    if is_new:
        audit.record(by, "calendar.year_announced", announced, year=year)
    jobs.defer("inquiries.settle_provisional", timestamp=0)
    return announced


def settle() -> int:
    """Set the final deadlines of provisional rounds whose years are all announced by now; how many."""
    waiting = Round.objects.filter(is_provisional=True).order_by("inquiry", "number")
    return sum(_settle(inquiry_id, pk) for inquiry_id, pk in waiting.values_list("inquiry", "pk"))


@transaction.atomic
def _settle(inquiry_id: int, round_id: int) -> bool:
    """Once, and audited: whoever comes second finds that it is provisional no more."""
    inquiry = lock(Inquiry(pk=inquiry_id))
    running = inquiry.rounds.filter(pk=round_id, is_provisional=True).first()
    if running is None:
        return False
    due = deadlines(running.began_at, working_calendar.current(running.hours))
    if due.is_provisional:
        return False
    before = running.answer_due_at
    running.answer_soon_at, running.answer_due_at = due.answer_soon_at, due.answer_due_at
    running.is_provisional = False
    running.save(update_fields=["answer_soon_at", "answer_due_at", "is_provisional"])
    detail = {"before": before.isoformat(), "after": due.answer_due_at.isoformat()}
    audit.record(None, "inquiry.deadline_settled", inquiry, round=running.number, **detail)
    scheduling.wake_at([due.answer_soon_at, due.answer_due_at])
    if before != due.answer_due_at and inquiry.is_open and running.number == inquiry.round:
        announcing.settled(inquiry, running)
    return True


def _check(by: Agent, year: int) -> None:
    if not permissions.may_change_calendar(by):
        raise RuleBrokenError(_("The calendar is the system administrators' to change."))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RuleBrokenError(
            _("The year must lie between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
