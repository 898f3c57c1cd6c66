"""When a spike begins and ends, and which hours it is held against: product.md §6, line by line."""

from datetime import UTC, datetime, timedelta
from math import ceil, sqrt
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.lib.months import SITE_ZONE
from kb.lib.workdays import is_holiday
from reports.spikes import rule
from reports.spikes.rule import Open, Standing, Usual

NOW = datetime(2026, 3, 10, 10, 20, tzinfo=SITE_ZONE)  # a Tuesday
counts = st.lists(st.integers(0, 400), min_size=1, max_size=8)


def standing(
    subject: str, calls: int, agents: int = 3, past: tuple[int, ...] = (), line: str = ""
) -> Standing:
    return Standing(subject, calls, agents, past or (0,) * 8, line)


@given(past=counts, calls=st.integers(0, 900), agents=st.integers(0, 9))
def test_the_rule_is_the_sentence_of_the_product(past: list[int], calls: int, agents: int) -> None:
    m = median(past)
    mad = median(abs(one - m) for one in past)
    says = calls >= 5 and agents >= 3 and calls >= m + max(6 * 1.4826 * mad, 3 * sqrt(max(m, 1)), 4)
    usual = Usual.of(past)
    assert usual.is_spike(calls, agents) == says
    assert usual.least == max(5, ceil(m + usual.excess - 1e-9))


@given(past=counts, calls=st.integers(0, 900))
def test_what_is_calm_is_no_spike(past: list[int], calls: int) -> None:
    usual = Usual.of(past)
    assert not (usual.is_calm(calls) and usual.is_spike(calls, 9))


@pytest.mark.parametrize(
    ("past", "least"),
    [((0,) * 8, 5), ((1, 1, 0, 2, 1, 1, 1, 1), 5), ((4,) * 8, 10), ((100,) * 8, 130), ((10, 30) * 4, 109)],
)
def test_the_least_that_is_a_spike(past: tuple[int, ...], least: int) -> None:
    assert Usual.of(past).least == least


def test_the_same_hour_of_the_same_weekday_in_the_last_eight_weeks() -> None:
    ends = rule.past_windows(NOW.astimezone(UTC), lambda _: False)
    assert ends == [NOW - timedelta(weeks=week) for week in range(1, 9)]


@pytest.mark.parametrize(
    ("day", "held_against"),
    [
        (datetime(2026, 2, 17, 10, tzinfo=SITE_ZONE), 15),  # Spring Festival, a Tuesday
        (datetime(2026, 2, 22, 10, tzinfo=SITE_ZONE), 15),  # a Sunday of it
        (datetime(2026, 2, 21, 10, tzinfo=SITE_ZONE), 15),  # a Saturday of it
        (datetime(2026, 3, 14, 10, tzinfo=SITE_ZONE), 7),  # a plain Saturday: the one before
    ],
)
def test_a_holiday_is_held_against_sundays(day: datetime, held_against: int) -> None:
    assert rule.past_windows(day, is_holiday)[0].day == held_against


def test_it_is_over_after_thirty_calm_minutes_and_not_before() -> None:
    quiet = {"entry:1": standing("entry:1", 0)}
    first = rule.check(NOW, quiet, {"entry:1": Open("entry:1")})
    assert first.calm_since == {"entry:1": NOW}
    assert not first.ended
    later = Open("entry:1", calm_since=NOW)
    assert not rule.check(NOW + timedelta(minutes=29), quiet, {"entry:1": later}).ended
    assert rule.check(NOW + timedelta(minutes=30), quiet, {"entry:1": later}).ended == {"entry:1": NOW}


def test_it_is_not_over_when_calls_come_again_meanwhile() -> None:
    busy = {"entry:1": standing("entry:1", 4)}
    step = rule.check(NOW, busy, {"entry:1": Open("entry:1", calm_since=NOW - timedelta(minutes=25))})
    assert step.calm_since == {"entry:1": None}
    assert not step.ended


def test_a_spike_that_runs_does_not_begin_again() -> None:
    loud = {"entry:1": standing("entry:1", 40)}
    assert rule.check(NOW, loud, {}).began == ["entry:1"]
    assert rule.check(NOW, loud, {"entry:1": Open("entry:1")}).began == []


def test_two_agents_are_no_spike() -> None:
    assert rule.check(NOW, {"entry:1": standing("entry:1", 40, agents=2)}, {}).began == []


@pytest.mark.parametrize("runs", [False, True])
def test_the_spike_of_a_line_takes_in_its_entries(*, runs: bool) -> None:
    now = {
        "line:3": standing("line:3", 60),
        "entry:1": standing("entry:1", 40, line="line:3"),
        "entry:2": standing("entry:2", 40, line="line:4"),
    }
    running = {"entry:1": Open("entry:1")} if runs else {}
    assert rule.check(NOW, now, running).absorbed == {"entry:1": "line:3"}
