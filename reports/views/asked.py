"""What an address of the report asks for, and whether this person may have it."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from accounts import permissions
from accounts.models import Agent, BusinessLine
from faq.services.locking import database_now
from kb.lib.months import SITE_ZONE, Month
from reports.reading import Reading
from reports.reads import MonthReport


def reader_of(request: HttpRequest) -> Agent:
    """Whoever asks, if they read reports; else PermissionDenied."""
    if not isinstance(request.user, Agent) or not permissions.may_read_reports(request.user):
        raise PermissionDenied
    return request.user


def now() -> datetime:
    """The database's clock, like every time the report is about."""
    return database_now()


def month_of(text: str) -> Month:
    """The month an address names, if it has begun; else Http404."""
    try:
        month = Month.parse(text)
    except ValueError as error:
        raise Http404 from error
    if month > Month.of(now()):
        raise Http404
    return month


def day_of(text: str) -> date:
    """The day an address names, if it has begun; else Http404."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not day.year >= 1970 or day > now().astimezone(SITE_ZONE).date():
        raise Http404
    return day


def line_of(query: QueryDict, name: str = "line") -> BusinessLine | None:
    """The line of that code; what no code can be is not looked up (PostgreSQL refuses a NUL)."""
    code = query.get(name)
    if code and not code.isprintable():
        raise Http404
    return get_object_or_404(BusinessLine, code=code) if code else None


def number_of(query: QueryDict, name: str, least: int, most: int) -> int:
    """A whole number within bounds; else Http404."""
    text = query.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and least <= int(text) <= most):
        raise Http404
    return int(text)


def reading_of(request: HttpRequest, month: str) -> Reading:
    """The report an address names, in the scope of ``?line=``, before whoever asks."""
    reader = reader_of(request)
    chosen, line = month_of(month), line_of(request.GET)
    return Reading(MonthReport(chosen, line, now()), reader)
