"""How well is found what agents type: every set of questions, every way of typing, stage by stage.

script/bench relevance SETS [--write]: SETS holds all3, unionpay, jnbank and esun_faq, each a directory that
evaluate_search reads. No ranker is judged on a question it learned from: the questions are parted by entry
into five, and each fifth is ordered by a ranker that learned from similar questions and the other four. The
intervals are bootstrapped over entries. ``--write`` then learns from all of them and keeps the weights as
those that every site begins with.
"""

import argparse
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import django

django.setup()

import numpy as np  # noqa: E402

from bench.printing import Goal, at_least, print_result, rounded  # noqa: E402
from bench.site import say  # noqa: E402
from search import builtin, lexicon  # noqa: E402
from search.engines.base import Match, Query, SearchEngine  # noqa: E402
from search.evaluation import TestSet, own_engine  # noqa: E402
from search.lexicon import EMPTY  # noqa: E402
from search.ranking import classifier, lessons, model  # noqa: E402
from search.ranking.features import NAMES  # noqa: E402
from search.ranking.learning import Lesson, fit, together  # noqa: E402
from search.ranking.model import Model  # noqa: E402
from search.ranking.ranker import POOL, Figures, Ranker, ordered  # noqa: E402

SETS = {
    "all3": ("all3", True),
    "unionpay": ("unionpay", True),
    "unionpay without similar": ("unionpay", False),
    "jnbank": ("jnbank", True),
    "esun_faq": ("esun_faq", True),
}
LEARNED_FROM = {"all3": 6_000, "unionpay": 2_400, "jnbank": 2_400}  # the most similar questions of each
TYPED = ("keywords", "prefix", "typo", "dropped", "traditional", "pinyin", "initials")
GOALS = {
    "all3": (0.82, 0.945, 0.96),
    "unionpay": (0.72, 0.91, None),
    "unionpay without similar": (0.49, 0.72, None),
    "jnbank": (0.92, 0.985, None),
    "esun_faq": (0.91, 0.975, None),
    "all3, typo": (None, None, 0.945),
    "all3, dropped": (None, None, 0.945),
    "all3, traditional": (None, None, 0.955),
    "all3, keywords": (None, None, 0.86),
    "all3, prefix": (None, None, 0.84),
    "all3, pinyin": (None, None, 0.72),
    "all3, initials": (None, None, 0.45),
}
DEPTHS = (1, 5, 8)
FOLDS = 5
SEEDS = 4
TIMES = {"unionpay without similar": 3, "esun_faq": 5, "all3, keywords": 2}
"""Sites with few similar questions or none count more, and what people in a hurry type."""
RESAMPLES = 1_000


@dataclass(frozen=True)
class Asked:
    """One question: what the first stage found, what a ranker saw of it, and the entry it belongs to."""

    entry: str
    right: frozenset[int]
    matches: Sequence[Match]
    figures: Figures | None

    @property
    def fold(self) -> int:
        return zlib.crc32(self.entry.encode()) % FOLDS

    def lesson(self) -> Lesson | None:
        if self.figures is None:
            return None
        return Lesson(self.figures.rows, np.array([each.id in self.right for each in self.figures.matches]))

    def rank(self, ranker: Model | None) -> int:
        """The rank of the first right entry, from 1; POOL + 1 where it is not among the candidates."""
        scores: dict[int, float] = {}
        if ranker and self.figures:
            ids = [each.id for each in self.figures.matches]
            scores = dict(zip(ids, ranker.scores(self.figures.rows).tolist(), strict=True))
        found = ordered(self.matches, scores) if scores else self.matches
        return next((rank for rank, each in enumerate(found, 1) if each.id in self.right), POOL + 1)


