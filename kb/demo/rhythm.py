"""When callers call: hours of the day, days of the week, holidays, months."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from kb.lib.months import SITE_ZONE

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

# Calls of one hour beside the others, 0:00 first; two peaks, at ten and at three.
WORKING_DAY = [
    0.16, 0.1, 0.07, 0.06, 0.07, 0.12, 0.3, 0.9, 2.6, 5.3, 6.4, 5.5,
    3.3, 3.5, 5.0, 5.8, 5.2, 4.1, 2.9, 2.6, 2.4, 1.7, 0.9, 0.4,
]  # fmt: skip
DAY_OFF = [
    0.2, 0.13, 0.08, 0.07, 0.07, 0.1, 0.22, 0.6, 1.6, 2.6, 3.1, 2.8,
    2.0, 2.0, 2.5, 2.9, 2.7, 2.3, 2.0, 2.0, 1.9, 1.4, 0.8, 0.4,
]  # fmt: skip
BY_WEEKDAY = [1.17, 1.07, 1.0, 0.98, 1.01, 1.12, 0.93]
BY_MONTH = [1.05, 0.93, 1.02, 0.98, 0.97, 1.03, 1.0, 0.99, 1.01, 0.96, 1.02, 1.06]
OFFICE_HOURS_ONLY = "CORPORATE"
NOISE_OF_A_DAY = 0.05
YEARLY_GROWTH = 0.08

# The first day of the lunar year; the other holidays keep their dates.
SPRING_FESTIVALS = [
    date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13),
    date(2030, 2, 3), date(2031, 1, 23), date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19),
]  # fmt: skip


@dataclass(frozen=True)
class Hours:
    """The hours from ``starts_at`` on: how busy each is, on which day it lies, how long the last is."""

    starts_at: datetime
    load: Floats
    office_load: Floats
    day: Numbers
    last: float

    @property
    def days(self) -> list[date]:
        first = self.starts_at.astimezone(SITE_ZONE).date()
        return [first + timedelta(days=int(number)) for number in range(int(self.day[-1]) + 1)]

    def seconds(self, at: Floats) -> Floats:
        """Seconds since the epoch at so many hours; the last hour is as long as it is."""
        hour = np.floor(at)
        length = np.where(hour == self.load.size - 1, self.last, 1.0)
        return np.asarray(self.starts_at.timestamp() + 3600 * (hour + (at - hour) * length))

    def load_of(self, line: str) -> Floats:
        """The share of the calls that each hour brings to this line, up to a factor."""
        return self.office_load if line == OFFICE_HOURS_ONLY else self.load


def is_holiday(day: date) -> bool:
    """Whether callers behave as on a Sunday: the long holidays, by rule rather than by announcement."""
    if (
        (day.month, day.day) == (1, 1)
        or (day.month == 5 and day.day <= 5)
        or (day.month == 10 and day.day <= 7)
    ):
        return True
    return any(-1 <= (day - first).days <= 6 for first in SPRING_FESTIVALS)


def hours(starts_at: datetime, ends_at: datetime, rng: np.random.Generator) -> Hours:
    """Every hour from a local midnight to ``ends_at``; the last one may be cut short."""
    number = int(np.ceil((ends_at - starts_at) / timedelta(hours=1)))
    first = starts_at.astimezone(SITE_ZONE).date()
    days = [first + timedelta(days=count) for count in range((number + 23) // 24)]
    level = np.array([_level(day, first) for day in days]) * rng.lognormal(0.0, NOISE_OF_A_DAY, len(days))
    is_off = np.array([day.weekday() >= 5 or is_holiday(day) for day in days])
    shape = np.where(is_off[:, None], DAY_OFF, WORKING_DAY)
    load = (shape * level[:, None]).ravel()[:number]
    hour = np.arange(number) % 24
    is_office = np.where(is_off.repeat(24)[:number], 0.06, np.where((hour >= 8) & (hour < 18), 1.3, 0.12))
    last = (ends_at - starts_at) / timedelta(hours=1) - (number - 1)
    load[-1] *= last
    return Hours(starts_at, load, load * is_office, np.arange(number) // 24, last)


def _level(day: date, first: date) -> float:
    weekday = 6 if is_holiday(day) else day.weekday()
    growth = 1 + YEARLY_GROWTH * (day - first).days / 365
    payday = 1.06 if day.day in (5, 8, 10, 15, 25) else 1.0
    return BY_WEEKDAY[weekday] * BY_MONTH[day.month - 1] * growth * payday
