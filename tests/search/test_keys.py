"""Keys of terms: the same wherever they are worked out, found among any others, and what they add."""

import random
from itertools import chain, pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.base import Reading
from search.engines.whoosh.keys import LAST_KEY, first_key, term_keys
from search.engines.whoosh.lists import NO_LISTS, Lists, Scored
from search.engines.whoosh.lookup import Asked, Finder, Lookup, Run

TEXTS = st.lists(st.text(max_size=12), min_size=1, max_size=30)


@given(TEXTS, st.integers(0, 3))
def test_a_term_has_its_key_whatever_stands_beside_it(texts: list[str], field: int) -> None:
    together = term_keys(texts, first_key(field))
    assert together.tolist() == [term_keys([text], first_key(field))[0] for text in texts]


@given(st.sets(st.text(max_size=12), min_size=2, max_size=30))
def test_other_texts_and_other_fields_have_other_keys(texts: set[str]) -> None:
    known = {text.encode("utf-32-le", "replace") for text in texts}
    keys = [term_keys(sorted(texts), first_key(field)) for field in range(4)]
    assert len({*np.concatenate(keys).tolist()}) == 4 * len(known)
    for before, after in pairwise(keys):
        assert before.max() < after.min()


def test_of_a_hundred_thousand_short_terms_no_two_share_a_key() -> None:
    terms = {chr(first) + chr(second) for first in range(0x4E00, 0x4F60) for second in range(0x5200, 0x5320)}
    assert len({*term_keys(sorted(terms), first_key(0)).tolist()}) == len(terms) > 100_000


def test_a_key_does_not_depend_on_how_long_the_longest_text_is() -> None:
    assert term_keys(["挂失", "长" * 5_000], first_key(1))[0] == term_keys(["挂失"], first_key(1))[0]
    one, other = term_keys(["长" * 5_000 + "甲", "长" * 5_000 + "乙"], first_key(1))
    assert one != other


def test_a_text_with_the_mark_between_texts_is_another_text() -> None:
    texts = ["卡", "卡\1", "卡\0", "", "\1", "\1\1"]
    assert len({*term_keys(texts, first_key(0)).tolist()}) == len(texts)


def test_there_is_no_fifth_field() -> None:
    with pytest.raises(ValueError, match="two bits"):
        first_key(4)


def test_half_a_character_is_a_question_mark_as_in_the_index() -> None:
    assert term_keys(["卡\ud83d"], first_key(0)) == term_keys(["卡?"], first_key(0))


def test_keys_stay_what_they_are() -> None:
    """They stand in files: raise ``schema.FORMAT`` before they change."""
    assert term_keys(["挂失", "apple"], first_key(0)).tolist() == [2310156610652049316, 4134200061564048455]


@given(st.sets(st.integers(0, 2**64 - 2), max_size=300), st.lists(st.integers(0, 2**64 - 2), max_size=40))
def test_a_finder_finds_what_a_search_by_halves_finds(held: set[int], asked: list[int]) -> None:
    lists = NO_LISTS._replace(keys=np.array([*sorted(held), LAST_KEY], np.uint64))
    wanted = np.array([*asked, *list(held)[:20]], np.uint64)
    for found, expected in zip(Finder(lists.keys).find(wanted), lists.find(wanted), strict=True):
        assert found.tolist() == expected.tolist()


def test_of_equal_keys_a_finder_finds_the_first() -> None:
    keys = np.array([3, 5, 5, 5, 9, LAST_KEY], np.uint64)
    at, is_there = Finder(keys).find(np.array([5, 4], np.uint64))
    assert (at.tolist(), is_there.tolist()) == ([1, 1], [True, False])


def test_lists_of_one_key_are_joined() -> None:
    keys, often = np.array([3, LAST_KEY], np.uint64), np.ones(2, np.uint16)
    lists = Lists(keys, np.array([0, 2, 2]), np.array([0, 4], np.int32), often)
    joined = Lists.joined([(0, lists), (5, lists)])
    assert joined.keys.tolist() == [3, LAST_KEY]
    assert joined.places.tolist() == [0, 4, 5, 9]


@pytest.mark.parametrize("most_of_small", [2**31 - 1, 3])
@given(seed=st.integers(0, 2**32))
def test_sums_are_those_of_adding_one_posting_after_the_other(most_of_small: int, seed: int) -> None:
    chance = random.Random(seed)
    size, terms = chance.randint(0, 12), sorted(chance.sample(range(40), chance.randint(0, 20)))
    held = [sorted(chance.sample(range(size), chance.randint(0, size))) for _ in terms]
    places = np.array([*chain.from_iterable(held)], np.int32)
    scores = np.array([chance.randint(1, 9) for _ in places], np.float32)
    bounds = np.cumsum([0, *map(len, held), 0])
    lists = Lists(np.array([*terms, LAST_KEY], np.uint64), bounds, places, np.empty(0, np.uint16))
    with patch("search.engines.whoosh.lists.MOST_OF_SMALL", most_of_small):
        scored = Scored.of(lists, scores, size)
    asked, runs = list[int](), list[Run]()
    for reading in Reading:
        asked += sorted(chance.choices(range(45), k=chance.randint(0, 6)))
        runs.append(Run(reading, float(chance.randint(1, 4)), len(asked)))
    expected, begin = np.zeros((len(Reading), size)), 0
    for reading, weight, stop in runs:
        for key in asked[begin:stop]:
            if key in terms:
                number = terms.index(key)
                span = slice(bounds[number], bounds[number + 1])
                expected[reading][places[span]] += weight * scores[span]
        begin = stop
    sums = np.zeros((len(Reading), size), np.float32)
    query = Asked(np.array(asked, np.uint64), runs, np.empty(0, np.uint64))
    lookup = Lookup(Finder(lists.keys), scored)
    lookup.add(query, sums)
    assert sums.tolist() == expected.tolist()
    is_kept = np.array([chance.random() < 0.5 for _ in range(size)], np.bool_)
    part, of_part = lookup.cut_down(is_kept), np.zeros((len(Reading), int(is_kept.sum())), np.float32)
    part.add(query, of_part)
    assert of_part.tolist() == expected[:, is_kept].tolist()
    for wrong in (np.zeros((len(Reading), size + 1), np.float32), np.zeros((len(Reading), size))):
        with pytest.raises(ValueError, match="do not fit"):
            lookup.add(query, wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bounds", "places"),
    [([0, 2, 2], [0, 9]), ([0, 2, 2], [-1, 0]), ([0, 3, 3], [0, 1]), ([0, 2, 1], [0]), ([1, 2, 2], [0, 1])],
)
def test_lists_that_reach_outside_of_the_documents_are_refused(bounds: list[int], places: list[int]) -> None:
    lists = Lists(
        np.array([5, LAST_KEY], np.uint64),
        np.array(bounds),
        np.array(places, np.int32),
        np.empty(0, np.uint16),
    )
    with pytest.raises(ValueError, match="do not fit its"):
        Scored.of(lists, np.ones(len(places), np.float32), 9)
