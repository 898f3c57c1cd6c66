"""Working days follow the State Council's calendar where it is known, and Monday to Friday where not."""

from datetime import datetime

import pytest

from kb.lib.months import SITE_ZONE
from kb.lib.workdays import is_workday, same_time_next_workday


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SITE_ZONE)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-10-01T09:00", False),  # National Day, a Thursday
        ("2026-10-10T09:00", True),  # a Saturday worked in its stead
        ("2026-10-11T09:00", False),
        ("2031-10-01T09:00", True),  # not announced: a Wednesday
        ("2031-10-04T09:00", False),
    ],
)
def test_holidays_are_off_and_make_up_days_are_worked(day: str, expected: bool) -> None:  # noqa: FBT001
    assert is_workday(at(day)) is expected


def test_the_day_is_the_one_of_the_site() -> None:
    assert is_workday(datetime.fromisoformat("2026-11-22T16:30+00:00"))  # half past midnight on Monday there


def test_the_clock_time_stays_over_a_holiday() -> None:
    assert same_time_next_workday(at("2026-09-30T16:45")) == at("2026-10-08T16:45")


def test_from_friday_it_is_monday() -> None:
    assert same_time_next_workday(at("2026-11-27T10:00")) == at("2026-11-30T10:00")
