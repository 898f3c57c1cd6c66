"""The buckets of `reports.buckets` for a whole site at once: the same arithmetic on arrays, as exact.

No share is ever divided out. A position lies below a border exactly when the hits of entries asked more often
lie below the border's part of all hits, rounded up to a whole number, and those are compared as integers.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np
from numpy.typing import NDArray

from kb.lib.columns import Numbers
from reports.buckets import ORDER, Bucket, BucketSettings

NOBODY = -1  # the bucket of last month where there was none
VERY_HIGH, HIGH, VERY_LOW = (ORDER.index(one) for one in (Bucket.VERY_HIGH, Bucket.HIGH, Bucket.VERY_LOW))


@dataclass(frozen=True)
class Places:
    """By entry, in the order they were given: the bucket as its place in ``ORDER``; no rank is 0."""

    bucket: Numbers
    rank: Numbers


def place_all(
    hits: Numbers, last: Numbers, new_days: Numbers, *, settings: BucketSettings, days_in_month: int
) -> Places:
    """What `buckets.place` gives for the same entries; ``last`` is `NOBODY` and ``new_days`` 0 for none."""
    is_new, has_hits = new_days > 0, hits > 0
    reach, in_order = _reach(hits, new_days, days_in_month)
    ascending = np.sort(in_order)
    running = np.concatenate([ascending[:0], np.zeros(1, ascending.dtype), np.cumsum(ascending[::-1])])
    more_often = len(ascending) - np.searchsorted(ascending, reach, side="right")
    above = running[more_often]
    total = int(running[-1])
    begins = np.array([ceil(one * total) for one in settings.borders], dtype=above.dtype)
    bucket = np.searchsorted(begins, above, side="right")
    least = settings.very_high_least_hits
    is_too_few = np.where(is_new, hits * days_in_month < least * new_days, hits < least)
    bucket[(bucket == VERY_HIGH) & is_too_few] = HIGH
    bucket[~has_hits] = VERY_LOW
    may_be_calm = has_hits & ~is_new & (last != NOBODY) & ~((last == VERY_HIGH) & is_too_few)
    bucket = _calmed(bucket, last, above, total, may_be_calm, settings)
    return Places(
        bucket=bucket.astype(np.int64),
        rank=np.where(has_hits & ~is_new, more_often + 1, 0).astype(np.int64),
    )


def _reach(hits: Numbers, new_days: Numbers, days_in_month: int) -> tuple[NDArray, NDArray]:  # type: ignore[type-arg]
    """How far each entry reaches in the order, and the counts that make it up.

    Against whole numbers a projection needs only its whole part. Where all that was asked is new, projections
    stand against each other; they are brought to one denominator, beyond 64 bits if need be.
    """
    is_new = new_days > 0
    in_order = hits[~is_new & (hits > 0)]
    days = np.maximum(new_days, 1)
    if in_order.size or not hits.any():
        return np.where(is_new, hits * days_in_month // days, hits), in_order
    common = lcm(*(int(one) for one in np.unique(days)))
    reach = hits.astype(object) * days_in_month * common // days.astype(object)
    return reach, reach[hits > 0]


def _calmed(
    bucket: Numbers,
    last: Numbers,
    above: NDArray,  # type: ignore[type-arg]
    total: int,
    may_be_calm: NDArray[np.bool_],
    settings: BucketSettings,
) -> Numbers:
    """Keep last month's bucket where it is the neighbour and the border between the two is near."""
    calmed = bucket.copy()
    for upper, border in enumerate(settings.borders):
        nearest = _around(border, settings.calm_points, total)
        is_near = (above >= nearest[0]) & (above <= nearest[1])
        is_pair = (np.minimum(last, bucket) == upper) & (np.abs(last - bucket) == 1)
        keeps = may_be_calm & is_pair & is_near.astype(bool)
        calmed[keeps] = last[keeps]
    return calmed


def _around(border: Fraction, points: Fraction, total: int) -> tuple[int, int]:
    return ceil((border - points) * total), floor((border + points) * total)
