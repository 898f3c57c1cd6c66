"""The arithmetic on arrays against the plain one: equal for every month, to the last entry."""

from fractions import Fraction

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.buckets import ORDER, Asked, BucketSettings, place
from reports.placing import NOBODY, place_all

asked = st.builds(
    Asked,
    entry_id=st.just(0),
    hits=st.integers(0, 12) | st.integers(0, 300) | st.just(4_000_000),
    last=st.none() | st.sampled_from(ORDER),
    new_days=st.none() | st.none() | st.integers(1, 31),
)
shares = st.lists(st.integers(5, 99), min_size=3, max_size=3, unique=True).map(sorted)
borders = st.builds(
    lambda three, least, calm: BucketSettings(
        Fraction(three[0], 100), Fraction(three[1], 100), Fraction(three[2], 100), least, calm
    ),
    shares,
    st.integers(0, 20),
    st.sampled_from([Fraction(0), Fraction(2, 100), Fraction("0.1234567890123"), Fraction(1, 5)]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(asked, max_size=40), borders, st.integers(28, 31))
@example([Asked(0, 50), Asked(0, 30), Asked(0, 15), Asked(0, 5), Asked(0, 0)], BucketSettings(), 30)
@example([Asked(0, hits, new_days=day) for day, hits in enumerate(range(1, 32), 1)], BucketSettings(), 31)
def test_arrays_give_what_fractions_give(found: list[Asked], values: BucketSettings, days: int) -> None:
    entries = [Asked(number, one.hits, one.last, one.new_days) for number, one in enumerate(found)]
    right = {one.entry_id: one for one in place(entries, settings=values, days_in_month=days)}
    places = place_all(
        np.array([one.hits for one in entries], dtype=np.int64),
        np.array([ORDER.index(one.last) if one.last else NOBODY for one in entries], dtype=np.int64),
        np.array([one.new_days or 0 for one in entries], dtype=np.int64),
        settings=values,
        days_in_month=days,
    )
    assert [ORDER[bucket] for bucket in places.bucket] == [right[n].bucket for n in range(len(entries))]
    assert [int(rank) or None for rank in places.rank] == [right[n].rank for n in range(len(entries))]
