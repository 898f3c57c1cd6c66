"""Keys of terms: the same wherever they are worked out, found among any others, and what they add."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.base import BY_READING, Reading
from search.engines.terms import SCORED_FIELDS, Terms
from search.engines.whoosh.compiled import ID, MOST, PLACE, TOLD, addresses
from search.engines.whoosh.keys import LAST_KEY, first_key, term_keys
from search.engines.whoosh.lists import NO_LISTS, Lists, Scored
from search.engines.whoosh.lookup import NOTHING, Asked, Finder, Found, Listed, Lookup

TEXTS = st.lists(st.text(max_size=12), min_size=1, max_size=30)


@given(TEXTS, st.integers(0, 3))
def test_a_term_has_its_key_whatever_stands_beside_it(texts: list[str], field: int) -> None:
    together = term_keys(texts, field)
    assert together.tolist() == [term_keys([text], field)[0] for text in texts]


@given(st.sets(st.text(max_size=12), min_size=2, max_size=30))
def test_other_texts_and_other_fields_have_other_keys(texts: set[str]) -> None:
    known = {text.encode("utf-32-le", "replace") for text in texts}
    keys = [term_keys(sorted(texts), field) for field in range(4)]
    assert len({*np.concatenate(keys).tolist()}) == 4 * len(known)
    for before, after in pairwise(keys):
        assert before.max() < after.min()


def test_of_a_hundred_thousand_short_terms_no_two_share_a_key() -> None:
    terms = {chr(first) + chr(second) for first in range(0x4E00, 0x4F60) for second in range(0x5200, 0x5320)}
    assert len({*term_keys(sorted(terms), 0).tolist()}) == len(terms) > 100_000


def test_a_key_does_not_depend_on_how_long_the_longest_text_is() -> None:
    assert term_keys(["挂失", "长" * 5_000], 1)[0] == term_keys(["挂失"], 1)[0]
    one, other = term_keys(["长" * 5_000 + "甲", "长" * 5_000 + "乙"], 1)
    assert one != other


def test_a_text_with_the_mark_between_texts_is_another_text() -> None:
    texts = ["卡", "卡\1", "卡\0", "", "\1", "\1\1", "".join(map(chr, range(70))), "\1\ud83d"]
    keys = term_keys(texts, 0).tolist()
    assert len({*keys}) == len(texts)
    assert keys == [term_keys([text], 0)[0] for text in texts]


def test_there_is_no_fifth_field() -> None:
    for wrong in (lambda: first_key(4), lambda: term_keys(["卡"], 4), lambda: first_key(-1)):
        with pytest.raises(ValueError, match="two bits"):
            wrong()


def test_half_a_character_is_a_question_mark_as_in_the_index() -> None:
    assert term_keys(["卡\ud83d"], 0) == term_keys(["卡?"], 0)


def test_keys_stay_what_they_are() -> None:
    """They stand in files: raise ``schema.FORMAT`` before they change."""
    assert term_keys(["挂失", "apple"], 0).tolist() == [2310156610652049316, 4134200061564048455]


def walked(finder: Finder, key: int) -> int:
    """The place of a key as ``compiled`` finds it."""
    keys, begins, shift = finder.arrays()
    at = int(begins[key >> int(shift)])
    while keys[at] < key:
        at += 1
    return at


@given(st.sets(st.integers(0, 2**64 - 2), max_size=300), st.lists(st.integers(0, 2**64 - 2), max_size=40))
def test_a_finder_finds_what_a_search_by_halves_finds(held: set[int], asked: list[int]) -> None:
    keys = np.array([*sorted(held), LAST_KEY], np.uint64)
    for key in [*asked, *list(held)[:20]]:
        assert walked(Finder(keys), key) == keys.searchsorted(np.uint64(key))


def test_of_equal_keys_a_finder_finds_the_first() -> None:
    finder = Finder(np.array([3, 5, 5, 5, 9, LAST_KEY], np.uint64))
    assert [walked(finder, key) for key in (5, 4)] == [1, 1]


def test_lists_of_one_key_are_joined() -> None:
    keys, often = np.array([3, LAST_KEY], np.uint64), np.ones(2, np.uint16)
    lists = Lists(keys, np.array([0, 2, 2]), np.array([0, 4], np.int32), often)
    joined = Lists.joined([(0, lists), (5, lists)])
    assert joined.keys.tolist() == [3, LAST_KEY]
    assert joined.places.tolist() == [0, 4, 5, 9]


def listed(chance: random.Random, size: int) -> tuple[dict[tuple[str, str], dict[int, int]], Lookup]:
    """What some terms bring some of so many documents, by field and text, and the same to be looked up."""
    terms = chance.sample([(field, chr(0x4E00 + n)) for field in SCORED_FIELDS for n in range(9)], 20)
    brought = {
        term: {place: chance.randint(1, 9) for place in chance.sample(range(size), chance.randint(0, size))}
        for term in terms
    }
    keys = {term_keys([text], SCORED_FIELDS.index(field))[0]: (field, text) for field, text in terms}
    in_order = [brought[keys[key]] for key in sorted(keys)]
    lists = Lists(
        np.array([*sorted(keys), LAST_KEY], np.uint64),
        np.cumsum([0, *map(len, in_order), 0]),
        np.array([place for of_term in in_order for place in sorted(of_term)], np.int32),
        np.empty(0, np.uint16),
    )
    scores = np.array([of_term[place] for of_term in in_order for place in sorted(of_term)], np.float32)
    return brought, Lookup(Finder(lists.keys), Scored.of(lists, scores, size))


@given(seed=st.integers(0, 2**32))
def test_sums_are_those_of_adding_one_posting_after_the_other(seed: int) -> None:
    chance = random.Random(seed)
    first, second = chance.randint(0, 12), chance.randint(0, 4)
    brought, lookup = listed(chance, first)
    brought_later, later = listed(chance, second)
    kept = np.array([chance.random() < 0.5 for _ in range(first)], np.bool_)
    asked = [
        Terms(
            chance.choice(SCORED_FIELDS),
            chance.choice([0.5, 1.0, 3.0]),
            chance.choice([*Reading]),
            [chr(0x4E00 + chance.randint(0, 10)) + "\1" * (chance.random() < 0.1) for _ in range(5)],
        )
        for _ in range(chance.randint(0, 5))
    ]
    sums = np.zeros((first + second, len(Reading)))
    for terms in asked:
        for text in terms.texts:
            for start, of_terms in ((0, brought), (first, brought_later)):
                for place, score in of_terms.get((terms.field, text), {}).items():
                    sums[start + place, terms.reading] += terms.weight * score
    query = Asked.of(asked, "挂失")
    wordings = [NO_LISTS, NO_LISTS]
    is_listed = chance.random() < 0.5
    if is_listed:
        own = chance.choice(query.exact())
        keys = np.array([min(7, own), own, LAST_KEY], np.uint64)
        wordings[chance.randint(0, 1)] = NO_LISTS._replace(keys=keys)
    for part, expected in (
        (lookup, sums),
        (lookup.cut_down(kept), sums[np.concatenate([kept, np.ones(second, np.bool_)])]),
    ):
        size, wanted = len(expected), chance.randint(0, 20)
        ids = np.array(chance.sample(range(100), size), np.int64)
        allowed = np.array([chance.random() < 0.8 for _ in range(size)], np.bool_)
        found = Found(query, part, later, Listed(*wordings), allowed, ids, wanted)
        totals = expected.sum(1)
        best = sorted(np.flatnonzero(allowed & (totals > 0)).tolist(), key=lambda at: (-totals[at], ids[at]))
        assert found.totals.tolist() == totals.tolist()
        assert found.best[PLACE].tolist() == best[:wanted]
        assert found.best[ID].tolist() == ids[best[:wanted]].tolist()
        assert found.brought.tolist() == [[*expected[place], totals[place]] for place in best[:wanted]]
        assert found.brought_to(range(size)).tolist() == np.column_stack([expected, totals]).tolist()
        readings = [tuple(row[:-1]) for row in found.brought]
        assert [BY_READING[most] for most in found.best[MOST]] == [*map(Reading.most, readings)]
        assert found.is_wording == is_listed
        with pytest.raises(ValueError, match="not the documents"):
            Found(query, part, later, Listed(*wordings), allowed, np.append(ids, 1), wanted)
        with pytest.raises(ValueError, match="not the documents"):
            Found(query, part, later, Listed(*wordings), np.append(allowed, True), ids, wanted)


def test_a_query_without_a_word_finds_nothing() -> None:
    found = Found(
        Asked.of([], ""), NOTHING, NOTHING, Listed(NO_LISTS, NO_LISTS), np.ones(0, np.bool_), np.arange(0), 8
    )
    assert found.best.shape == (TOLD, 0)
    assert not found.is_wording


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


def test_arrays_with_gaps_are_not_handed_over() -> None:
    with pytest.raises(ValueError, match="gaps"):
        addresses(np.arange(10)[::2])
    with pytest.raises(ValueError, match="arrays of lists"):
        Lookup(
            Finder(NO_LISTS.keys),
            Scored(NO_LISTS.bounds.astype(np.int32), NO_LISTS.places, np.ones(0, "f4"), 0),
        )
