"""Which searches count as answered, and at which rank their entry stood."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hits import confirmed
from hits.confirmed import ConfirmedSearch
from hits.loading import EventRow, load_events
from hits.models import SearchLog
from kb.lib.months import SITE_ZONE, Month
from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)
NOON = datetime(2026, 3, 3, 12, tzinfo=SITE_ZONE)


def searched(text: str, entry_id: int, *later: str, **more: Any) -> UUID:
    """A search whose matches were entries 1 to 9, and the events that followed in its call."""
    at, call_id = more.pop("at", NOON), more.pop("call_id", None) or uuid4()
    agent = more.pop("agent", None) or AgentFactory.create()
    search = SearchLog.objects.create(
        id=uuid4(), call_id=call_id, agent=agent, text=text, match_ids=[*range(1, 10)], took_ms=1
    )
    SearchLog.objects.filter(pk=search.pk).update(at=at)
    load_events(
        EventRow(
            uuid4(),
            at + timedelta(seconds=n),
            agent.pk,
            entry_id,
            1,
            how,
            call_id,
            search_id=search.pk,
            **more,
        )
        for n, how in enumerate(later or ["opened", "confirmed"], start=1)
    )
    return call_id


def test_calls_of_the_same_text_and_entry_are_one_pair() -> None:
    for _call in range(3):
        searched("卡丢了", 1)
    searched("卡丢了", 2)
    twice = searched("怎么挂失", 1)
    searched("怎么挂失", 1, call_id=twice)
    assert sorted(confirmed.confirmed_searches(MARCH, 9), key=lambda pair: (pair.text, pair.entry_id)) == [
        ConfirmedSearch("卡丢了", 1, 3),
        ConfirmedSearch("卡丢了", 2, 1),
        ConfirmedSearch("怎么挂失", 1, 1),
    ]


def test_what_was_taken_back_counts_only_when_confirmed_again() -> None:
    searched("甲", 1, "confirmed", "taken_back")
    searched("乙", 1, "taken_back", "confirmed")
    searched("丙", 1, "confirmed", "taken_back", "confirmed")
    assert {pair.text for pair in confirmed.confirmed_searches(MARCH, 9)} == {"乙", "丙"}


def test_only_confirmed_searches_that_count_of_that_month_with_their_text() -> None:
    searched("只是看过", 1, "opened", "dwelled", "copied")
    searched("试用", 1, counts=False)
    searched("", 1)
    for moment in (MARCH.starts_at - timedelta(seconds=1), MARCH.ends_at):
        searched("别的月", 1, at=moment)
    searched("月初", 1, at=MARCH.starts_at)
    assert [pair.text for pair in confirmed.confirmed_searches(MARCH, 9)] == ["月初"]


def test_a_sample_is_the_same_every_time_and_not_the_first_texts() -> None:
    agent = AgentFactory.create()
    for number in range(40):
        searched(f"问题{number:02}", 1, agent=agent)
    sample = confirmed.confirmed_searches(MARCH, 10)
    assert len(sample) == 10
    assert sample == confirmed.confirmed_searches(MARCH, 10) == confirmed.confirmed_searches(MARCH, 40)[:10]
    assert sorted(pair.text for pair in sample) != [f"问题{number:02}" for number in range(10)]


def test_ranks_are_those_the_agents_saw_month_by_month() -> None:
    searched("甲", 1)
    searched("乙", 1)
    searched("丙", 7)
    searched("丁", 99)
    searched("戊", 2, at=MARCH.later(-1).starts_at)
    ranks = confirmed.ranks_by_month(MARCH, 3)
    assert [str(one.month) for one in ranks] == ["2026-01", "2026-02", "2026-03"]
    assert [one.calls_at_rank for one in ranks] == [{}, {2: 1}, {1: 2, 7: 1, 0: 1}]
