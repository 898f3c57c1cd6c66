"""How many spikes the twelve demo months alarm about, and how soon the planted ones are found.

The year of the demo is generated, kept in memory, and looked at every five minutes by the same code as the
worker's, with counts that come from arrays. An alarm outside a planted spike is a false one. How long a look
takes is measured over a database with so many events as ``--events``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import django

django.setup()

import numpy as np  # noqa: E402

from hits.attempts import Attempt  # noqa: E402
from hits.recent import Asked, By, Window  # noqa: E402
from reports.spikes import gathering, rule  # noqa: E402
from reports.spikes.rule import Open  # noqa: E402

EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Used:
    """One hit of the year."""

    at: float
    call: int
    agent: int
    entry: int
    line: int


class Memory:
    """A year of hits and given-up attempts, ascending in time."""

    def __init__(self, hits: Sequence[Used], attempts: Sequence[Attempt]) -> None:
        self.hits, self.attempts = hits, attempts
        self.at = np.array([hit.at for hit in hits])
        self.tried = np.array([one.at.timestamp() for one in attempts])
        self.owner = {hit.entry: hit.line for hit in hits}

    def first_hit_at(self) -> datetime:
        return datetime.fromtimestamp(self.hits[0].at, UTC)

    def asked_in(self, windows: Sequence[Window], by: By) -> list[Asked]:
        found = []
        for number, (since, until) in enumerate(windows):
            first, last = np.searchsorted(self.at, [since.timestamp(), until.timestamp()])
            calls: defaultdict[int, set[int]] = defaultdict(set)
            agents: defaultdict[int, set[int]] = defaultdict(set)
            for hit in self.hits[first:last]:
                key = hit.entry if by == "entry" else hit.line
                calls[key].add(hit.call)
                agents[key].add(hit.agent)
            found += [Asked(number, key, len(calls[key]), len(agents[key])) for key in calls]
        return found

    def attempts_in(self, windows: Sequence[Window], now: datetime) -> list[Attempt]:
        found: list[Attempt] = []
        for since, until in windows:
            until = min(until, now - timedelta(seconds=60))
            first, last = np.searchsorted(self.tried, [since.timestamp(), until.timestamp()])
            found += self.attempts[first:last]
        return found

    def lines_of(self, entry_ids: Collection[int]) -> Mapping[int, int]:
        return {entry: self.owner[entry] for entry in entry_ids}


@dataclass(frozen=True)
class Alarm:
    at: datetime
    subject: str
    words: str


def replay(source: Memory, since: datetime, until: datetime) -> Iterator[Alarm]:
    """Every alarm that would have been raised; what a line's spike absorbs is none of its own."""
    running: dict[str, Open] = {}
    words: dict[str, str] = {}
    now = since
    while now <= until:
        gathered = gathering.gather(now, source, words)
        step = rule.check(now, gathered.standings, running)
        for subject, calm in step.calm_since.items():
            running[subject] = replace(running[subject], calm_since=calm)
        for subject in step.ended:
            del running[subject], words[subject]
        for subject in step.began:
            tried = gathered.attempts.get(subject, [])
            words[subject] = gathering.samples_of(tried)[0][0] if tried else subject
            running[subject] = Open(subject)
            if subject not in step.absorbed:
                yield Alarm(now, subject, words[subject])
        now += EVERY
