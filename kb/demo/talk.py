"""What happens on the desk during one call: searches, and what is done with the entries found."""

import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kb.demo.disorder import (
    SECOND_QUESTIONS,
    SHARE_OF_SECOND_QUESTION,
    SHARE_THAT_LOOKS_INTO_BOTH,
    twin_of,
)
from kb.demo.topics import Gap, Topic, by_key
from kb.demo.wordings import a_number, sayings

MATCHES = 8
# Where the entry that is then used stands among the matches, in a hundred searches.
RANKS = [1] * 74 + [2] * 11 + [3] * 6 + [4] * 3 + [5, 5, 6, 6, 7, 8]
DWELL_SECONDS = 8.0
NEIGHBOURS = 14
SOMETHING_SHOWN_FOR_A_GAP = 0.55
SHARE_WITH_A_NUMBER = 0.004


@dataclass(frozen=True, slots=True)
class DemoSearch:
    """A search that settled; ``shown`` are keys, best first; times are seconds since the epoch."""

    id: uuid.UUID
    text: str
    shown: list[str]
    took_ms: int
    line: str
    at: float


@dataclass(frozen=True, slots=True)
class DemoEvent:
    id: uuid.UUID
    key: str
    search_id: uuid.UUID | None
    how: str
    at: float


class Shelf:
    """The topics with what is looked up again and again: wordings and neighbours."""

    def __init__(self, topics: Sequence[Topic], popular: frozenset[str], rng: random.Random) -> None:
        self.topics = by_key(topics)
        self.sayings = {topic.key: sayings(topic, rng) for topic in topics}
        self.second = {key: texts for key, texts in SECOND_QUESTIONS.items() if key in self.topics}
        self.asked = popular
        self.always = frozenset(
            topic.key for topic in topics if topic.asked_from is None and topic.asked_until is None
        )
        self._of_category: dict[tuple[str, str], list[Topic]] = defaultdict(list)
        self._of_line: dict[str, list[Topic]] = defaultdict(list)
        for topic in topics:
            if not topic.is_restricted:
                self._of_category[topic.line, topic.category].append(topic)
                self._of_line[topic.line].append(topic)
        self.near = {topic.key: self._near(topic, rng) for topic in topics}

    def of_line(self, line: str) -> list[Topic]:
        return self._of_line[line]

    def _near(self, topic: Topic, rng: random.Random) -> list[Topic]:
        """What a search for it shows as well: related entries, its category, a few of its line."""
        related = [self.topics[key] for key in topic.related if key in self.topics]
        beside = self._of_category[topic.line, topic.category]
        line = self._of_line[topic.line]
        found = [*related, *beside, *rng.sample(line, min(5, len(line)))]
        own = {other.key: other for other in found if other is not topic and not other.is_restricted}
        return list(own.values())[:NEIGHBOURS]


