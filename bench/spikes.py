"""How many spikes the twelve demo months alarm about, and how soon the planted ones are found.

The year of the demo is generated, kept in memory, and looked at every five minutes by the same code as the
worker's, with counts that come from arrays. An alarm outside a planted spike is a false one. When the rule
first held is looked for minute by minute. How long a look takes over ten million events tells
`script/bench report`.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import django

django.setup()

import numpy as np  # noqa: E402

from bench import site  # noqa: E402
from bench.printing import at_most, exactly, print_result  # noqa: E402
from hits.attempts import Attempt  # noqa: E402
from hits.recent import Asked, By, Window  # noqa: E402
from kb.lib.months import Month  # noqa: E402
from reports.spikes import gathering, rule  # noqa: E402
from reports.spikes.rule import Open  # noqa: E402

EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Used:
    """One hit of the year."""

    at: float
    call: UUID
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
            calls: defaultdict[int, set[UUID]] = defaultdict(set)
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

    def gap_keys(self) -> Mapping[str, str]:
        return {}  # none was known in that year


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


@dataclass(frozen=True)
class Planted:
    """A crowd of the demo's story, and what could be called a spike because of it."""

    name: str
    starts_at: datetime
    ends_at: datetime

    def holds(self, alarm: Alarm) -> bool:
        return self.starts_at <= alarm.at <= self.ends_at + rule.WINDOW


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--months", type=int, default=12, help="how many of the months before this one")
    chosen = options.parse_args()
    site.fresh_database()
    source, now = demo_year()
    since = Month.of(now).later(-chosen.months).starts_at
    planted = [one for one in planted_in(now) if one.starts_at >= since]
    site.say(f"{len(source.hits)} hits, {len(source.attempts)} attempts given up; playing them again ...")
    alarms = list(replay(source, since, now))
    false = [alarm for alarm in alarms if not any(one.holds(alarm) for one in planted)]
    by_month = Counter(str(Month.of(alarm.at)) for alarm in false)
    delays = {one.name: minutes_to_find(one, alarms, source) for one in planted}
    found = [minutes for minutes in delays.values() if minutes is not None]
    results = {
        "alarms": [f"{alarm.at:%Y-%m-%d %H:%M} {alarm.subject}" for alarm in alarms],
        "false_alarms_by_month": dict(by_month),
        "minutes_from_rule_to_alarm": delays,
    }
    goals = [
        at_most("most false alarms in a month", max(by_month.values(), default=0), 1),
        exactly("planted spikes found", len(found), len(planted)),
        at_most("minutes from the rule's first moment to the alarm, most", max(found, default=0), 10),
    ]
    print_result("spikes", results, goals)


def demo_year() -> tuple[Memory, datetime]:
    """The demo as it is loaded, read back as the counter counted it."""
    from accounts.models import Agent
    from accounts.roles import Role
    from faq.services.locking import database_now
    from hits import attempts
    from hits.models import Hit
    from kb.demo import loading
    from kb.demo.calls import CALLS

    now = database_now()
    loading.load(CALLS)
    columns = ("at", "call_id", "agent_id", "entry_id", "line_id")
    hits = [
        Used(at.timestamp(), *rest) for at, *rest in Hit.objects.order_by("at", "pk").values_list(*columns)
    ]
    agents = list(Agent.objects.filter(groups__name=Role.AGENT).values_list("pk", flat=True))
    return Memory(hits, attempts.given_up(now - timedelta(days=420), agents)), now


def planted_in(now: datetime) -> list[Planted]:
    from kb.demo import outage
    from kb.demo.calls import CALLS

    trouble, coins = outage.outage(now, CALLS), outage.rush(now, CALLS)
    return [
        Planted("outage", trouble.starts_at, trouble.ends_at),
        Planted("coins", coins.starts_at, coins.ends_at),
    ]


def minutes_to_find(planted: Planted, alarms: Sequence[Alarm], source: Memory) -> float | None:
    """From the first minute in which the rule held for any subject to the first alarm; None without one."""
    first = next((alarm for alarm in alarms if planted.holds(alarm)), None)
    if first is None:
        return None
    now = planted.starts_at
    while now < first.at:
        if rule.check(now, gathering.gather(now, source, {}).standings, {}).began:
            break
        now += timedelta(minutes=1)
    return max((first.at - now).total_seconds() / 60, 0.0)


if __name__ == "__main__":
    main()
