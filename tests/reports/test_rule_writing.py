"""Which gaps are worth an entry, what it would ask, and whose it would be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reports.rules import writing
from reports.rules.writing import Vain

SINCE = datetime(2026, 10, 1, tzinfo=UTC)
USUAL = {1: 0.5, 2: 0.4, 3: 0.1}
GAP = Vain(
    key="b",
    keys=("b", "a"),
    wordings=(("长辈版", 9), ("字太小怎么调大", 7), ("大字版在哪", 4)),
    calls=20,
    agents=8,
    last_at=SINCE,
    by_line={1: 6.0, 2: 5.0, 3: 9.0},
)


def test_it_asks_the_wording_that_reads_like_a_question_and_keeps_the_others() -> None:
    (found,) = writing.suggest([GAP], since=SINCE, usual=USUAL)
    assert (found.key, found.gap_key, found.weight, found.line) == ("write:b", "b", 20, 3)
    assert found.change == {"question": "字太小怎么调大", "similar": ["长辈版", "大字版在哪"], "line": 3}
    assert found.evidence["searches"][0] == ["长辈版", 9]
    assert found.aliases == {"write:a", "write:b"}


@pytest.mark.parametrize(
    "gap",
    [
        replace(GAP, calls=7),
        replace(GAP, agents=2),
        replace(GAP, last_at=SINCE - timedelta(seconds=1)),  # nobody asks any more
        replace(GAP, by_line={}),  # nobody knows whose it is
    ],
)
def test_a_gap_is_not_worth_an_entry(gap: Vain) -> None:
    assert writing.suggest([gap], since=SINCE, usual=USUAL) == []


def test_where_no_line_stands_out_the_nearest_entries_count_as_well() -> None:
    even = replace(GAP, by_line={1: 10.0, 2: 9.0, 3: 1.0})
    assert writing.line_of(even, USUAL) == 1
    assert writing.line_of(replace(even, near=[(9, 2, 0.6)]), USUAL) == 2
    assert writing.line_of(replace(even, near=[(9, 2, 0.1)]), USUAL) == 1  # nothing alike
    assert writing.line_of(replace(GAP, near=[(9, 2, 0.9)]), USUAL) == 3
