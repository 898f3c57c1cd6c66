"""Working days of the mainland calendar, the State Council's holidays and make-up working days included."""

from datetime import date, datetime, timedelta

import chinese_calendar

from kb.lib.months import SITE_ZONE

FURTHEST_DAYS = 15  # no holiday is longer


def is_workday(moment: datetime) -> bool:
    """Whether the site's day of this moment works; in a year not announced yet, Monday to Friday."""
    return works(moment.astimezone(SITE_ZONE).date())


def works(day: date) -> bool:
    """Whether this day works; in a year not announced yet, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def is_announced(year: int) -> bool:
    """Whether the calendar we were shipped with knows this year's holidays."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def is_holiday(moment: datetime) -> bool:
    """Whether the site's day of this moment is a holiday of the State Council; plain weekends are not."""
    day = moment.astimezone(SITE_ZONE).date()
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False
    return bool(is_off and name)


def same_time_next_workday(moment: datetime) -> datetime:
    """The same clock time of the next working day."""
    here = moment.astimezone(SITE_ZONE)
    for days in range(1, FURTHEST_DAYS + 1):
        later = here + timedelta(days=days)
        if is_workday(later):
            return later
    raise ValueError(f"There is no working day after {here:%Y-%m-%d}.")
