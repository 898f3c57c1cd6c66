"""Until when an inquiry must be answered (product.md §8). Pure: no database, no clock.

A working minute is a whole minute inside the working hours of a working day. Counting begins with the first
working minute that begins at or after the start, and a deadline is the end of the last minute counted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kb.lib import workdays
from kb.lib.months import SITE_ZONE
from kb.lib.working_hours import Periods

REPLY_WITHIN = timedelta(hours=24)
ANSWER_DAYS = 5
REMINDER_SHARE = 0.75
FURTHEST_DAYS = 400  # a calendar whose days are all off is a mistake, not a long holiday


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days work, and when in the day.

    ``days`` says where a day differs from the calendar we were shipped with; ``years`` which years were
    announced besides those it knows.
    """

    periods: Periods
    days: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    @property
    def minutes_a_day(self) -> int:
        return sum(ends - begins for begins, ends in self.periods)

    def works(self, day: date) -> bool:
        """Whether this day works; in a year not announced, Monday to Friday."""
        return self.days[day] if day in self.days else workdays.works(day)

    def is_announced(self, year: int) -> bool:
        return year in self.years or workdays.is_announced(year)


@dataclass(frozen=True)
class Deadlines:
    """Both deadlines of a round and when to remind of each.

    ``is_provisional``: the final one reaches into a year whose holidays are not announced.
    """

    reply_soon_at: datetime
    reply_due_at: datetime
    answer_soon_at: datetime
    answer_due_at: datetime
    is_provisional: bool


def deadlines(began_at: datetime, calendar: WorkingCalendar) -> Deadlines:
    """Both deadlines of what began then."""
    minutes = ANSWER_DAYS * calendar.minutes_a_day
    answer_due_at = after_working_minutes(began_at, minutes, calendar)
    return Deadlines(
        reply_soon_at=began_at + REPLY_WITHIN * REMINDER_SHARE,
        reply_due_at=began_at + REPLY_WITHIN,
        answer_soon_at=after_working_minutes(began_at, round(minutes * REMINDER_SHARE), calendar),
        answer_due_at=answer_due_at,
        is_provisional=not all(calendar.is_announced(year) for year in _years(began_at, answer_due_at)),
    )


def after_working_minutes(start: datetime, minutes: int, calendar: WorkingCalendar) -> datetime:
    """The end of the n-th working minute from the start on; n is at least 1.

    Raises ValueError when the calendar has none in more than a year.
    """
    left = minutes
    for begins_at, length in _stretches(start, calendar):
        if left <= length:
            return begins_at + timedelta(minutes=left)
        left -= length
    raise ValueError(f"There is no working time in {FURTHEST_DAYS} days from {start:%Y-%m-%d}.")


def working_minutes(start: datetime, end: datetime, calendar: WorkingCalendar) -> int:
    """How many whole working minutes lie between two moments; none when the end is not later."""
    total = 0
    days = max((end.astimezone(SITE_ZONE).date() - start.astimezone(SITE_ZONE).date()).days, 0) + 1
    for begins_at, length in _stretches(start, calendar, days):
        if begins_at >= end:
            break
        total += min(length, int((end - begins_at) / timedelta(minutes=1)))
    return total


def _stretches(
    start: datetime, calendar: WorkingCalendar, days: int = FURTHEST_DAYS
) -> Iterator[tuple[datetime, int]]:
    """Stretches of working time from the first whole minute on: where each begins, and its minutes."""
    first = _next_whole_minute(start.astimezone(SITE_ZONE))
    midnight = first.replace(hour=0, minute=0)
    past = int((first - midnight) / timedelta(minutes=1))
    for number in range(days):
        today = midnight + timedelta(days=number)
        if not calendar.works(today.date()):
            past = 0
            continue
        for begins, ends in calendar.periods:
            if ends > past:
                begin = max(begins, past)
                yield today + timedelta(minutes=begin), ends - begin
        past = 0


def _next_whole_minute(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=1)


def _years(start: datetime, end: datetime) -> range:
    return range(start.astimezone(SITE_ZONE).year, end.astimezone(SITE_ZONE).year + 1)
