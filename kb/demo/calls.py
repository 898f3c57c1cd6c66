"""A year of calls, always the same for the same seed, entries and moment."""

import random
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from kb.demo import popularity
from kb.demo.outage import Crowd, outage, rush
from kb.demo.people import DemoAgent
from kb.demo.plan import Subject, plan
from kb.demo.rhythm import hours
from kb.demo.switchboard import Switchboard
from kb.demo.talk import DemoEvent, DemoSearch, Shelf, Talk
from kb.demo.topics import LONGEST_CALL, Gap, Topic, year_before

CALLS, SEED = 40_000, 1126
LONGEST_SILENCE_SECONDS = 400.0  # beside reading the last entry; the desk ends a call after 600
Planned = tuple[float, Subject]


@dataclass(frozen=True, slots=True)
class DemoCall:
    """One call with what was done in it; times are seconds since the epoch."""

    id: uuid.UUID
    agent: DemoAgent
    starts_at: float
    ends_at: float
    searches: list[DemoSearch]
    events: list[DemoEvent]


@dataclass(frozen=True)
class Year:
    """All calls, ascending in time, and the two crowds that are among them."""

    calls: list[DemoCall]
    outage: Crowd
    rush: Crowd


def generate(
    topics: Sequence[Topic],
    people: Sequence[DemoAgent],
    now: datetime,
    *,
    calls: int = CALLS,
    seed: int = SEED,
    follow: Callable[[list[Planned]], Iterable[Planned]] = list,
) -> Year:
    """Make so many calls from ``year_before(now)`` up to ``now``; all have ended by then.

    ``follow`` may watch the calls go by, for a progress bar.
    """
    trouble, coins = outage(now, calls), rush(now, calls)
    rng = random.Random(seed)  # noqa: S311
    weights = popularity.weights(topics, rng)
    when = hours(year_before(now), now - LONGEST_CALL, np.random.default_rng(seed))
    planned = plan(topics, weights, when, (trouble, coins), calls, seed)
    asked = frozenset(topic.key for topic, weight in zip(topics, weights, strict=True) if weight > 0)
    shelf, switchboard = Shelf(topics, asked, rng), Switchboard(people, when, rng)
    return Year([_call(one, shelf, switchboard, rng) for one in follow(planned)], trouble, coins)


def _call(planned: Planned, shelf: Shelf, switchboard: Switchboard, rng: random.Random) -> DemoCall:
    starts_at, subject = planned
    talk = Talk(starts_at, shelf, rng)
    if isinstance(subject, Topic):
        talk.ask(subject)
    elif isinstance(subject, Gap):
        talk.ask_in_vain(subject)
    talks_on = min(rng.lognormvariate(4.6, 0.8), LONGEST_SILENCE_SECONDS)
    ends_at = min(talk.now + talks_on, starts_at + LONGEST_CALL.total_seconds())
    agent = switchboard.take(starts_at, ends_at, subject)
    number = uuid.UUID(int=rng.getrandbits(128), version=4)
    return DemoCall(number, agent, starts_at, ends_at, talk.searches, talk.events)
