"""The ranker in force in this process, and what it does to the first matches of an engine."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from search.engines.base import EXACT, Match, SearchEngine
from search.engines.wordings import Packed
from search.ranking import model
from search.ranking.classifier import Classifier
from search.ranking.comparison import Asked, Floats, compare
from search.ranking.features import NAMES, features
from search.ranking.model import Model
from search.tokenizer import IS_IDEOGRAPH, RUN, normalise

EQUAL_DIGITS = 2  # scores that differ by less are equal, and what is asked more comes first
MOST_REASONS = 8
AskedMore = Callable[[int], tuple[int, int]]
POOL = 50
"""So many of an engine's first matches are compared; the right one is among them 99 times in a hundred."""


def nobody_asked(_entry: int) -> tuple[int, int]:
    """Where nothing is known about how often entries are asked."""
    return 0, 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What a ranker saw of a query's candidates: (candidates, len(NAMES)), in the order of ``matches``."""

    matches: Sequence[Match]
    rows: Floats


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights for the figures, and a guess at the category where one was learned."""

    model: Model
    classifier: Classifier | None = None

    def order(
        self, matches: Sequence[Match], figures: "Figures | None", asked: AskedMore = nobody_asked
    ) -> list[Match]:
        """The matches of an engine, best first; exact ones stay in front, and no match is lost.

        Among equals those come first that are ``asked`` more, in the viewer's lines and then in all. What was
        found as pinyin or initials has no figures: letters have no wordings to compare with.
        """
        if figures is None:
            return ordered(matches, {}, asked)
        ids = (match.id for match in figures.matches)
        return ordered(matches, dict(zip(ids, self.model.scores(figures.rows).tolist(), strict=True)), asked)

    def figures(self, text: str, matches: Sequence[Match], engine: SearchEngine) -> Figures | None:
        """What is looked at, or None where nothing can be compared. Raises EngineUnavailableError."""
        if len(matches) < 2 or not can_be_compared(text):
            return None
        packed = engine.wordings([match.id for match in matches])
        pairs = [(match, each) for match, each in zip(matches, packed, strict=True) if each.heads]
        query = Asked.of(text)
        if len(pairs) < 2 or not len(query.keys):
            return None
        kept, held = [match for match, _ in pairs], [each for _, each in pairs]
        rows = features(compare(query, held, engine), kept, held, self._guess(text, held))
        return Figures(kept, rows)

    def explain(self, figures: Figures, place: int) -> dict[str, Any]:
        """What moved the candidate at this place against the mean of all candidates, the strongest first."""
        shares = self.model.shares(figures.rows)
        own = shares[place] - shares.mean(0)
        strongest = np.argsort(-np.abs(own), kind="stable")[:MOST_REASONS]
        return {
            "version": self.model.version,
            "score": round(float(self.model.scores(figures.rows)[place]), 4),
            "shares": [
                {
                    "name": NAMES[number],
                    "value": round(float(figures.rows[place, number]), 4),
                    "share": round(float(own[number]), 4),
                }
                for number in strongest.tolist()
            ],
        }

    def _guess(self, text: str, packed: Sequence[Packed]) -> Floats | None:
        return self.classifier.guess(text, [each.category for each in packed]) if self.classifier else None


def can_be_compared(text: str) -> bool:
    """Whether anything but letters was typed, or letters that are no pinyin of one run."""
    return any(IS_IDEOGRAPH.match(run) for run in RUN.findall(normalise(text[:300])))


def ordered(
    matches: Sequence[Match], scores: Mapping[int, float], asked: AskedMore = nobody_asked
) -> list[Match]:
    """Exact matches first, then those with a ranker's score, then the rest as they were.

    A ranked match is given a score above all that come behind it: the engine's lowest, and its share of the
    engine's highest by the softmax of the ranker's scores.
    """
    exact = [match for match in matches if match.found_by in EXACT]
    ranked = [match for match in matches if match.found_by not in EXACT and match.id in scores]
    rest = [match for match in matches if match.found_by not in EXACT and match.id not in scores]
    exact.sort(key=lambda match: (EXACT.index(match.found_by), _fewest_asked(asked, match), -match.score))
    rest.sort(key=lambda match: (-round(match.score, EQUAL_DIGITS), _fewest_asked(asked, match)))
    if not ranked:
        return [*exact, *rest]
    level = {match.id: round(scores[match.id], EQUAL_DIGITS) for match in ranked}
    ranked.sort(key=lambda match: (-level[match.id], _fewest_asked(asked, match)))
    low, high = min(match.score for match in matches), max(match.score for match in matches)
    best = level[ranked[0].id]
    powers = [math.exp(max(level[match.id] - best, -30.0)) for match in ranked]
    total = sum(powers)
    given = [low + high * power / total for power in powers]
    scored = [
        Match(match.id, score, match.found_by, match.shares)
        for match, score in zip(ranked, given, strict=True)
    ]
    return [*exact, *scored, *rest]


def _fewest_asked(asked: AskedMore, match: Match) -> tuple[int, int]:
    own, everywhere = asked(match.id)
    return -own, -everywhere


_in_force: list[Ranker | None] = []
_instead: ContextVar[tuple[Ranker | None] | None] = ContextVar("ranker", default=None)


def current() -> Ranker | None:
    """The ranker in force here and now; None where the order of the engine stays as it is."""
    if instead := _instead.get():
        return instead[0]
    if not _in_force:
        use(Ranker(model.factory()))
    return _in_force[0]


def use(ranker: Ranker | None) -> None:
    """Put a ranker in force in this process, from the next search on."""
    _in_force[:] = [ranker]


@contextmanager
def using(ranker: Ranker | None) -> Iterator[None]:
    """Put a ranker in force in this context only."""
    token = _instead.set((ranker,))
    try:
        yield
    finally:
        _instead.reset(token)
