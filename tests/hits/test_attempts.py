"""Which attempts were given up: the SQL says what the sentences of product.md §5 say."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts.models import Agent
from hits import attempts
from hits.loading import EventRow, load_events
from hits.models import SearchLog
from tests.factories import AgentFactory
from tests.hits.test_confirmed import searched

pytestmark = pytest.mark.django_db
START = timezone.now() - timedelta(days=2)
Said = tuple[float, str]
Use = tuple[float, int, int | None, str]


@pytest.fixture
def agent() -> Agent:
    person: Agent = AgentFactory.create()
    return person


def call_of(agent: Agent, searches: Sequence[Said], uses: Sequence[Use] = (), at: datetime = START) -> UUID:
    """A call with searches (second, text) and uses (second, entry, number of the search or none, how)."""
    call_id, ids = uuid4(), [uuid4() for _ in searches]
    for search_id, (second, text) in zip(ids, searches, strict=True):
        SearchLog.objects.create(id=search_id, call_id=call_id, agent=agent, text=text, took_ms=1)
        SearchLog.objects.filter(pk=search_id).update(at=at + timedelta(seconds=second))
    load_events(
        EventRow(
            uuid4(),
            at + timedelta(seconds=second),
            agent.pk,
            entry_id,
            1,
            how,
            call_id,
            search_id=None if named is None else ids[named],
        )
        for second, entry_id, named, how in uses
    )
    return call_id


def given_up(*people: Agent) -> list[list[str]]:
    found = attempts.given_up(START - timedelta(days=1), [person.pk for person in people])
    return sorted(attempt.texts for attempt in found)


def test_searches_within_a_minute_are_one_attempt_and_the_last_stands_for_it(agent: Agent) -> None:
    call_id = call_of(agent, [(0, "社保"), (60, "社保卡激活"), (121, "保管箱")])
    (first, second) = attempts.given_up(START - timedelta(days=1), [agent.pk])
    assert (first.call_id, first.agent_id, first.at) == (call_id, agent.pk, START + timedelta(seconds=60))
    assert (first.texts, first.text) == (["社保", "社保卡激活"], "社保卡激活")
    assert second.text == "保管箱"


@pytest.mark.parametrize("how", ["dwelled", "copied", "confirmed"])
def test_an_entry_asked_within_a_minute_answers_the_attempt_and_ends_it(agent: Agent, how: str) -> None:
    call_of(agent, [(0, "社保"), (20, "社保卡激活"), (90, "保管箱")], [(80, 7, None, how)])
    assert given_up(agent) == [["保管箱"]]


def test_opening_is_not_asking_and_a_minute_later_is_too_late(agent: Agent) -> None:
    call_of(agent, [(0, "甲")], [(5, 7, 0, "opened")])
    call_of(agent, [(0, "乙")], [(61, 7, None, "dwelled")])
    call_of(agent, [(0, "丙")], [(60, 7, None, "dwelled")])
    assert given_up(agent) == [["乙"], ["甲"]]


def test_a_use_that_names_a_search_answers_it_whenever_it_was_logged(agent: Agent) -> None:
    call_of(agent, [(0, "甲")], [(200, 7, 0, "confirmed")])
    call_of(agent, [(30, "乙")], [(10, 7, 0, "dwelled")])
    call_of(agent, [(0, "丙"), (10, "丁")], [(300, 7, 0, "dwelled")])
    assert given_up(agent) == []


def test_what_was_taken_back_answers_nothing_unless_it_is_asked_again(agent: Agent) -> None:
    call_of(agent, [(0, "甲")], [(5, 7, 0, "dwelled"), (9, 7, 0, "taken_back")])
    call_of(agent, [(0, "乙")], [(5, 7, 0, "dwelled"), (9, 7, 0, "taken_back"), (12, 7, 0, "confirmed")])
    call_of(agent, [(0, "丙")], [(5, 7, 0, "dwelled"), (9, 8, 0, "taken_back")])
    assert given_up(agent) == [["甲"]]


def test_the_use_of_another_call_answers_nothing(agent: Agent) -> None:
    call_of(agent, [(0, "甲")])
    call_of(agent, [], [(5, 7, None, "confirmed")])
    assert given_up(agent) == [["甲"]]


def test_only_attempts_of_these_people_in_calls_that_are_over_and_whose_text_is_kept(agent: Agent) -> None:
    other: Agent = AgentFactory.create()
    call_of(other, [(0, "别人")])
    call_of(agent, [(0, "还在说")], at=timezone.now() - timedelta(seconds=30))
    call_of(agent, [(0, "")])
    call_of(agent, [(0, "太久以前")], at=START - timedelta(days=3))
    SearchLog.objects.create(id=uuid4(), call_id=None, agent=agent, text="没有通话", took_ms=1)
    assert given_up(agent) == []
    assert given_up(other) == [["别人"]]


def test_the_last_time_a_text_was_confirmed(agent: Agent) -> None:
    for days in (5, 3):
        searched("挂失", 7, agent=agent, at=START - timedelta(days=days))
    searched("挂失", 7, "dwelled", agent=agent, at=START)
    found = attempts.last_confirmed(START - timedelta(days=9))
    assert found == {"挂失": START - timedelta(days=3) + timedelta(seconds=2)}


def test_many_calls_come_out_as_the_plain_rule_says(agent: Agent) -> None:
    rng = random.Random(5)
    expected: list[list[str]] = []
    for number in range(150):
        searches: list[Said] = [
            (second, f"{number}-{second}")
            for second in sorted(rng.sample(range(0, 400, 7), rng.randint(1, 5)))
        ]
        uses: list[Use] = [
            (second, entry, rng.choice([None, *range(len(searches))]), "dwelled")
            for entry, second in enumerate(rng.sample(range(1, 480, 3), rng.randint(0, 3)))
        ]
        call_of(agent, searches, uses)
        expected += plainly_given_up(searches, uses)
    assert 100 < len(expected) < 400
    assert given_up(agent) == sorted(expected)


def plainly_given_up(searches: Sequence[Said], uses: Sequence[Use]) -> list[list[str]]:
    """Step by step: a search opens an attempt or goes on with it, a use answers and ends it."""
    tried: list[list[int]] = []
    answered: set[int] = set()
    last: float | None = None
    moments = [(second, False, place) for place, (second, _) in enumerate(searches)]
    moments += [(second, True, place) for place, (second, *_) in enumerate(uses)]
    for second, is_use, place in sorted(moments):
        if is_use:
            if last is not None and second - last <= 60:
                answered.add(len(tried) - 1)
            last = None
            continue
        if last is None or second - last > 60:
            tried.append([])
        tried[-1].append(place)
        last = second
    named = {number for _, _, number, _ in uses}
    return [
        [searches[place][1] for place in places]
        for number, places in enumerate(tried)
        if number not in answered and not named & set(places)
    ]
