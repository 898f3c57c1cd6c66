"""When a spike begins and when it is over: pure arithmetic, ``now`` and the counts are parameters.

x is the number of calls in the last 60 minutes. It is held against the same 60 minutes of the same weekday in
the last 8 weeks; a holiday is held against Sundays. With m their median and MAD their median absolute
deviation (1.4826 makes it a standard deviation where counts are normal; Rousseeuw and Croux 1993, JASA 88), a
spike has x >= 5 from at least 3 agents, and x >= m + max(6 * 1.4826 * MAD, 3 * sqrt(max(m, 1)), 4).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, sqrt
from statistics import median

from kb.lib.months import SITE_ZONE

WINDOW = timedelta(minutes=60)
WEEKS = 8
FEWEST_CALLS = 5
FEWEST_AGENTS = 3
CALM_FOR = timedelta(minutes=30)
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual at this hour: the median of the weeks looked at, and the excess that makes a spike."""

    median: float
    excess: float

    @classmethod
    def of(cls, past: Sequence[int]) -> "Usual":
        """From the calls of the same hour in the weeks before; without any nothing was usual."""
        middle = float(median(past)) if past else 0.0
        spread = float(median(abs(calls - middle) for calls in past)) if past else 0.0
        return cls(middle, max(6 * 1.4826 * spread, 3 * sqrt(max(middle, 1.0)), 4.0))

    @property
    def least(self) -> int:
        """The fewest calls that are a spike."""
        return max(FEWEST_CALLS, ceil(self.median + self.excess - 1e-9))

    def is_spike(self, calls: int, agents: int) -> bool:
        return calls >= self.least and agents >= FEWEST_AGENTS

    def is_calm(self, calls: int) -> bool:
        """Whether so many calls are below half the excess."""
        return calls < self.median + self.excess / 2


def past_windows(now: datetime, is_holiday: Callable[[datetime], bool]) -> list[datetime]:
    """The ends of the 60 minutes that ``now``'s are held against, the latest first.

    The same clock time here, whatever the zone of ``now``. A day off that is no weekend is a holiday.
    """
    here = now.astimezone(SITE_ZONE)
    latest = here - timedelta(days=7)
    if is_holiday(here):
        latest = here - timedelta(days=(here.weekday() - SUNDAY) % 7 or 7)
    return [latest - timedelta(days=7 * week) for week in range(WEEKS)]


@dataclass(frozen=True, slots=True)
class Standing:
    """One subject now: calls and agents of the last 60 minutes, and the calls of the windows before.

    ``line_id`` is the line that owns an entry; ``line_subject`` names that line's own standing.
    """

    subject: str
    calls: int
    agents: int
    past: Sequence[int]
    line_subject: str = ""

    @property
    def usual(self) -> Usual:
        return Usual.of(self.past)


@dataclass(frozen=True, slots=True)
class Open:
    """A spike that runs; ``calm_since`` is when it fell below half its excess, if it has."""

    subject: str
    calm_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a check found: which begin, which are over (and since when calm), which are calm or not any more.

    ``absorbed`` gives for the subject of an entry the subject of its line, whose spike it is part of.
    """

    began: Sequence[str]
    ended: Mapping[str, datetime]
    calm_since: Mapping[str, datetime | None]
    absorbed: Mapping[str, str]


def check(now: datetime, standings: Mapping[str, Standing], running: Mapping[str, Open]) -> Step:
    """One look at every subject that has calls now or a spike that runs."""
    began: list[str] = []
    ended: dict[str, datetime] = {}
    calm_since: dict[str, datetime | None] = {}
    for subject, standing in sorted(standings.items()):
        usual = standing.usual
        known = running.get(subject)
        if known is None:
            if usual.is_spike(standing.calls, standing.agents):
                began.append(subject)
            continue
        since = known.calm_since
        if not usual.is_calm(standing.calls):
            calm_since[subject] = None
        elif since is None:
            calm_since[subject] = now
        elif now - since >= CALM_FOR:
            ended[subject] = since
    lines = {subject for subject in (*running, *began) if subject not in ended}
    absorbed = {
        subject: line
        for subject in (*running, *began)
        if (line := standings[subject].line_subject) and line in lines and subject not in ended
    }
    return Step(began, ended, calm_since, absorbed)
