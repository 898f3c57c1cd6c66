"""What belongs on the hot list: very high and rising, for one line or for all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rules import featuring
from reports.rules.base import Known, Suggestion

OTHERS = [Known(pk=90 + n, line_id=1, category_id=1, kind="faq", hits=500, last_hits=500) for n in range(9)]
EVERYWHERE = {1: {1: 20.0, 2: 20.0, 3: 20.0}, 90: {1: 100.0, 2: 100.0, 3: 100.0}}


def suggest(**values: Any) -> list[Suggestion]:
    entry: dict[str, Any] = {"hits": 120, "last_hits": 60, "bucket": "very_high"} | {
        name: value for name, value in values.items() if name in Known.__dataclass_fields__
    }
    known = [Known(pk=1, line_id=1, category_id=1, kind="faq", **entry), *OTHERS]
    return featuring.suggest(
        known,
        featured=values.get("featured", set()),
        by_line=values.get("by_line", EVERYWHERE),
        busiest_day={1: values.get("busiest", 5)},
        days=30,
    )


@pytest.mark.parametrize(
    ("values", "is_proposed"),
    [
        ({}, True),
        ({"last_hits": 110}, False),  # no rise
        ({"hits": 70}, False),  # a sixth more
        ({"hits": 24, "last_hits": 17}, False),  # chance
        ({"bucket": "high"}, False),
        ({"is_new": True}, False),
        ({"busiest": 60}, False),  # one bad day
        ({"featured": {(1, None)}}, False),
        ({"featured": {(1, 2)}}, True),  # only for another line
    ],
)
def test_it_is_proposed_when_very_high_and_rising_by_more_than_chance(
    values: dict[str, Any], *, is_proposed: bool
) -> None:
    assert bool(suggest(**values)) is is_proposed


def test_it_is_for_the_line_that_asks_for_it_and_else_for_all() -> None:
    (for_all,) = suggest()
    assert (for_all.key, for_all.line, for_all.change) == ("feature:1", None, {"line": None, "days": 31})
    of_one = {**EVERYWHERE, 1: {1: 5.0, 2: 90.0}}
    (found,) = suggest(by_line=of_one)
    assert (found.key, found.line, found.change) == ("feature:1:2", 2, {"line": 2, "days": 31})
    assert not suggest(by_line=of_one, featured={(1, 2)})


def test_a_month_that_rose_as_a_whole_raises_nothing() -> None:
    risen = [
        Known(pk=n, line_id=1, category_id=1, kind="faq", hits=200, last_hits=100, bucket="very_high")
        for n in range(9)
    ]
    assert not featuring.suggest(risen, featured=(), by_line={}, busiest_day={}, days=30)


@given(st.integers(15, 400), st.integers(0, 400), st.integers(1, 100))
def test_more_hits_never_take_a_proposal_away(hits: int, last: int, more: int) -> None:
    assert len(suggest(hits=hits, last_hits=last)) <= len(suggest(hits=hits + more, last_hits=last))
