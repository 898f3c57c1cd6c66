"""What is still unanswered of the given-up attempts, wording by wording, and which wordings ask the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from uuid import UUID

from hits.attempts import Attempt
from search import clustering
from search.tokenizer import exact_key

MASKED = re.compile(r"[\s\d-]*\*[\s\d*-]*")
MOST_WORDINGS = 5_000
LEAST_TOGETHER = 2


@dataclass(slots=True)
class Wording:
    """Everything given up under one exact key."""

    key: str
    spelt: Counter[str] = field(default_factory=Counter)
    calls: set[UUID] = field(default_factory=set)
    agents: set[int] = field(default_factory=set)
    last_at: datetime | None = None

    @property
    def text(self) -> str:
        """As it was mostly spelt."""
        return min(self.spelt, key=lambda text: (-self.spelt[text], text))


def without_numbers(text: str) -> str:
    """The text without the masked numbers of the caller, which say nothing about the question."""
    return " ".join(MASKED.sub(" ", text).split())


def unanswered(
    attempts: Iterable[Attempt], said: Collection[str], answered_at: Mapping[str, datetime]
) -> list[Wording]:
    """Those asked in most calls, most first: keys that entries say, or that were answered since, are out."""
    found: dict[str, Wording] = {}
    for attempt in attempts:
        text = without_numbers(attempt.text)
        key = exact_key(text)
        if not key or key in said or (key in answered_at and attempt.at <= answered_at[key]):
            continue
        wording = found.setdefault(key, Wording(key))
        wording.spelt[text] += 1
        wording.calls.add(attempt.call_id)
        wording.agents.add(attempt.agent_id)
        wording.last_at = max(wording.last_at or attempt.at, attempt.at)
    return sorted(found.values(), key=lambda one: (-len(one.calls), one.key))[:MOST_WORDINGS]


def grouped(
    wordings: Sequence[Wording], attempts: Iterable[Attempt], known: Sequence[str]
) -> list[list[Wording]]:
    """The wordings that ask the same, in groups; each begins with the one asked in most calls."""
    places = clustering.group(
        [one.text for one in wordings], known=known, together=_tried_together(wordings, attempts)
    )
    groups: defaultdict[int, list[Wording]] = defaultdict(list)
    for wording, place in zip(wordings, places, strict=True):
        groups[place].append(wording)
    return list(groups.values())


def _tried_together(wordings: Sequence[Wording], attempts: Iterable[Attempt]) -> dict[int, dict[int, float]]:
    """By places: in what share of the attempts with the rarer of two wordings both were tried."""
    place_of = {one.key: place for place, one in enumerate(wordings)}
    tried: Counter[int] = Counter()
    both: Counter[tuple[int, int]] = Counter()
    for attempt in attempts:
        keys = {exact_key(without_numbers(text)) for text in attempt.texts}
        places = sorted(place_of[key] for key in keys if key in place_of)
        tried.update(places)
        both.update(combinations(places, 2))
    shares: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for (first, second), number in both.items():
        if number >= LEAST_TOGETHER:
            share = number / min(tried[first], tried[second])
            shares[first][second] = shares[second][first] = share
    return shares
