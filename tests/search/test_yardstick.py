"""The figures searches are judged by."""

from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hits.confirmed import ConfirmedSearch
from search.yardstick import Figures, figures, measure


def test_each_call_weighs_and_each_text_is_asked_once() -> None:
    asked: list[str] = []
    told: list[int] = []

    def search(text: str) -> list[int]:
        asked.append(text)
        return {"甲": [1, 2, 3], "乙": []}[text]

    pairs = [ConfirmedSearch("甲", 1, 6), ConfirmedSearch("甲", 3, 2), ConfirmedSearch("乙", 1, 2)]
    assert measure(pairs, search, told.append) == Figures(10, 2, 0.6, 0.8, 1)
    assert asked == ["甲", "乙"]
    assert told == [1, 2, 3]


def test_without_searches_there_is_nothing_to_say() -> None:
    assert figures({}) == Figures(0, 0, 0.0, 0.0, None)
    assert figures({0: 3}) == Figures(3, 3, 0.0, 0.0, None)


@pytest.mark.parametrize(
    ("rank", "at_1", "at_5"), [(1, 1.0, 1.0), (2, 0.0, 1.0), (5, 0.0, 1.0), (6, 0.0, 0.0)]
)
def test_the_borders_of_recall(rank: int, at_1: float, at_5: float) -> None:
    assert figures({rank: 4}) == Figures(4, 0, at_1, at_5, rank)


@given(st.lists(st.integers(0, 60), max_size=40))
def test_figures_are_those_of_the_list_of_ranks(ranks: list[int]) -> None:
    found = [rank for rank in ranks if rank]
    got = figures({rank: ranks.count(rank) for rank in ranks})
    assert got.searches == len(ranks)
    assert got.not_found == len(ranks) - len(found)
    assert got.median_rank == (median_low(found) if found else None)
    if ranks:
        assert got.recall_at_5 == round(sum(rank <= 5 for rank in found) / len(ranks), 4)
    assert Figures.read(got.as_json()) == got
