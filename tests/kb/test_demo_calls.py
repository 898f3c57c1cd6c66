"""The generated calls: always the same, and such as a call centre has them."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from kb.demo import calls, disorder, entries, outage, people, rhythm
from kb.demo.calls import DemoCall, Year
from kb.demo.people import AGENTS
from kb.demo.plan import plan
from kb.demo.popularity import weights
from kb.demo.topics import LONGEST_CALL, Topic, by_key, year_before
from kb.lib.months import SITE_ZONE, Month

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def topics() -> list[Topic]:
    return entries.topics(entries.rows(NOW))


@pytest.fixture(scope="module")
def year(topics: list[Topic]) -> Year:
    return calls.generate(topics, people.agents(random.Random(1)), NOW)


def few(topics: list[Topic], seed: int = 7, now: datetime = NOW) -> list[DemoCall]:
    return calls.generate(topics, people.agents(random.Random(1)), now, calls=400, seed=seed).calls


def local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, SITE_ZONE)


def test_the_same_seed_and_moment_give_the_same_calls(topics: list[Topic]) -> None:
    assert few(topics) == few(topics)
    assert few(topics) != few(topics, seed=8)


def test_there_are_forty_thousand_calls_of_a_hundred_and_twenty_agents(year: Year) -> None:
    assert len(year.calls) == 40_000
    assert len({call.agent for call in year.calls}) == AGENTS == 120
    assert 140_000 < sum(len(call.events) for call in year.calls) < 160_000


def test_they_lie_between_a_year_ago_and_now_in_order(year: Year) -> None:
    assert all(one.starts_at <= next_one.starts_at for one, next_one in pairwise(year.calls))
    assert year.calls[0].starts_at >= year_before(NOW).timestamp()
    assert max(call.ends_at for call in year.calls) <= NOW.timestamp()
    months = Counter(str(Month.of(local(call.starts_at))) for call in year.calls)
    assert len(months) == 13
    assert min(months.values()) > 2000


def test_everything_happens_within_its_call_and_without_a_pause_of_ten_minutes(year: Year) -> None:
    for call in year.calls:
        moments = sorted([*(search.at for search in call.searches), *(event.at for event in call.events)])
        moments = [call.starts_at, *moments, call.ends_at]
        assert moments == sorted(moments)
        assert all(later - earlier < 600 for earlier, later in pairwise(moments))
        assert call.ends_at - call.starts_at <= LONGEST_CALL.total_seconds()


def test_no_agent_is_in_two_calls_at_once(year: Year) -> None:
    busy_until: dict[int, float] = {}
    for call in year.calls:
        assert busy_until.get(call.agent.number, 0.0) <= call.starts_at
        busy_until[call.agent.number] = call.ends_at


def test_an_agent_works_on_five_days_of_a_week_at_most(year: Year) -> None:
    days: dict[tuple[int, int], set[int]] = {}
    for call in year.calls:
        # The night shift of a Sunday runs into the next week.
        moment = local(call.starts_at) - timedelta(hours=7, minutes=30)
        week = moment.date().isocalendar()
        days.setdefault((call.agent.number, week.year * 100 + week.week), set()).add(week.weekday)
    assert max(len(worked) for worked in days.values()) <= 5


def test_no_entry_is_used_outside_its_validity(topics: list[Topic], year: Year) -> None:
    known = by_key(topics)
    limited = {key for key, topic in known.items() if topic.asked_from or topic.asked_until}
    used = [
        (known[event.key], event.at) for call in year.calls for event in call.events if event.key in limited
    ]
    assert len(used) > 1000
    for topic, at in used:
        assert topic.asked_from is None or topic.asked_from.timestamp() <= at
        assert topic.asked_until is None or at < topic.asked_until.timestamp()
    shown = {key for call in year.calls for search in call.searches for key in search.shown}
    later = {key for key, topic in known.items() if topic.asked_from and topic.asked_from > NOW}
    assert later
    assert not shown & later


def test_a_restricted_entry_is_used_by_agents_of_its_lines_only(topics: list[Topic]) -> None:
    favourite = by_key(topics)["demo-cc-010"]
    closed = Topic(**{**vars(favourite), "is_restricted": True})
    others = [topic for topic in topics if topic is not favourite]
    used = 0
    for call in few([*others, closed]):
        if closed.key in {event.key for event in call.events}:
            used += 1
            assert closed.line in call.agent.lines
    assert used > 5


def test_weekdays_are_busier_than_weekends_and_the_day_has_two_peaks(year: Year) -> None:
    moments = [local(call.starts_at) for call in year.calls]
    weekdays = Counter(moment.weekday() for moment in moments)
    assert max(weekdays[5], weekdays[6]) < 0.75 * min(weekdays[day] for day in range(5))
    hours = Counter(moment.hour for moment in moments if moment.weekday() < 5)
    assert hours[10] > 1.3 * hours[12] < hours[15]
    assert sum(hours[hour] for hour in (0, 1, 2, 3, 4, 5)) < 0.02 * sum(hours.values())


def test_holidays_are_as_quiet_as_sundays(year: Year) -> None:
    days = Counter(local(call.starts_at).date() for call in year.calls)
    festival = [count for day, count in days.items() if rhythm.is_holiday(day)]
    working = [count for day, count in days.items() if not rhythm.is_holiday(day) and day.weekday() < 5]
    assert sum(festival) / len(festival) < 0.65 * sum(working) / len(working)


def test_few_entries_answer_many_calls_and_some_are_never_asked(topics: list[Topic], year: Year) -> None:
    used = Counter(key for call in year.calls for key in {event.key for event in call.events})
    top = sum(count for _, count in used.most_common(12))
    assert 0.25 < top / sum(used.values()) < 0.5
    confirmed = {event.key for call in year.calls for event in call.events if event.how == "confirmed"}
    assert 3 <= len([topic for topic in topics if topic.key not in confirmed]) <= 20


def test_a_campaign_rises_with_its_beginning(topics: list[Topic], year: Year) -> None:
    for key in ("demo-cc-031", "demo-eb-026"):
        begins = by_key(topics)[key].asked_from
        assert begins is not None
        weeks = Counter(
            int((event.at - begins.timestamp()) // (7 * 86400))
            for call in year.calls
            for event in call.events
            if event.key == key and event.how == "opened"
        )
        assert weeks[0] < weeks[1]
        assert weeks[2] > 15
        assert min(weeks) == 0


def test_the_outage_fills_one_tuesday_morning(year: Year) -> None:
    assert year.outage == outage.outage(NOW, 40_000)
    begins, ends = (local(moment.timestamp()) for moment in (year.outage.starts_at, year.outage.ends_at))
    assert (str(begins)[:16], begins.weekday()) == ("2026-10-13 10:07", 1)
    about_it = [
        local(event.at)
        for call in year.calls
        for event in call.events
        if event.key == outage.ENTRY and event.how == "opened"
    ]
    spike = [moment for moment in about_it if begins <= moment <= ends + timedelta(minutes=20)]
    assert len(spike) > 100
    assert len(spike) > 0.4 * len(about_it)  # of the whole year
    first_hour = [moment for moment in spike if moment < begins + timedelta(hours=1)]
    assert len(first_hour) > 25


def test_agents_type_what_callers_say(topics: list[Topic], year: Year) -> None:
    texts = Counter(search.text for call in year.calls for search in call.searches)
    known = {text for topic in topics for text in (topic.question, *topic.similar_questions)}
    share = sum(count for text, count in texts.items() if text in known) / sum(texts.values())
    assert 0.3 < share < 0.7
    assert any(text.isascii() and text.isalpha() for text in texts)
    assert all(2 <= len(text) <= 200 for text in texts)


def test_some_searches_find_nothing_and_some_are_given_up(year: Year) -> None:
    searched = [call for call in year.calls if call.searches]
    nothing = [call for call in searched if not any(search.shown for search in call.searches)]
    in_vain = [call for call in searched if not call.events]
    assert 0.005 < len(nothing) / len(searched) < 0.05
    assert 0.02 < len(in_vain) / len(searched) < 0.12


@pytest.mark.parametrize(
    "now", [datetime(2028, 2, 29, 23, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=SITE_ZONE)]
)
def test_any_moment_will_do(topics: list[Topic], now: datetime) -> None:
    made = few(topics, now=now)
    assert len(made) == 400
    assert made[-1].ends_at <= now.timestamp()


def test_one_thursday_morning_coins_are_asked_for_in_vain(year: Year) -> None:
    assert year.rush == outage.rush(NOW, 40_000)
    begins, ends = year.rush.starts_at.timestamp(), year.rush.ends_at.timestamp()
    assert local(begins).weekday() == 3
    asked = [
        call
        for call in year.calls
        if begins <= call.starts_at <= ends and any("纪念币" in search.text for search in call.searches)
    ]
    assert len(asked) >= year.rush.calls / 2
    assert not any(event.how == "confirmed" for call in asked for event in call.events)


def test_a_line_takes_turns_evenly_so_that_only_the_outage_is_a_crowd(topics: list[Topic]) -> None:
    """The rule for spikes in product.md §6 is only as good as the calm it is measured against."""
    import numpy as np

    hours = rhythm.hours(year_before(NOW), NOW, np.random.default_rng(1))
    crowds = outage.outage(NOW, 40_000), outage.rush(NOW, 40_000)
    planned = plan(topics, weights(topics, random.Random(1)), hours, crowds, 40_000, 1)
    ebank = Counter(
        local(at).strftime("%m-%d %H")
        for at, subject in planned
        if isinstance(subject, Topic) and subject.line == "EBANK"
    )
    (hour, most), (_, second) = ebank.most_common(2)
    assert hour.startswith("10-13")
    usual = sorted(count for moment, count in ebank.items() if not moment.startswith("10-13"))
    assert usual[-1] <= 10 < second
    assert most > 25


def test_what_two_departments_wrote_is_looked_into_together_by_agents(year: Year) -> None:
    opened = [{event.key for event in call.events} for call in year.calls]
    for first, second in disorder.TWINS.items():
        both = sum({first, second} <= keys for keys in opened)
        assert both >= 0.15 * sum(first in keys or second in keys for keys in opened)


def test_an_entry_is_confirmed_for_a_second_question(year: Year) -> None:
    for key, texts in disorder.SECOND_QUESTIONS.items():
        said = {search.id: search.text for call in year.calls for search in call.searches}
        confirmed = [
            said.get(event.search_id) in texts
            for call in year.calls
            for event in call.events
            if event.key == key and event.how == "confirmed" and event.search_id in said
        ]
        assert 0.15 < sum(confirmed) / len(confirmed) < 0.45


def test_what_rises_has_risen_since_the_last_whole_month_began(year: Year) -> None:
    last = Month.of(NOW).later(-1)
    for key in disorder.RISING:
        months = Counter(
            Month.of(local(event.at))
            for call in year.calls
            for event in call.events
            if event.key == key and event.how == "opened"
        )
        assert months[last] > 1.3 * months[last.later(-1)]
