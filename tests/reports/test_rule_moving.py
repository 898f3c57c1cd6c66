"""Which entries sit in the wrong category, or belong to the wrong line."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rules import moving
from reports.rules.base import Known
from reports.rules.likeness import Likeness

HERE, THERE = 1, 2
ENTRY = Known(pk=1, line_id=1, category_id=HERE, kind="faq", hits=40)
SHELF = [Known(pk=pk, line_id=1, category_id=THERE, kind="faq", hits=5) for pk in (2, 3, 4)]
BESIDE = [Known(pk=pk, line_id=1, category_id=HERE, kind="faq", hits=5) for pk in (5, 6, 7)]
WORDS = {
    1: "利率 重定价",
    2: "利率 重定价 周期",
    3: "利率 下调",
    4: "利率 话术",
    5: "抵押 注销",
    6: "扣款 日",
    7: "明细",
}
LIKENESS = Likeness(((pk, [text]) for pk, text in WORDS.items()), str.split)
COMPANY = {1: {THERE: 20, HERE: 3}}


def targets(entry: Known = ENTRY, company: dict[int, dict[int, int]] | None = None) -> list[int | None]:
    known = [entry, *SHELF, *BESIDE]
    found = moving.suggest_category(known, likeness=LIKENESS, company=company or COMPANY)
    return [one.category for one in found]


def test_it_moves_where_its_company_and_its_nearest_texts_are() -> None:
    (found,) = moving.suggest_category([ENTRY, *SHELF, *BESIDE], likeness=LIKENESS, company=COMPANY)
    assert (found.key, found.entry, found.change) == ("move:1:category", 1, {"category": THERE})
    assert {row["entry"] for row in found.evidence["near"]} == {2, 3, 4}
    assert (found.evidence["from"], found.evidence["calls_beside"]) == (HERE, 20)
    assert found.evidence["calls_beside_own"] == 3


@pytest.mark.parametrize(
    ("entry", "company"),
    [
        (ENTRY, {1: {THERE: 7}}),  # too few calls
        (ENTRY, {1: {THERE: 20, HERE: 12}}),  # at home as well
        (ENTRY, {1: {HERE: 20, THERE: 8}}),
        (ENTRY, {1: {3: 20, THERE: 8}}),  # its company is elsewhere than its texts
        (replace(ENTRY, category_id=THERE), COMPANY),  # there already
        (replace(ENTRY, category_id=None), COMPANY),
        (replace(ENTRY, is_new=True), COMPANY),
        (replace(ENTRY, pk=5), {5: {THERE: 20}}),  # its texts say nothing of the sort
    ],
)
def test_it_stays_when_either_does_not_say_so(entry: Known, company: dict[int, dict[int, int]]) -> None:
    assert targets(entry, company) == []


def test_it_stays_when_as_many_of_its_nearest_texts_are_at_home() -> None:
    known = [ENTRY, *SHELF[:2], replace(SHELF[2], category_id=HERE), *BESIDE]
    assert moving.suggest_category(known, likeness=LIKENESS, company=COMPANY)
    known[1:4] = [replace(SHELF[0], category_id=HERE), *SHELF[1:]]
    assert not moving.suggest_category(known, likeness=LIKENESS, company=COMPANY)


USUAL = {99: {1: 500.0, 2: 500.0, 3: 500.0}}


def lines(parts: dict[int, float], entry: Known = ENTRY) -> list[int | None]:
    return [one.line for one in moving.suggest_line([entry], by_line={**USUAL, 1: parts})]


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ({1: 4.0, 2: 36.0}, [2]),
        ({1: 12.0, 2: 28.0}, []),  # its own line needs it too
        ({2: 20.0}, []),  # too few
        ({1: 4.0, 2: 18.0, 3: 18.0}, []),  # nobody's in particular
        ({1: 40.0}, []),
        ({}, []),
    ],
)
def test_it_goes_to_the_line_that_asks_for_it(parts: dict[int, float], wanted: list[int]) -> None:
    assert lines(parts) == wanted


def test_a_restricted_or_new_entry_stays_with_its_line() -> None:
    assert lines({2: 90.0}, replace(ENTRY, restricted_to=frozenset({1}))) == []
    assert lines({2: 90.0}, replace(ENTRY, is_new=True)) == []


def test_a_line_that_asks_for_most_of_everything_asks_for_nothing_in_particular() -> None:
    by_line = {99: {1: 100.0, 2: 2_000.0}, 1: {1: 1.0, 2: 39.0}}
    assert not moving.suggest_line([ENTRY], by_line=by_line)


@given(st.permutations([ENTRY, *SHELF, *BESIDE]))
def test_the_order_they_come_in_makes_no_difference(known: list[Known]) -> None:
    assert [one.entry for one in moving.suggest_category(known, likeness=LIKENESS, company=COMPANY)] == [1]
