"""Whether hits are exact when everybody sends at once, and how many events a second that is.

100,000 events of 120 agents, 30 % of them sent two to five times at about the same moment over different
connections, through ``hits.counting.record_event`` (what the API's view calls; HTTP and log-in left out) by
8 processes with one connection each, as the role *web*, while a reader rolls up as *counter*. Afterwards
every stored event is held against what was sent, and every roll-up against the slow reference ``hits.rule``.
"""

import argparse
import multiprocessing
import os
import queue
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC
from multiprocessing.synchronize import Event as Signal
from typing import Any, NamedTuple
from uuid import UUID

import django

django.setup()

from django.db import connection  # noqa: E402

from bench.printing import Goal, at_least, exactly, print_result, rounded, summary  # noqa: E402
from bench.site import fresh_database, say  # noqa: E402

AGENTS, ENTRIES, LINES = 120, 300, 6
WAYS = ["opened", "dwelled", "copied", "confirmed", "taken_back"]
WAY_WEIGHTS = [40, 30, 12, 14, 4]


class Sent(NamedTuple):
    """One event as a client sends it; picklable, without models."""

    id: UUID
    agent_id: int
    entry_id: int
    how: str
    call_id: UUID | None
    search_id: UUID | None


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=100_000)
    arguments.add_argument("--connections", type=int, default=8)
    chosen = arguments.parse_args()
    fresh_database()
    agents, entries = make_site()
    events = make_events(chosen.events, agents, entries)
    sendings = repeated(events)
    say(f"{len(events)} events, sent {len(sendings)} times over {chosen.connections} connections ...")
    seconds, times_ms, answers = send(sendings, chosen.connections)
    results: dict[str, Any] = {
        "events": len(events),
        "sendings": len(sendings),
        "connections": chosen.connections,
        "through": "hits.counting.record_event",
        "seconds": rounded(seconds),
        "events_per_second": rounded(len(events) / seconds),
        "sendings_per_second": rounded(len(sendings) / seconds),
        "record_ms": summary(times_ms),
    }
    goals = [exactly("answers that called an event new", answers, len(events)), *check(events)]
    results["roll_up_events_per_second"] = rounded(len(events) / roll_up_from_nothing())
    goals.append(at_least("events rolled up per second", results["roll_up_events_per_second"], 2000))
    goals.append(exactly("figures that differ after rolling up anew", len(differing()), 0))
    print_result("hits", results, goals)


def make_site() -> tuple[list[int], list[int]]:
    """People who act as agents, and published entries; ids of both."""
    from django.contrib.auth.models import Group

    from accounts.models import Agent, BusinessLine
    from faq.models import Entry, EntryState, Revision, RevisionState

    role = Group.objects.get(name="agent")
    agents = Agent.objects.bulk_create([Agent(username=f"bench-{number}") for number in range(AGENTS)])
    role.user_set.add(*agents)
    lines = [BusinessLine.objects.create(code=f"L{number}", name=f"L{number}") for number in range(LINES)]
    entries = []
    for number in range(ENTRIES):
        line = lines[number % LINES]
        entry = Entry.objects.create(line=line, concerned_line_ids=[line.pk], created_by=agents[0])
        entry.live_revision = Revision.objects.create(
            entry=entry,
            number=1,
            state=RevisionState.PUBLISHED,
            line=line,
            question=f"问题{number}",
            created_by=agents[0],
        )
        entry.state = EntryState.PUBLISHED
        entry.save(update_fields=["live_revision", "state"])
        entries.append(entry.pk)
    return [agent.pk for agent in agents], entries


def make_events(count: int, agents: list[int], entries: list[int]) -> list[Sent]:
    """Calls of one to six events; every fiftieth is an API client's, without a call."""
    chance = random.Random(20260301)
    weights = [1 / (place + 1) for place in range(len(entries))]
    events: list[Sent] = []
    while len(events) < count:
        agent, call = chance.choice(agents), _uuid(chance) if chance.random() > 0.02 else None
        used = chance.choices(entries, weights, k=2)
        for _ in range(chance.randint(1, 6)):
            how = chance.choices(WAYS, WAY_WEIGHTS)[0]
            if call or how != "taken_back":
                events.append(Sent(_uuid(chance), agent, chance.choice(used), how, call, _uuid(chance)))
    return events[:count]


def repeated(events: list[Sent]) -> list[Sent]:
    """The events in order, 30 % of them two to five times, the copies a few hundred places apart at most."""
    chance = random.Random(7)
    places = []
    for number, event in enumerate(events):
        copies = chance.randint(2, 5) if chance.random() < 0.3 else 1
        places += [(number + chance.randint(0, 300) * (copy > 0), event) for copy in range(copies)]
    places.sort(key=lambda place: place[0])
    return [event for _, event in places]


