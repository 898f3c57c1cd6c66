"""Two mornings of crowds: mobile banking was down, and commemorative coins could be reserved."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from kb.demo.rhythm import Floats
from kb.lib.months import Month

ENTRY = "demo-eb-outage"
NEAR_ENTRIES = ("demo-eb-018", "demo-eb-015", "demo-eb-019")
SHARE_OF_NEAR_ENTRIES = 0.24
SHARE_OF_ALL_CALLS = 0.0045
FEWEST_CALLS = 40
RUSH_SHARE_OF_ALL_CALLS = 0.0008
RUSH_FEWEST_CALLS = 24


@dataclass(frozen=True)
class Crowd:
    """From the first call about it to the last."""

    starts_at: datetime
    ends_at: datetime
    calls: int

    def times(self, rng: np.random.Generator) -> Floats:
        """Seconds since the epoch, ascending: a steep rise, a long tail."""
        seconds = (self.ends_at - self.starts_at).total_seconds()
        return np.sort(self.starts_at.timestamp() + seconds * rng.beta(1.5, 2.4, self.calls))


def outage(now: datetime, calls: int) -> Crowd:
    """The second Tuesday of the month before ``now``, from 10:07 to 13:40; so many of all calls."""
    first = Month.of(now).later(-1).starts_at
    tuesday = first + timedelta(days=(1 - first.weekday()) % 7 + 7)
    share = max(FEWEST_CALLS, round(calls * SHARE_OF_ALL_CALLS))
    return Crowd(tuesday + timedelta(hours=10, minutes=7), tuesday + timedelta(hours=13, minutes=40), share)


def rush(now: datetime, calls: int) -> Crowd:
    """The third Thursday four months before ``now``, from 9:31 to 11:20: coins, asked for in vain."""
    first = Month.of(now).later(-4).starts_at
    thursday = first + timedelta(days=(3 - first.weekday()) % 7 + 14)
    share = max(RUSH_FEWEST_CALLS, round(calls * RUSH_SHARE_OF_ALL_CALLS))
    return Crowd(thursday + timedelta(hours=9, minutes=31), thursday + timedelta(hours=11, minutes=20), share)
