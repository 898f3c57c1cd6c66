"""Deadlines as a pure rule: held against a slow reference that counts minute by minute."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inquiries.deadlines import WorkingCalendar, after_working_minutes, deadlines, working_minutes
from kb.lib import working_hours
from kb.lib.months import SITE_ZONE

USUAL = WorkingCalendar(working_hours.parse("09:00-12:00,13:30-18:00"))
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SITE_ZONE)


@pytest.mark.parametrize(
    ("forwarded", "due"),
    [
        ("2026-11-23T10:00", "2026-11-30T10:00"),  # Monday to Monday
        ("2026-11-23T10:00:01", "2026-11-30T10:01"),  # from the next whole minute on
        ("2026-11-23T12:30", "2026-11-30T12:00"),  # at lunch
        ("2026-11-21T15:00", "2026-11-27T18:00"),  # Saturday: the whole of the next week
        ("2026-11-23T18:00", "2026-11-30T18:00"),  # after work: from Tuesday on
        ("2026-11-23T09:00", "2026-11-27T18:00"),
        ("2026-09-30T17:00", "2026-10-13T17:00"),  # National Day, and the Saturday worked in its stead
        ("2026-02-13T16:00", "2026-02-27T16:00"),  # Spring Festival; Saturday the 14th is worked
    ],
)
def test_the_answer_is_due_after_five_working_days(forwarded: str, due: str) -> None:
    assert deadlines(at(forwarded), USUAL).answer_due_at == at(due)


def test_the_first_reply_is_due_after_a_day_by_the_clock_and_reminded_of_after_three_quarters() -> None:
    due = deadlines(at("2026-10-01T03:00:07"), USUAL)
    assert due.reply_due_at == at("2026-10-02T03:00:07")
    assert due.reply_soon_at == at("2026-10-01T21:00:07")


def test_three_quarters_of_the_answer_are_working_time_too() -> None:
    due = deadlines(at("2026-11-23T09:00"), USUAL)
    assert due.answer_soon_at == at("2026-11-26T16:08")
    assert working_minutes(at("2026-11-23T09:00"), due.answer_soon_at, USUAL) == round(0.75 * 5 * 450)


@pytest.mark.parametrize(
    ("forwarded", "years", "expected"),
    [
        ("2026-12-24T10:00", frozenset[int](), False),
        ("2026-12-25T10:00", frozenset[int](), True),
        ("2026-12-25T10:00", frozenset({2027}), False),
        ("2027-03-01T10:00", frozenset[int](), True),
    ],
)
def test_a_year_that_is_not_announced_makes_it_provisional(
    forwarded: str,
    years: frozenset[int],
    expected: bool,  # noqa: FBT001
) -> None:
    calendar = WorkingCalendar(USUAL.periods, years=years)
    assert deadlines(at(forwarded), calendar).is_provisional is expected


def test_what_administrators_enter_wins() -> None:
    days = {date(2027, 1, 1): False, date(2027, 1, 2): True}
    calendar = WorkingCalendar(USUAL.periods, days, frozenset({2027}))
    assert deadlines(at("2026-12-28T09:00"), calendar).answer_due_at == at("2027-01-02T18:00")
    assert deadlines(at("2026-12-28T09:00"), USUAL).answer_due_at == at("2027-01-01T18:00")


def test_a_calendar_without_working_days_is_an_error_and_no_endless_loop() -> None:
    never = WorkingCalendar(USUAL.periods, {date(2026, 1, 1) + timedelta(n): False for n in range(800)})
    with pytest.raises(ValueError, match="no working time"):
        deadlines(at("2026-01-05T10:00"), never)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    ends = draw(st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True).map(sorted))
    ends = ends[: len(ends) // 2 * 2]
    periods = tuple(zip(ends[::2], ends[1::2], strict=True))
    days = draw(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 31)), st.booleans(), max_size=30))
    return WorkingCalendar(periods, days)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=SITE_ZONE)
)


def is_working(minute: datetime, calendar: WorkingCalendar) -> bool:
    """Whether the minute that begins then is a working one."""
    of_day = minute.hour * 60 + minute.minute
    inside = any(begins <= of_day < ends for begins, ends in calendar.periods)
    return inside and calendar.works(minute.date())


def slowly_after(start: datetime, minutes: int, calendar: WorkingCalendar) -> datetime:
    minute = start.replace(second=0, microsecond=0)
    if minute < start:
        minute += MINUTE
    while True:
        minutes -= is_working(minute, calendar)
        minute += MINUTE
        if not minutes:
            return minute


@settings(max_examples=25, deadline=None)
@given(moments, st.integers(1, 200), calendars())
def test_it_agrees_with_counting_minute_by_minute(
    start: datetime, minutes: int, calendar: WorkingCalendar
) -> None:
    due = after_working_minutes(start, minutes, calendar)
    assert due == slowly_after(start, minutes, calendar)
    assert is_working(due - MINUTE, calendar)


@settings(max_examples=5, deadline=None)
@given(moments)
def test_the_whole_deadline_agrees_with_counting_minute_by_minute(start: datetime) -> None:
    assert deadlines(start, USUAL).answer_due_at == slowly_after(start, 5 * 450, USUAL)


@settings(max_examples=60, deadline=None)
@given(moments, moments, calendars())
def test_who_asks_earlier_has_an_answer_due_no_later(
    one: datetime, other: datetime, calendar: WorkingCalendar
) -> None:
    first, second = sorted([one, other])
    assert deadlines(first, calendar).answer_due_at <= deadlines(second, calendar).answer_due_at


@settings(max_examples=60, deadline=None)
@given(moments, calendars())
def test_exactly_five_days_of_minutes_lie_between_and_it_ends_in_working_time(
    start: datetime, calendar: WorkingCalendar
) -> None:
    due = deadlines(start, calendar)
    assert working_minutes(start, due.answer_due_at, calendar) == 5 * calendar.minutes_a_day
    last = due.answer_due_at - MINUTE
    assert is_working(last, calendar)
    assert start < due.answer_soon_at <= due.answer_due_at


@settings(max_examples=50, deadline=None)
@given(moments, st.integers(0, 60 * 60), calendars())
def test_working_minutes_are_those_that_lie_wholly_between(
    start: datetime, seconds: int, calendar: WorkingCalendar
) -> None:
    end, minute = start + timedelta(seconds=seconds), start.replace(second=0, microsecond=0)
    counted = 0
    while minute + MINUTE <= end:
        counted += minute >= start and is_working(minute, calendar)
        minute += MINUTE
    assert working_minutes(start, end, calendar) == counted
