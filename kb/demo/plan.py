"""Which call is about what, and when: drawn evenly from the whole year."""

import random
from collections.abc import Sequence

import numpy as np

from kb.demo import popularity
from kb.demo.gaps import COINS, GAPS
from kb.demo.outage import ENTRY, NEAR_ENTRIES, SHARE_OF_NEAR_ENTRIES, Crowd
from kb.demo.rhythm import Floats, Hours, Numbers
from kb.demo.topics import LINES, Gap, Topic

Subject = Topic | Gap | None
"""What a caller wants; None when the agent needs no knowledge base."""

SHARE_WITHOUT_QUESTION = 0.1
SHARE_OF_GAPS = 0.045


def plan(
    topics: Sequence[Topic], weights: Floats, hours: Hours, crowds: tuple[Crowd, Crowd], calls: int, seed: int
) -> list[tuple[float, Subject]]:
    """When each call begins, in seconds since the epoch and ascending, and what it is about."""
    rng, chance = np.random.default_rng(seed), random.Random(seed)  # noqa: S311
    trouble, coins = crowds
    subjects, times = _asked(topics, weights, hours, calls - trouble.calls - coins.calls, rng, chance)
    further, further_times = _about(trouble, topics, rng, chance)
    subjects += [*further, *[COINS] * coins.calls]
    times = np.concatenate([times, further_times, coins.times(rng)])
    order = np.argsort(times, kind="stable")
    return [(at, subjects[place]) for at, place in zip(times[order].tolist(), order, strict=True)]


def _asked(
    topics: Sequence[Topic],
    weights: Floats,
    hours: Hours,
    calls: int,
    rng: np.random.Generator,
    chance: random.Random,
) -> tuple[list[Subject], Floats]:
    """Subjects and times, by one even sweep over the expected calls of every (subject, hour)."""
    rows = [*topics, *GAPS, None]
    expected = np.vstack(
        [
            _expected(topics, weights, hours, chance) * (1 - SHARE_WITHOUT_QUESTION - SHARE_OF_GAPS),
            _expected_gaps(hours) * SHARE_OF_GAPS,
            hours.load / hours.load.sum() * SHARE_WITHOUT_QUESTION,
        ]
    )
    row, at = _evenly(expected, calls, rng)
    for line in LINES:
        mine = np.array([isinstance(subject, Topic) and subject.line == line for subject in rows])
        _retime(row, at, mine, expected, rng)
    return [rows[number] for number in row], hours.seconds(at)


def _evenly(expected: Floats, calls: int, rng: np.random.Generator) -> tuple[Numbers, Floats]:
    """Row and hour (with its fraction) of so many calls, one from each equal part of what is expected."""
    flat = expected.ravel()
    reached = np.cumsum(flat)
    wanted = (np.arange(calls) + rng.random(calls)) / calls * reached[-1]
    cell = np.searchsorted(reached, wanted, side="right").clip(max=flat.size - 1)
    left = (reached[cell] - wanted) / np.maximum(flat[cell], 1e-12)
    row, hour = np.divmod(cell, expected.shape[1])
    return row, hour + 1 - left.clip(1e-6, 1)


def _retime(row: Numbers, at: Floats, mine: Numbers, expected: Floats, rng: np.random.Generator) -> None:
    """Spread the calls of one line evenly as well, in place, and keep their order.

    So small a call centre would have chance crowds of a line every other day, and no spike would be news.
    """
    calls = np.flatnonzero(mine[row])
    if not calls.size:
        return
    calls = calls[np.argsort(at[calls], kind="stable")]
    _, spread = _evenly(expected[mine].sum(axis=0)[None, :], calls.size, rng)
    is_asked = expected[row[calls], spread.astype(int)] > 0
    at[calls] = np.where(is_asked, spread, at[calls])


def _expected(topics: Sequence[Topic], weights: Floats, hours: Hours, chance: random.Random) -> Floats:
    """The share of all questions for each (topic, hour); lines get theirs, entries within by popularity."""
    days = hours.days
    rows = np.array(
        [
            popularity.day_factors(topic, days, chance)[hours.day] * hours.load_of(topic.line) * factor
            for topic, factor in zip(topics, weights, strict=True)
        ]
    )
    owner = np.array([topic.line for topic in topics])
    for line in LINES:
        mine = owner == line
        rows[mine] *= popularity.LINE_SHARES[line] / max(rows[mine].sum(), 1e-12)
    return np.asarray(rows / rows.sum())


def _expected_gaps(hours: Hours) -> Floats:
    days = hours.days
    rows = np.array([popularity.gap_factors(gap, days)[hours.day] * hours.load * gap.weight for gap in GAPS])
    return np.asarray(rows / rows.sum())


def _about(
    trouble: Crowd, topics: Sequence[Topic], rng: np.random.Generator, chance: random.Random
) -> tuple[list[Subject], Floats]:
    """The calls of the outage; without its entry (a test's few topics) about any of them."""
    main = [topic for topic in topics if topic.key == ENTRY] or list(topics[:1])
    near = [topic for topic in topics if topic.key in NEAR_ENTRIES] or main
    subjects: list[Subject] = [
        chance.choice(near if chance.random() < SHARE_OF_NEAR_ENTRIES else main) for _ in range(trouble.calls)
    ]
    return subjects, trouble.times(rng)
