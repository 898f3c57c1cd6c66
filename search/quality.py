"""How well agents' searches ended, month by month, and a small picture of it."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from hits.confirmed import ranks_by_month
from kb.lib.months import Month
from search.yardstick import Figures, figures

MONTHS = 13
KEPT_SECONDS = 600
WIDTH, HEIGHT = 600, 200


@dataclass(frozen=True)
class MonthQuality:
    """What agents saw in one month: at which rank stood the entry that answered."""

    month: Month
    figures: Figures


@dataclass(frozen=True)
class Point:
    """A mark of the picture: its place, and what it says."""

    x: float
    y: float
    month: Month
    value: float


def months_of_quality(now: datetime) -> list[MonthQuality]:
    """The last whole month and the twelve before it, the newest last.

    One query over a year of searches; what it found is kept for ten minutes, for whole months hardly change.
    """
    last = Month.of(now).later(-1)
    key = f"search.quality.{last}"
    found: list[MonthQuality] | None = cache.get(key)
    if found is None:
        found = _read(last)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _read(last: Month) -> list[MonthQuality]:
    return [MonthQuality(one.month, figures(one.calls_at_rank)) for one in ranks_by_month(last, MONTHS)]


def curve(months: list[MonthQuality], name: str) -> list[Point]:
    """One figure (0 to 1) of each month that has searches, in a picture of WIDTH by HEIGHT."""
    step = WIDTH / max(len(months) - 1, 1)
    found = [(number, one, float(getattr(one.figures, name))) for number, one in enumerate(months)]
    return [
        Point(round(number * step, 1), round(HEIGHT * (1 - value), 1), one.month, value)
        for number, one, value in found
        if one.figures.searches
    ]
