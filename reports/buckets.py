"""Frequency classes of a month (product.md §6): pure arithmetic, exact, independent of order.

Shares are compared as fractions, never as floats, so that the same counts give the same buckets everywhere.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from typing import Self


class Bucket(StrEnum):
    VERY_HIGH = "very_high"
    HIGH = "high"
    LOW = "low"
    VERY_LOW = "very_low"


ORDER = list(Bucket)


@dataclass(frozen=True)
class BucketSettings:
    """Where the borders lie; a report stores them with its figures."""

    very_high_share: Fraction = Fraction(50, 100)
    high_share: Fraction = Fraction(80, 100)
    low_share: Fraction = Fraction(95, 100)
    very_high_least_hits: int = 5
    calm_points: Fraction = Fraction(2, 100)

    @classmethod
    def from_values(cls, values: Mapping[str, int | float]) -> Self:
        """Read the settings named ``bucket_*``; a float is taken as the decimal a person typed."""
        return cls(
            very_high_share=Fraction(str(values["bucket_very_high_share"])),
            high_share=Fraction(str(values["bucket_high_share"])),
            low_share=Fraction(str(values["bucket_low_share"])),
            very_high_least_hits=int(values["bucket_very_high_least_hits"]),
            calm_points=Fraction(str(values["bucket_calm_points"])),
        )

    @property
    def borders(self) -> list[Fraction]:
        """The positions at which the next lower bucket begins, in the order of the buckets."""
        return [self.very_high_share, self.high_share, self.low_share]


@dataclass(frozen=True)
class Asked:
    """How often one entry was used in a month.

    ``new_days`` is None for an entry that takes part in the order; for a new one it is the number of this
    month's days it was in force, at least 1. ``last`` is its bucket of the month before.
    """

    entry_id: int
    hits: int
    last: Bucket | None = None
    new_days: int | None = None

    @property
    def is_new(self) -> bool:
        return self.new_days is not None


@dataclass(frozen=True)
class Placed:
    """One entry's place: ``position`` is None without hits, ``rank`` also for new entries."""

    entry_id: int
    hits: int
    share: Fraction
    position: Fraction | None
    rank: int | None
    bucket: Bucket
    last: Bucket | None
    is_new: bool


class _Order:
    """The entries that take part, by how often they were asked."""

    def __init__(self, hits: Iterable[Fraction | int]) -> None:
        self.descending = sorted((count for count in hits if count > 0), reverse=True)
        self.negated = [-count for count in self.descending]
        self.running = list(accumulate(self.descending, initial=Fraction(0)))

    def more_often(self, hits: Fraction | int) -> int:
        """How many entries were asked strictly more often than this."""
        return bisect_left(self.negated, -hits)

    def position(self, hits: Fraction) -> Fraction:
        """The share of all hits that belongs to entries asked strictly more often; 0 where nothing was."""
        total = self.running[-1]
        return Fraction(self.running[self.more_often(hits)]) / total if total else Fraction(0)


def place(asked: Iterable[Asked], *, settings: BucketSettings, days_in_month: int) -> list[Placed]:
    """Give every entry its bucket, the most asked first; equal hits stand in the order of their ids.

    Where every entry that was asked is new (the month of a first load), there is no order for them to stand
    outside of: then they make it up themselves, by what they would reach in the whole month.
    """
    entries = sorted(asked, key=lambda one: (-one.hits, one.entry_id))
    order = _Order(one.hits for one in entries if not one.is_new)
    if not order.descending:
        order = _Order(_projected(one, days_in_month) for one in entries)
    total = sum(one.hits for one in entries)
    return [_place_one(one, order, total, settings, days_in_month) for one in entries]


def _projected(one: Asked, days_in_month: int) -> Fraction:
    """The hits of an entry; of a new one, what they would be over the whole month."""
    if one.new_days is None:
        return Fraction(one.hits)
    return Fraction(one.hits * days_in_month, max(one.new_days, 1))


def _place_one(one: Asked, order: _Order, total: int, settings: BucketSettings, days_in_month: int) -> Placed:
    hits = _projected(one, days_in_month)
    position = order.position(hits) if hits else None
    bucket = _bucket(position, hits, settings)
    if position is not None and not one.is_new:
        bucket = _calmed(bucket, position, hits, one.last, settings)
    return Placed(
        entry_id=one.entry_id,
        hits=one.hits,
        share=Fraction(one.hits, total) if total else Fraction(0),
        position=position,
        rank=None if one.is_new or not one.hits else order.more_often(one.hits) + 1,
        bucket=bucket,
        last=one.last,
        is_new=one.is_new,
    )


def _bucket(position: Fraction | None, hits: Fraction, settings: BucketSettings) -> Bucket:
    if position is None:
        return Bucket.VERY_LOW
    bucket = ORDER[bisect_right(settings.borders, position)]
    if bucket is Bucket.VERY_HIGH and hits < settings.very_high_least_hits:
        return Bucket.HIGH
    return bucket


def _calmed(
    bucket: Bucket, position: Fraction, hits: Fraction, last: Bucket | None, settings: BucketSettings
) -> Bucket:
    """Keep last month's bucket when it is the neighbour and the border between the two is near."""
    if last is None or abs(ORDER.index(last) - ORDER.index(bucket)) != 1:
        return bucket
    if last is Bucket.VERY_HIGH and hits < settings.very_high_least_hits:
        return bucket
    border = settings.borders[min(ORDER.index(last), ORDER.index(bucket))]
    return last if abs(position - border) <= settings.calm_points else bucket
