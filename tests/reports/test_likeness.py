"""Cosines of wordings, against the same written plainly."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rules.likeness import Likeness

TEXTS = st.lists(st.lists(st.text("abcdef", min_size=1, max_size=6), min_size=1, max_size=3), max_size=8)


def plain(texts: list[list[str]], one: int, other: int) -> float:
    """One letter is a word."""
    bags = [{letter for text in wordings for letter in text} for wordings in texts]
    having = Counter(letter for bag in bags for letter in bag)
    weight = {letter: math.log(1 + len(bags) / number) for letter, number in having.items()}
    lengths = [math.sqrt(sum(weight[letter] ** 2 for letter in bag)) for bag in bags]
    shared = sum(weight[letter] ** 2 for letter in bags[one] & bags[other])
    return shared / lengths[one] / lengths[other]


@given(TEXTS)
def test_cosines_and_neighbours_are_those_of_the_plain_arithmetic(texts: list[list[str]]) -> None:
    found = Likeness(((pk * 10, wordings) for pk, wordings in enumerate(texts)), list)
    for one in range(len(texts)):
        expected = {
            other * 10: plain(texts, one, other)
            for other in range(len(texts))
            if other != one and plain(texts, one, other) > 0
        }
        assert found.cosine(one * 10, one * 10) == pytest.approx(1.0)
        assert dict(found.nearest(one * 10, 99)) == pytest.approx(expected)
        for other, cosine in expected.items():
            assert found.cosine(one * 10, other) == pytest.approx(cosine)


def test_the_nearest_come_first_and_equal_ones_by_id() -> None:
    found = Likeness([(5, ["abx"]), (4, ["ab"]), (3, ["ab"]), (2, ["ac"]), (1, ["z"])], list)
    assert [pk for pk, _ in found.nearest(5, 3)] == [3, 4, 2]
    assert [pk for pk, _ in found.nearest_to(["ab", "?"], 2)] == [3, 4]
    assert found.nearest_to(["?"], 2) == found.nearest_to([], 2) == []
    assert found.entries_with("a") == 4
    assert 5 in found
    assert 6 not in found


def test_nothing_is_like_nothing() -> None:
    assert Likeness([], list).nearest_to(["a"], 3) == []
    assert Likeness([(1, [""]), (2, ["a"])], list).nearest(1, 3) == []
