"""The working calendar in force: the shipped one, what administrators entered, and the working hours."""

from accounts import settings
from inquiries.deadlines import WorkingCalendar
from inquiries.models import CalendarDay, CalendarYear
from kb.lib import working_hours


def current(hours: str = "") -> WorkingCalendar:
    """The calendar as it is now; with ``hours`` in place of the working hours in force."""
    return WorkingCalendar(
        periods=working_hours.parse(hours or settings.text("working_hours")),
        days=dict(CalendarDay.objects.values_list("day", "is_working")),
        years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
    )