def send(sendings: list[Sent], connections: int) -> tuple[float, list[float], int]:
    """Send from so many processes while another rolls up; seconds, each one's milliseconds, new ones."""
    workers = multiprocessing.get_context("spawn")
    is_over, barrier = workers.Event(), workers.Barrier(connections + 1)
    answers = workers.Queue()
    reader = workers.Process(target=keep_rolling_up, args=[is_over], daemon=True)
    senders = [
        workers.Process(
            target=send_share, args=[sendings[number::connections], barrier, answers], daemon=True
        )
        for number in range(connections)
    ]
    for role, processes in {"counter": [reader], "web": senders}.items():
        os.environ["WENQU_DB_ROLE"] = role
        for process in processes:
            process.start()
    barrier.wait(120)
    began = time.perf_counter()
    shares = [answer_of(senders, answers) for _ in senders]
    seconds = time.perf_counter() - began
    is_over.set()
    for process in (*senders, reader):
        process.join()
        if process.exitcode:
            raise RuntimeError(f"{process.name} failed with status {process.exitcode}.")
    return seconds, [ms for times, _ in shares for ms in times], sum(new for _, new in shares)


def answer_of(senders: list[Any], answers: Any) -> Any:
    """The next answer; an error as soon as a sender has died, which would never give one."""
    while True:
        try:
            return answers.get(timeout=1)
        except queue.Empty:
            if any(sender.exitcode for sender in senders):
                raise RuntimeError("A sender died; its error stands above.") from None


def send_share(share: list[Sent], barrier: Any, answers: Any) -> None:
    from accounts.models import Agent
    from hits.counting import Use, record_event
    from hits.models import How

    people = Agent.objects.in_bulk({sent.agent_id for sent in share})
    for person in people.values():
        _ = person.line_ids
    times, new = [], 0
    barrier.wait(120)
    for sent in share:
        use = Use(sent.id, sent.entry_id, How(sent.how), sent.call_id, sent.search_id)
        began = time.perf_counter()
        new += record_event(people[sent.agent_id], use, counts=True).is_new
        times.append((time.perf_counter() - began) * 1000)
    answers.put((times, new))


def keep_rolling_up(is_over: Signal) -> None:
    from hits.rollup import catch_up, roll_up_all

    while not is_over.is_set():
        roll_up_all()
        is_over.wait(0.5)
    catch_up()


def check(events: list[Sent]) -> list[Goal]:
    """Every event is stored once as it was sent, and every figure is the reference's."""
    from hits.models import HitEvent
    from hits.recount import recount

    columns = ("id", "agent_id", "entry_id", "how", "call_id", "search_id")
    stored = Counter(HitEvent.objects.values_list(*columns))
    wrong = stored - Counter(map(tuple, events)), Counter(map(tuple, events)) - stored
    return [
        exactly("events lost, doubled or changed", sum(map(Counter.total, wrong)), 0),
        exactly("figures that differ from the slow reference", len(differing()), 0),
        exactly("figures that differ from a recount", len(recount()), 0),
    ]


def differing() -> set[tuple[Any, ...]]:
    """Rows of the roll-ups that are not the slow reference's, and the other way round."""
    from hits.models import DailyHits, LineHours, MonthlyHits
    from kb.lib.months import SITE_ZONE, Month

    right: Counter[tuple[Any, ...]] = Counter()
    for hit in reference():
        here = hit.at.astimezone(SITE_ZONE)
        right["day", here.date(), hit.entry_id, hit.line_id] += 1
        right["month", Month.of(here).first_day, hit.entry_id, hit.line_id] += 1
        right["hour", here.replace(minute=0, second=0, microsecond=0).astimezone(UTC), hit.line_id] += 1
    stored: dict[tuple[Any, ...], int] = {}
    for name, rows in (
        ("day", DailyHits.objects.values_list("day", "entry_id", "line_id", "hits")),
        ("month", MonthlyHits.objects.values_list("month", "entry_id", "line_id", "hits")),
        ("hour", LineHours.objects.values_list("hour", "line_id", "hits")),
    ):
        stored |= {(name, *row[:-1]): row[-1] for row in rows}
    return {key for key, _ in stored.items() ^ right.items()}


def reference() -> Iterable[Any]:
    """The slow rule over all stored events, one person and entry at a time, which never touch each other."""
    from django.db.models import Q

    from hits.counting import _events
    from hits.rule import hits_of

    apart = defaultdict(list)
    for event in _events(Q()):
        apart[event.agent_id, event.entry_id].append(event)
    for events in apart.values():
        yield from hits_of(events)


def roll_up_from_nothing() -> float:
    """Forget every figure and count all events again through the roll-up; seconds."""
    from hits.rollup import catch_up

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE hits_hit, hits_dailyhits, hits_monthlyhits, hits_linehours, hits_rollupcursor"
        )
    began = time.perf_counter()
    catch_up()
    return time.perf_counter() - began


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


if __name__ == "__main__":
    main()
