"""How well agents' searches ended, month by month, and a small picture of it."""

from dataclasses import dataclass
from datetime import datetime

from hits.confirmed import ranks_by_month
from kb.lib.months import Month
from search.yardstick import Figures, figures

MONTHS = 13
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
    """The last whole month and the twelve before it, the newest last; one query."""
    last = Month.of(now).later(-1)
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