Questions = dict[str, list[Asked]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", type=Path, help="the directory of the sets")
    parser.add_argument("--engine", default="whoosh", choices=["whoosh", "postgres", "memory"])
    parser.add_argument("--seeds", type=int, default=SEEDS, help="nets that a ranker is the mean of")
    parser.add_argument("--write", action="store_true", help="keep the weights as every site's first ones")
    options = parser.parse_args()
    own = partial(own_engine, options.engine)
    with lexicon.using(EMPTY):
        plain = {name: _asked(options.sets, name, own, None) for name in _names(typed=False)}
    with lexicon.using(builtin.lexicon()):
        asked = {name: _asked(options.sets, name, own, _nothing_learned()) for name in _names()}
        of_similar = _of_similar_questions(options.sets, own)
    say(f"lessons of similar questions: {len(of_similar)}")
    _SHARED[:] = [of_similar, asked]
    rankers = _fitted([*range(FOLDS)], options.seeds)
    stages: dict[str, dict[str, list[int]]] = {
        "first stage, no synonyms": {name: [each.rank(None) for each in plain[name]] for name in plain},
        "first stage": {name: [each.rank(None) for each in asked[name]] for name in asked},
        "ranked": {name: [each.rank(rankers[each.fold]) for each in asked[name]] for name in asked},
    }
    results: dict[str, dict[str, Any]] = {
        stage: {name: _figures(asked[name], ranks) for name, ranks in of_stage.items()}
        for stage, of_stage in stages.items()
    }
    results["learned from"] = {"similar questions": len(of_similar), "folds": FOLDS, "seeds": options.seeds}
    if options.write:
        _write(_fitted([FOLDS], options.seeds)[FOLDS])
    print_result("relevance", results, list(_goals(results["ranked"])))


def _names(*, typed: bool = True) -> list[str]:
    return [*SETS, *(f"all3, {kind}" for kind in TYPED if typed)]


def _nothing_learned() -> Model:
    """Only to say which figures there are."""
    zeros, ones = np.zeros(len(NAMES), np.float32), np.ones(len(NAMES), np.float32)
    unit = np.zeros(1, np.float32)
    return Model("none", zeros, ones, np.zeros((len(NAMES), 1), np.float32), unit, unit, zeros)


def _asked(sets: Path, name: str, own: lessons.OwnEngine, ranker: Model | None) -> list[Asked]:
    """Every question of a set; with a ranker, also what it looks at."""
    directory, _, kind = name.partition(", ")
    place, with_similar = SETS[directory]
    queries = f"queries_{kind}.jsonl" if kind else "queries.jsonl"
    test = TestSet.read(sets / place, queries, with_similar=with_similar)
    numbers = {entry: number for number, entry in enumerate(test.names)}
    say(f"{name}: {len(test.queries)} questions")
    with own() as engine:
        engine.rebuild(test.documents, None)
        seen = Ranker(ranker, classifier.train(test.documents)) if ranker else None
        return [_question(engine, seen, text, test.relevant[query], numbers) for query, text in test.queries]


def _question(
    engine: SearchEngine, seen: Ranker | None, text: str, relevant: set[str], numbers: dict[str, int]
) -> Asked:
    matches = engine.search(Query(text, at=0.0, limit=POOL))
    figures = seen.figures(text, matches, engine) if seen else None
    return Asked(min(relevant), frozenset(numbers[entry] for entry in relevant), matches, figures)


def _of_similar_questions(sets: Path, own: lessons.OwnEngine) -> list[Lesson]:
    learned: list[Lesson] = []
    for name, most in LEARNED_FROM.items():
        test = TestSet.read(sets / name)
        learned += lessons.of_similar_questions(test.documents, _nothing_learned(), own, seed=1, most=most)
    return learned


_SHARED: list[Any] = []  # what forked processes read: the lessons of similar questions, the questions asked


def _fitted(folds: Sequence[int], seeds: int) -> dict[int, Model]:
    """For each fold the ranker that learned from all others; FOLDS itself stands for: from everything."""
    jobs = [(fold, seed) for fold in folds for seed in range(seeds)]
    fitted = defaultdict(list)
    with get_context("fork").Pool(2) as pool:
        for (fold, _), weights in zip(jobs, pool.imap(_fit, jobs), strict=True):
            fitted[fold].append(weights)
            say(f"fitted: fold {fold}, {len(fitted[fold])} of {seeds}")
    version = f"{datetime.now(UTC):%Y-%m-%d}"
    return {fold: together(models, version) for fold, models in fitted.items()}


def _fit(job: tuple[int, int]) -> Model:
    fold, seed = job
    of_similar, asked = _SHARED
    return fit([*of_similar, *_of_others(asked, fold)], "", seed=seed)


def _of_others(asked: Questions, fold: int) -> Iterable[Lesson]:
    """From the questions of other folds, the spoilt ones too."""
    for name, questions in asked.items():
        for each in questions:
            if each.fold != fold and (lesson := each.lesson()):
                yield from [lesson] * TIMES.get(name, 1)


def _figures(asked: Sequence[Asked], ranks: Sequence[int]) -> dict[str, Any]:
    """Recall at 1, 5 and 8 with its interval of 95 %, and the candidates' own recall."""
    rng = np.random.default_rng(0)
    entries, entry = np.unique([each.entry for each in asked], return_inverse=True)
    rank, sizes = np.array(ranks), np.bincount(entry)
    drawn = rng.multinomial(len(entries), np.full(len(entries), 1 / len(entries)), RESAMPLES)
    told: dict[str, Any] = {"questions": len(asked), "entries": len(entries)}
    for depth in DEPTHS:
        hits = np.bincount(entry, rank <= depth, len(entries))
        low, high = np.percentile((drawn @ hits) / (drawn @ sizes), [2.5, 97.5])
        told[f"recall@{depth}"] = [rounded(float(np.mean(rank <= depth))), rounded(low), rounded(high)]
    told["among the candidates"] = rounded(float(np.mean(rank <= POOL)))
    return told


def _goals(figures: dict[str, Any]) -> Iterable[Goal]:
    for name, wanted in GOALS.items():
        for depth, goal in zip(DEPTHS, wanted, strict=True):
            if goal is not None:
                yield at_least(f"recall@{depth}, {name}", figures[name][f"recall@{depth}"][0], goal)


def _write(ranker: Model) -> None:
    text = json.dumps(ranker.to_json(), separators=(",", ":"))
    model.FACTORY.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
