"""What pages and reports get: right months and days, and a fixed number of queries."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from hits import reads
from hits.loading import CallRow, EventRow, load_calls, load_events
from hits.models import DailyHits
from hits.rollup import catch_up
from kb.lib.months import SITE_ZONE, Month
from tests.factories import AgentFactory, BusinessLineFactory

pytestmark = pytest.mark.usefixtures("committed")
SHANGHAI = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)


def count(entry_id: int, *moments: datetime, line_id: int = 1, agent_id: int = 1) -> None:
    load_events(EventRow(uuid4(), at, agent_id, entry_id, line_id, "copied", uuid4()) for at in moments)
    catch_up()


def test_a_month_is_half_open_in_shanghai() -> None:
    first, last = datetime(2026, 3, 1, tzinfo=SHANGHAI), datetime(2026, 3, 31, 23, 59, 59, 999999, SHANGHAI)
    count(1, first - timedelta(microseconds=1), first, last, last + timedelta(microseconds=1))
    assert reads.month_counts(MARCH) == [(1, 2)]
    assert reads.month_counts(MARCH.later(-1)) == reads.month_counts(MARCH.later(1)) == [(1, 1)]
    assert [(day.day.day, day.hits) for day in reads.day_counts(MARCH)] == [(1, 1), (31, 1)]
    assert reads.hour_by_weekday(MARCH) == [reads.HourHits(2, 23, 1), reads.HourHits(7, 0, 1)]


def test_entries_stand_in_the_order_of_their_hits_then_ids_and_by_the_line_they_had() -> None:
    one, other = BusinessLineFactory.create(), BusinessLineFactory.create()
    at = datetime(2026, 3, 3, 2, tzinfo=UTC)
    count(5, at, line_id=one.pk)
    count(5, at, at, line_id=other.pk)
    count(4, at, line_id=other.pk)
    count(3, at, line_id=other.pk)
    assert reads.month_counts(MARCH) == [(5, 3), (3, 1), (4, 1)]
    assert reads.month_counts(MARCH, one) == [(5, 1)]
    assert reads.day_counts(MARCH, one) == [reads.DayHits(date(2026, 3, 3), 1)]
    assert reads.hour_by_weekday(MARCH, other) == [reads.HourHits(2, 10, 4)]
    assert [point.hits for point in reads.trend(MARCH, months=3, line=other)] == [0, 0, 4]


def test_the_hot_list_is_todays_and_of_the_lines_asked_for() -> None:
    now = datetime.now(UTC)
    today = now.astimezone(SHANGHAI).date()
    count(1, now, now, line_id=1)
    count(2, now, line_id=2)
    count(3, *[now - timedelta(days=1)] * 5, line_id=2)
    assert reads.hot_today(None, 8) == [(1, 2), (2, 1)]
    assert reads.hot_today([2], 8) == [(2, 1)]
    assert reads.hot_today([], 8) == []
    assert reads.hot_since(today - timedelta(days=1), [2], 1) == [(3, 5)]
    assert reads.hits_of_entries([1, 3, 9], today) == {1: 2}
    assert reads.hits_of_entries([1, 3], today - timedelta(days=1)) == {1: 2, 3: 5}


def test_a_day_of_own_figures_begins_at_midnight_here() -> None:
    person = AgentFactory.create()
    midnight = datetime.now(SITE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    begun = (midnight, midnight - timedelta(seconds=1))
    load_calls([CallRow(uuid4(), person.pk, at, at) for at in begun])
    assert reads.agent_own_figures(person).calls_today == 1


def test_own_figures_are_of_one_agent_today_and_this_month() -> None:
    person, now = AgentFactory.create(), datetime.now(UTC)
    count(1, now, now - timedelta(days=40), agent_id=person.pk)
    count(1, now, agent_id=person.pk + 1)
    load_calls([CallRow(uuid4(), person.pk, at, at) for at in (now, now - timedelta(days=40))])
    assert reads.agent_own_figures(person) == reads.OwnFigures(calls_today=1, hits_today=1, hits_this_month=1)


def test_own_figures_are_one_query_and_nought_before_anything(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    person = AgentFactory.create()
    with django_assert_num_queries(1):
        assert reads.agent_own_figures(person) == reads.OwnFigures(0, 0, 0)


@pytest.mark.parametrize(
    ("read", "queries"),
    [
        (lambda: reads.month_counts(MARCH), 1),
        (lambda: reads.day_counts(MARCH), 1),
        (lambda: reads.hour_by_weekday(MARCH), 1),
        (lambda: reads.trend(MARCH), 1),
        (lambda: reads.hot_today([1, 2], 8), 1),
        (lambda: reads.hits_of_entries(range(1, 40), date(2026, 3, 1)), 1),
    ],
)
def test_the_queries_do_not_grow_with_the_rows(
    django_assert_num_queries: DjangoAssertNumQueries, read: Callable[[], object], queries: int
) -> None:
    for entry in range(1, 30):
        count(entry, datetime(2026, 3, 1 + entry % 20, tzinfo=UTC), line_id=entry % 5 + 1)
    assert DailyHits.objects.count() == 29
    with django_assert_num_queries(queries):
        read()
