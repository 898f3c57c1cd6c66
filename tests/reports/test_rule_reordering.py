"""Which categories are out of order, and what order is proposed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rules import reordering
from reports.rules.base import Known


def category(hits: Sequence[int], last: Sequence[int] | None = None, new: Sequence[int] = ()) -> list[Known]:
    """Entries 1, 2, ... in this order, with these hits; ``new`` are their numbers."""
    return [
        Known(
            pk=number, line_id=1, category_id=7, kind="faq", place=number, hits=count,
            last_hits=(last or hits)[number - 1], is_new=number in new,
        )
        for number, count in enumerate(hits, start=1)
    ]  # fmt: skip


def order(entries: list[Known]) -> list[int] | None:
    found = reordering.suggest(entries)
    assert len(found) <= 1
    return list(found[0].change["order"]) if found else None


@pytest.mark.parametrize(
    ("hits", "last", "wanted"),
    [
        ([5, 5, 40], None, [3, 1, 2]),
        ([40, 5, 5], None, None),
        ([18, 20, 19], None, None),  # by a small margin
        ([1, 2, 9], None, None),  # too little was asked
        ([5, 40], None, None),  # two entries are no category
        ([5, 5, 40], [40, 5, 5], None),  # the month before says the opposite
        ([5, 5, 40], [0, 0, 1], [3, 1, 2]),  # the month before says too little
    ],
)
def test_a_category_is_proposed_when_the_used_entry_would_stand_noticeably_higher(
    hits: list[int], last: list[int] | None, wanted: list[int] | None
) -> None:
    assert order(category(hits, last)) == wanted


def test_the_evidence_tells_the_order_before_and_both_expected_places() -> None:
    (found,) = reordering.suggest(category([10, 10, 80]))
    assert (found.key, found.category, found.weight) == ("reorder:7", 7, 100)
    assert (found.evidence["place_before"], found.evidence["place_after"]) == (2.7, 1.3)
    assert found.evidence["order"] == [
        {"entry": 1, "hits": 10, "is_new": False},
        {"entry": 2, "hits": 10, "is_new": False},
        {"entry": 3, "hits": 80, "is_new": False},
    ]


def test_a_new_entry_stays_where_it_is() -> None:
    assert order(category([30, 0, 5, 90], new=[2])) == [4, 2, 1, 3]


def test_entries_without_a_category_are_in_no_order() -> None:
    assert not reordering.suggest(replace(one, category_id=None) for one in category([1, 1, 90]))


HITS = st.lists(st.integers(0, 200), min_size=3, max_size=9)


@given(hits=HITS, new=st.sets(st.integers(1, 9)), data=st.data())
def test_what_is_proposed_is_better_and_neither_demotes_new_entries_nor_depends_on_order(
    hits: list[int], new: set[int], data: st.DataObject
) -> None:
    entries = category(hits, new=sorted(new))
    found = reordering.suggest(entries)
    assert reordering.suggest(data.draw(st.permutations(entries))) == found
    for one in found:
        proposed = list(one.change["order"])
        assert sorted(proposed) == [entry.pk for entry in entries]
        assert all(proposed[number - 1] == number for number in new if number <= len(hits))
        gain = one.evidence["place_before"] - one.evidence["place_after"]
        assert gain >= reordering.LEAST_GAIN - 0.01
        again = [replace(entry, place=proposed.index(entry.pk)) for entry in entries]
        assert not reordering.suggest(again)