class Talk:
    """One call in the making; ``now`` moves on with everything that is done."""

    def __init__(self, starts_at: float, shelf: Shelf, rng: random.Random) -> None:
        self.starts_at, self.shelf, self.rng = starts_at, shelf, rng
        self.now = starts_at + rng.uniform(5, 25)
        self.searches: list[DemoSearch] = []
        self.events: list[DemoEvent] = []
        self.used: set[str] = set()

    def ask(self, topic: Topic) -> None:
        """The caller's question and, in one call in three, a further one."""
        if self.rng.random() < 0.03:
            self._search(topic, self._rank())
            return
        self._use(topic, self._find(topic))
        if self.rng.random() < 0.33:
            self._use_further(topic)
            if self.rng.random() < 0.25:
                self._use_further(topic)

    def ask_in_vain(self, gap: Gap) -> None:
        """Two tries at most, perhaps a look at something else, and nothing that would answer."""
        for _ in range(1 if self.rng.random() < 0.5 else 2):
            near = self.shelf.of_line(gap.line)
            seen = self.rng.sample(near, min(self.rng.randint(2, 6), len(near)))
            shown = seen if self.rng.random() < SOMETHING_SHOWN_FOR_A_GAP else []
            search = self._log(self.rng.choice(gap.wordings), shown, gap.line)
            if search.shown and self.rng.random() < 0.25:
                self._event(search.shown[0], search.id, "opened")
                self.now += self.rng.uniform(2, 7)
        self.now += self.rng.uniform(5, 30)

    def _find(self, topic: Topic) -> uuid.UUID:
        """The search that leads to it, perhaps after one that did not or a look at another entry."""
        if self.rng.random() < 0.12:
            self._search(topic, rank=None)
        search = self._search(topic, self._rank())
        twin = self._twin(topic)
        if twin and self.rng.random() < SHARE_THAT_LOOKS_INTO_BOTH:
            self._glance(twin.key, search.id)
            return search.id
        others = [key for key in search.shown[:3] if key != topic.key]
        if others and self.rng.random() < 0.2:
            self._glance(others[0], search.id)
        return search.id

    def _glance(self, key: str, search_id: uuid.UUID) -> None:
        """Opened and left at once, or read by mistake and taken back."""
        self._event(key, search_id, "opened")
        if self.rng.random() < 0.12 and key not in self.used:
            self.now += DWELL_SECONDS + self.rng.uniform(0, 0.2)
            self._event(key, search_id, "dwelled")
            self.now += self.rng.uniform(1, 6)
            self._event(key, search_id, "taken_back")
        self.now += self.rng.uniform(1.5, 6)

    def _use(self, topic: Topic, search_id: uuid.UUID | None) -> None:
        """Read to the caller: at least one of dwelled, copied, confirmed follows."""
        self.used.add(topic.key)
        self._event(topic.key, search_id, "opened")
        opened_at, stays = self.now, min(self.rng.lognormvariate(3.3, 0.6), 150.0)
        is_confirmed = self.rng.random() < 0.62
        if stays >= DWELL_SECONDS:
            self.now = opened_at + DWELL_SECONDS + self.rng.uniform(0, 0.3)
            self._event(topic.key, search_id, "dwelled")
        if self.rng.random() < 0.32:
            self.now += self.rng.uniform(1, 12)
            self._event(topic.key, search_id, "copied")
        self.now = max(self.now + 0.5, opened_at + stays)
        if is_confirmed or stays < DWELL_SECONDS:
            self._event(topic.key, search_id, "confirmed")
        self.now += self.rng.uniform(3, 30)

    def _use_further(self, topic: Topic) -> None:
        """Half of the time by a link on the open page, else by a search of its own."""
        further = [
            other
            for other in self.shelf.near[topic.key]
            if other.key in self.shelf.asked and other.key not in self.used and self._may_open(other)
        ]
        if further:
            chosen = further[int(len(further) * self.rng.random() ** 2)]
            self._use(chosen, None if self.rng.random() < 0.5 else self._search(chosen, self._rank()).id)

    def _search(self, topic: Topic, rank: int | None) -> DemoSearch:
        """Type one of its wordings; without a rank it is not among the matches."""
        near = [other for other in self.shelf.near[topic.key] if self._may_open(other)]
        shown = self.rng.sample(near, min(MATCHES, len(near)))
        twin = self._twin(topic)
        if twin:
            shown = [twin, *(other for other in shown if other is not twin)]
        if rank is not None:
            shown.insert(rank - 1, topic)
        return self._log(self._saying(topic), shown, topic.line)

    def _twin(self, topic: Topic) -> Topic | None:
        twin = self.shelf.topics.get(twin_of(topic.key) or "")
        return twin if twin and self._may_open(twin) else None

    def _saying(self, topic: Topic) -> str:
        second = self.shelf.second.get(topic.key)
        if second and self.rng.random() < SHARE_OF_SECOND_QUESTION:
            return self.rng.choice(second)
        return self.rng.choice(self.shelf.sayings[topic.key])

    def _log(self, text: str, shown: list[Topic], line: str) -> DemoSearch:
        if self.rng.random() < SHARE_WITH_A_NUMBER:
            text = f"{text} {a_number(self.rng)}"
        self.now += min(0.6 + 0.35 * len(text), 9.0) * self.rng.uniform(0.8, 1.6)
        keys = [topic.key for topic in shown if self._may_open(topic)][:MATCHES]
        took = max(1, round(self.rng.lognormvariate(1.2, 0.5)))
        chip = line if self.rng.random() < 0.12 else ""
        search = DemoSearch(self._id(), text, keys, took, chip, self.now)
        self.searches.append(search)
        self.now += self.rng.uniform(0.7, 4.0)
        return search

    def _may_open(self, topic: Topic) -> bool:
        """Whether it is in force for the whole of the longest call."""
        return topic.key in self.shelf.always or topic.is_in_force_from(self.starts_at)

    def _event(self, key: str, search_id: uuid.UUID | None, how: str) -> None:
        self.events.append(DemoEvent(self._id(), key, search_id, how, self.now))

    def _id(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def _rank(self) -> int:
        return self.rng.choice(RANKS)
