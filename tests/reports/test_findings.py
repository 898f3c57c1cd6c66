"""What each picture says in one sentence, in English as it is written in the code."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from hits.reads import HourHits
from kb.lib.months import SITE_ZONE, Month
from reports import pace
from reports.figures import Figures
from reports.pictures import ALL, trend
from reports.written import growth, percent, short_count, signed
from tests.reports.figures_made import EMPTY, LARGE, ONE, RUNNING, listed, reading


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


def says(name: str, figures: Figures) -> str:
    return ALL[name](reading(figures)).finding


@pytest.mark.parametrize(
    ("name", "figures", "sentence"),
    [
        ("pareto", replace(LARGE, half=12, entries=240), "12 of 240 entries answer half of all calls"),
        ("pareto", ONE, "1 of 1 entries answers half of all calls"),
        ("pareto", EMPTY, "No entry was used for a caller in this month."),
        ("lines", ONE, "信用卡中心 is asked most: 100 % of all hits"),
        ("lines", replace(ONE, lines=()), "All lines: 0 of 1 entries are asked very often"),
        ("trend", replace(ONE, hits=108, last_hits=100), "October has 8 % more hits than September"),
        ("trend", replace(ONE, hits=92, last_hits=100), "October has 8 % fewer hits than September"),
        ("trend", replace(ONE, hits=100, last_hits=100), "October has as many hits as September"),
        ("trend", ONE, "October has 1 hits; September had none"),
        ("trend", RUNNING, "November has 1 hits so far; October as a whole had 100"),
        ("days", ONE, "The busiest day is Tuesday the 13th with 1 hits"),
        ("risers", replace(ONE, risers=(listed("A", 220, 100),)), "“A” rose most: +120 (+120%)"),
        ("risers", replace(ONE, risers=(listed("A", 139, 5),)), "“A” rose most: +134 (5 → 139)"),
        ("risers", EMPTY, "No entry was asked more than the month before"),
        ("fallers", replace(ONE, fallers=(listed("A", 40, 100),)), "“A” fell most: −60 (−60%)"),
        ("hours", ONE, "Most is asked on Tuesday from 10 to 11 o'clock"),
        ("kinds", LARGE, "75 of 100 calls are about: FAQ"),
        ("gaps", LARGE, "“ETC 怎么办” was asked in vain in 400 calls"),
        ("gaps", EMPTY, "No question was asked in vain again and again"),
        ("never-asked", LARGE, "8,000 of 50,000 entries were never asked (16 %)"),
        ("never-asked", ONE, "Every entry was asked at least once"),
        ("new-entries", LARGE, "310 new entries; “新入口” is asked most (50 hits)"),
        ("new-entries", EMPTY, "No entry is new"),
        ("inquiries", LARGE, "6 of 8 answers came in time"),
        ("inquiries", EMPTY, "No question was forwarded"),
        ("outcomes", LARGE, "Of 1 accepted proposal 1 moved its entry up, none made it worse"),
        ("outcomes", EMPTY, "No accepted proposal has come to figures yet"),
        ("late", LARGE, "+14 hits of earlier months came late and are counted here"),
        ("late", EMPTY, "No hit came late"),
    ],
)
def test_the_sentence(name: str, figures: Figures, sentence: str) -> None:
    assert says(name, figures) == sentence


def test_a_proposal_that_made_it_worse_is_said() -> None:
    better = LARGE.outcomes[0]
    worse = better | {"before": better["after"], "after": better["before"], "is_worse": True}
    figures = replace(LARGE, outcomes=(worse, better))
    assert says("outcomes", figures) == "Of 2 accepted proposals 1 moved their entry up, 1 made it worse"


@given(hits=st.integers(1, 10**7), last=st.integers(1, 10**7))
def test_the_trend_never_says_the_wrong_direction(hits: int, last: int) -> None:
    said = trend.finding(replace(ONE, hits=hits, last_hits=last))
    assert ("more" in said) <= (hits > last)
    assert ("fewer" in said) <= (hits < last)


@given(st.dictionaries(st.tuples(st.integers(1, 7), st.integers(0, 23)), st.integers(1, 10**6), min_size=1))
def test_the_busiest_hour_is_one_of_the_most(hits: dict[tuple[int, int], int]) -> None:
    hours = tuple(HourHits(weekday, hour, number) for (weekday, hour), number in hits.items())
    said = says("hours", replace(ONE, hours=hours))
    most = {hour for (_weekday, hour), number in hits.items() if number == max(hits.values())}
    assert any(f"from {hour} to {hour + 1} " in said for hour in most)


def test_a_running_month_is_held_against_its_pace() -> None:
    """Half of November's 30 days are over on the 16th at midnight."""
    assert pace.expected(RUNNING, 40) == 80
    figures = replace(RUNNING, risers=(listed("A", 40, 50),))
    assert says("risers", figures) == "“A” rose most: +30 (+60%)"


@pytest.mark.parametrize("seconds", [0, 1])
def test_the_first_moments_of_a_month_have_a_pace(seconds: int) -> None:
    first = datetime(2026, 11, 1, 0, 0, seconds, tzinfo=SITE_ZONE)
    assert pace.elapsed(replace(RUNNING, asked_until=first)) > 0


def test_figures_are_written_as_people_read_them() -> None:
    assert [signed(1234), signed(-5), signed(0)] == ["+1,234", "−5", "0"]
    assert [growth(5, 0), growth(3, 2), growth(0, 4)] == ["", "+50%", "−100%"]
    assert [short_count(9_999), short_count(12_345), short_count(2_000_000)] == ["9999", "12k", "2000k"]
    assert percent(0.1234) == "12.3%"
    with override("zh-hans"):
        assert [short_count(12_345), short_count(2_000_000)] == ["1.2万", "200万"]
        assert says("days", ONE) == "13日（星期二）最忙，命中 1 次"
        assert trend.finding(replace(ONE, month=Month(2026, 10), hits=108, last_hits=100)).startswith("10月")
