"""Frequency classes: every rule of product.md §6, and what must hold for any month."""

from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from reports.buckets import ORDER, Asked, Bucket, BucketSettings, Placed, place

SETTINGS = BucketSettings()
counts = st.lists(st.integers(min_value=0, max_value=300), min_size=1, max_size=60)
lasts = st.none() | st.sampled_from(ORDER)


def placed(*asked: Asked, days: int = 30, settings: BucketSettings = SETTINGS) -> dict[int, Placed]:
    return {one.entry_id: one for one in place(asked, settings=settings, days_in_month=days)}


def of(hits: list[int]) -> list[Asked]:
    return [Asked(entry_id=number, hits=count) for number, count in enumerate(hits)]


def test_borders_are_at_half_four_fifths_and_nineteen_twentieths() -> None:
    found = placed(*of([50, 30, 15, 5, 0]))
    assert [found[n].position for n in range(4)] == [0, Fraction(1, 2), Fraction(4, 5), Fraction(19, 20)]
    assert [found[n].bucket for n in range(5)] == [
        Bucket.VERY_HIGH,
        Bucket.HIGH,
        Bucket.LOW,
        Bucket.VERY_LOW,
        Bucket.VERY_LOW,
    ]


def test_very_high_with_fewer_than_five_hits_is_high() -> None:
    assert placed(*of([4, 1]))[0].bucket is Bucket.HIGH
    assert placed(*of([5, 1]))[0].bucket is Bucket.VERY_HIGH


def test_calm_keeps_the_neighbour_within_two_points_and_not_beyond() -> None:
    hits = [52, 30, 18]  # the second stands at 52 %, two points below the border of 50 %
    last = {1: Bucket.VERY_HIGH}
    calm = placed(*[Asked(n, count, last.get(n)) for n, count in enumerate(hits)])
    assert calm[1].bucket is Bucket.VERY_HIGH
    hits = [53, 30, 17]
    beyond = placed(*[Asked(n, count, last.get(n)) for n, count in enumerate(hits)])
    assert beyond[1].bucket is Bucket.HIGH


def test_calm_never_jumps_over_a_bucket_and_never_lifts_an_entry_without_hits() -> None:
    assert placed(*of([81, 19]), Asked(9, 0, Bucket.LOW))[9].bucket is Bucket.VERY_LOW
    assert placed(Asked(0, 81), Asked(1, 19, Bucket.VERY_HIGH))[1].bucket is Bucket.LOW


def test_calm_cannot_make_very_high_out_of_four_hits() -> None:
    found = placed(Asked(0, 4, Bucket.VERY_HIGH), Asked(1, 1))
    assert found[0].bucket is Bucket.HIGH


def test_a_new_entry_is_projected_and_stands_outside_the_order() -> None:
    found = placed(Asked(0, 60), Asked(1, 40), Asked(2, 30, new_days=10))
    assert found[2].is_new
    assert found[2].rank is None
    assert found[2].bucket is Bucket.VERY_HIGH  # 30 hits in 10 of 30 days would be 90
    assert (found[0].rank, found[1].rank) == (1, 2)
    assert found[1].position == Fraction(60, 100)


def test_where_every_asked_entry_is_new_they_make_up_the_order_themselves() -> None:
    found = placed(*[Asked(n, hits, new_days=10) for n, hits in enumerate([50, 30, 15, 5])])
    assert [found[n].bucket for n in range(4)] == ORDER


def test_ranks_are_shared_by_equal_hits() -> None:
    found = placed(*of([9, 7, 7, 1]))
    assert [found[n].rank for n in range(4)] == [1, 2, 2, 4]


def test_shares_are_of_all_hits_new_entries_included() -> None:
    found = placed(Asked(0, 60), Asked(1, 40, new_days=5))
    assert found[0].share == Fraction(60, 100)
    assert sum(one.share for one in found.values()) == 1


def test_a_month_without_hits_is_very_low_throughout() -> None:
    assert {one.bucket for one in placed(*of([0, 0, 0])).values()} == {Bucket.VERY_LOW}


@given(counts)
def test_every_entry_is_in_exactly_one_bucket_and_the_first_stands_at_zero(hits: list[int]) -> None:
    found = place(of(hits), settings=SETTINGS, days_in_month=30)
    assert sorted(one.entry_id for one in found) == list(range(len(hits)))
    if max(hits):
        assert found[0].position == 0


@given(counts)
def test_equal_hits_equal_bucket_and_more_hits_never_a_lower_one(hits: list[int]) -> None:
    found = place(of(hits), settings=SETTINGS, days_in_month=30)
    for above, below in pairwise(found):
        assert ORDER.index(above.bucket) <= ORDER.index(below.bucket)
        if above.hits == below.hits:
            assert above.bucket is below.bucket


rows_of_any_kind = st.lists(
    st.tuples(st.integers(0, 300), lasts, st.none() | st.integers(1, 27)), max_size=40
)


@given(rows_of_any_kind, st.randoms())
def test_the_order_in_which_entries_come_makes_no_difference(
    rows: list[tuple[int, Bucket | None, int | None]], random: Random
) -> None:
    asked = [Asked(n, hits, last, new) for n, (hits, last, new) in enumerate(rows)]
    shuffled = list(asked)
    random.shuffle(shuffled)
    straight = place(asked, settings=SETTINGS, days_in_month=31)
    assert place(shuffled, settings=SETTINGS, days_in_month=31) == straight


@given(counts, lasts)
def test_calm_moves_by_one_bucket_at_most(hits: list[int], last: Bucket | None) -> None:
    plain = place(of(hits), settings=SETTINGS, days_in_month=30)
    calmed = place(
        [Asked(n, count, last) for n, count in enumerate(hits)], settings=SETTINGS, days_in_month=30
    )
    for before, after in zip(plain, calmed, strict=True):
        assert after.bucket in (before.bucket, last)
        assert abs(ORDER.index(after.bucket) - ORDER.index(before.bucket)) <= 1
