"""What is retired: product.md §6, condition by condition."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.models import Kind
from reports.rules import retiring
from reports.rules.retiring import Lately

DUE = Lately(
    1, "faq", months_old=12, very_low_months=3, last_year_hits=0, hits=1, hits_ever=9, months_counted=14
)
NEVER_ASKED = replace(DUE, last_year_hits=None, hits_ever=0, hits=0, months_counted=11)


@pytest.mark.parametrize(
    ("entry", "is_due"),
    [
        (DUE, True),
        (replace(DUE, very_low_months=2), False),
        (replace(DUE, months_old=11), False),
        (replace(DUE, last_year_hits=1), False),
        (replace(DUE, is_new=True), False),
        *((replace(DUE, kind=kind), kind in {"faq", "product", "script"}) for kind in Kind.values),
        (NEVER_ASKED, True),
        (replace(NEVER_ASKED, hits_ever=1), False),
        (replace(NEVER_ASKED, months_counted=10), False),
    ],
)
def test_an_entry_is_due_when_all_conditions_hold(entry: Lately, *, is_due: bool) -> None:
    assert retiring.is_due(entry) is is_due
    assert [one.key for one in retiring.suggest([entry])] == ["retire:1"] * is_due


def test_the_weight_is_the_months_so_that_a_dismissed_one_comes_back_after_as_many() -> None:
    (found,) = retiring.suggest([replace(DUE, very_low_months=7)])
    assert (found.weight, found.change) == (7, {})


ENTRIES = st.lists(
    st.builds(
        Lately,
        pk=st.integers(1, 10**6),
        kind=st.sampled_from(Kind.values),
        months_old=st.integers(0, 40),
        very_low_months=st.integers(0, 20),
        last_year_hits=st.none() | st.integers(0, 3),
        hits_ever=st.integers(0, 3),
        months_counted=st.integers(0, 24),
        is_new=st.booleans(),
    ),
    unique_by=lambda one: one.pk,
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_nothing_kept_by_the_rule_is_ever_proposed_in_whatever_order(
    entries: list[Lately], chance: random.Random
) -> None:
    found = retiring.suggest(entries)
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert retiring.suggest(shuffled) == found
    by_pk = {one.pk: one for one in entries}
    for one in found:
        entry = by_pk[one.entry or 0]
        assert entry.kind not in {"emergency_plan", "rule", "policy", "campaign"}
        assert entry.very_low_months >= 3
        assert entry.months_old >= 12
        assert not entry.last_year_hits
        assert not entry.is_new
