"""Which two entries are one, which of them stays, and what it is asked as afterwards."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rules import combining
from reports.rules.base import Known, Suggestion
from reports.rules.likeness import Likeness

WORDINGS = {
    1: ["换 手机号 怎么 改", "预留 手机号 换"],
    2: ["手机号 换 怎么 修改", "预留 手机号 换"],
    3: ["利率 什么 时候 降"],
}
RARELY, OFTEN = (
    Known(pk=pk, line_id=1, category_id=1, kind="faq", hits=hits) for pk, hits in ((1, 9), (2, 30))
)
OTHER = Known(pk=3, line_id=1, category_id=1, kind="faq", hits=50)


def suggest(*known: Known, calls: int = 12, opened: int = 60, wordings: Any = None) -> list[Suggestion]:
    entries = known or (RARELY, OFTEN, OTHER)
    texts = wordings or WORDINGS
    return combining.suggest(
        entries,
        likeness=Likeness(texts.items(), str.split),
        together={1: {2: calls, 3: 40}, 2: {1: calls}, 3: {1: 40}},
        opened={1: opened, 2: opened, 3: opened},
        wordings=lambda pk: texts[pk],
        key_of=lambda text: text.replace(" ", ""),
    )


def test_the_one_used_more_stays_and_gets_the_wordings_it_does_not_have() -> None:
    (found,) = suggest()
    assert (found.key, found.entry, found.other, found.weight) == ("combine:1:2", 1, 2, 12)
    assert found.change == {"into": 2, "similar": ["换 手机号 怎么 改"]}
    assert found.evidence["calls_with_both"] == 12
    assert [row["entry"] for row in found.evidence["entries"]] == [1, 2]


def test_of_two_used_equally_the_older_stays() -> None:
    (found,) = suggest(replace(RARELY, hits=30), OFTEN)
    assert (found.entry, found.other, found.key) == (2, 1, "combine:1:2")


@pytest.mark.parametrize(
    ("known", "values"),
    [
        ((RARELY, OTHER), {}),  # opened together, and nothing alike
        ((RARELY, OFTEN), {"calls": 4}),
        ((RARELY, OFTEN), {"opened": 500}),  # a small part of the calls
        ((RARELY, replace(OFTEN, kind="rule")), {}),
        ((replace(RARELY, kind="campaign"), replace(OFTEN, kind="campaign")), {}),
        ((RARELY, replace(OFTEN, restricted_to=frozenset({1}))), {}),
    ],
)
def test_two_stay_two(known: tuple[Known, ...], values: dict[str, Any]) -> None:
    assert suggest(*known, **values) == []


def test_no_entry_is_in_two_proposals() -> None:
    third = {**WORDINGS, 3: WORDINGS[1]}
    found = suggest(RARELY, OFTEN, OTHER, wordings=third)
    assert [one.key for one in found] == ["combine:1:3"]


def test_no_more_similar_questions_than_an_entry_may_have() -> None:
    full = {1: ["甲", "乙", "丙"], 2: ["丁", *(f"问{n}" for n in range(199))]}
    assert combining.new_wordings(full.__getitem__, 1, 2, str) == ["甲"]


@given(st.permutations([RARELY, OFTEN, OTHER]))
def test_the_order_they_come_in_makes_no_difference(known: list[Known]) -> None:
    assert suggest(*known) == suggest()
