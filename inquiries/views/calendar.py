"""The working calendar: which days work, and which years are announced; system administrators tell it."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from accounts.requests import AgentRequest
from faq.services.locking import database_now
from inquiries import working_calendar
from inquiries.models import CalendarDay
from inquiries.services import calendars
from kb.lib.errors import RuleBrokenError
from kb.lib.months import SITE_ZONE

LONGEST_SPAN_DAYS = 31


@dataclass(frozen=True)
class Day:
    """One day of the year's picture; ``is_set`` when an administrator entered it."""

    day: date
    works: bool
    is_set: bool
    is_in_month: bool

    @property
    def is_unusual(self) -> bool:
        """A holiday on a weekday, or work on a weekend."""
        return self.works != (self.day.weekday() < 5)


class DayForm(forms.Form):
    """One day, and whether it works; ``as_shipped`` takes back what was entered."""

    day = forms.DateField()
    what = forms.ChoiceField(choices=[(what, what) for what in ("off", "worked", "as_shipped")])


@require_safe
@login_required
def calendar(request: AgentRequest) -> HttpResponse:
    """The days of one year, ``?year=``, by month."""
    _keeper(request)
    return _show(request)


@require_POST
@login_required
def set_day(request: AgentRequest) -> HttpResponse:
    """Enter one day, or take back what was entered for it."""
    keeper, form = _keeper(request), DayForm(request.POST)
    if not form.is_valid():
        return _show(request, _("Choose a day."))
    day, what = form.cleaned_data["day"], form.cleaned_data["what"]
    try:
        if what == "as_shipped":
            calendars.unset_day(day, by=keeper)
        else:
            calendars.set_day(day, is_working=what == "worked", by=keeper)
    except RuleBrokenError as broken:
        return _show(request, str(broken))
    return redirect(f"{reverse('inquiries:calendar')}?year={day.year}")


@require_POST
@login_required
def announce_year(request: AgentRequest) -> HttpResponse:
    """Enter all the holidays and make-up working days of a year; provisional deadlines are then set."""
    keeper, year = _keeper(request), _year(request.POST.get("year", ""))
    try:
        off, worked = (_days(request.POST.get(name, "")) for name in ("off", "worked"))
        calendars.announce_year(year, off=off, worked=worked, by=keeper)
    except RuleBrokenError as broken:
        return _show(request, str(broken))
    return redirect(f"{reverse('inquiries:calendar')}?year={year}")


def _keeper(request: AgentRequest) -> Agent:
    if not permissions.may_change_calendar(request.user):
        raise PermissionDenied
    return request.user


def _year(text: str) -> int:
    """The year asked for; this one, when none of ours was."""
    is_year = text.isascii() and text.isdigit() and len(text) == 4
    if is_year and calendars.FIRST_YEAR <= int(text) <= calendars.LAST_YEAR:
        return int(text)
    return database_now().astimezone(SITE_ZONE).year


def _days(text: str) -> set[date]:
    """Days, one a line, or the first and last of several. Raises RuleBrokenError for what is no day."""
    found: set[date] = set()
    for line in filter(None, map(str.strip, text.splitlines()[:200])):
        try:
            ends = [date.fromisoformat(part) for part in line.replace("~", " ").split()]
        except ValueError:
            ends = []
        if not 1 <= len(ends) <= 2 or not 0 <= (ends[-1] - ends[0]).days < LONGEST_SPAN_DAYS:
            raise RuleBrokenError(
                _("“%(line)s” is no day. Write 2027-02-05, or 2027-02-05 2027-02-11 for all between.")
                % {"line": line[:40]}
            )
        found |= {ends[0] + timedelta(days=number) for number in range((ends[-1] - ends[0]).days + 1)}
    return found


def _show(request: HttpRequest, error: str = "") -> HttpResponse:
    told = request.POST
    year = _year(told.get("year") or told.get("day", "")[:4] or request.GET.get("year", ""))
    in_force = working_calendar.current()
    entered = set(CalendarDay.objects.filter(day__year=year).values_list("day", flat=True))
    months = [
        (
            date(year, month, 1),
            [
                [Day(day, in_force.works(day), day in entered, day.month == month) for day in week]
                for week in Calendar().monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]
    working = sum(one.works for _first, each in months for week in each for one in week if one.is_in_month)
    context = {
        "year": year,
        "months": months,
        "working": working,
        "is_announced": in_force.is_announced(year),
        "entered": CalendarDay.objects.filter(day__year=year).select_related("set_by"),
        "typed": {name: request.POST.get(name, "") for name in ("off", "worked", "day")},
        "error": error,
    }
    return render(request, "inquiries/calendar.html", context, status=422 if error else 200)
