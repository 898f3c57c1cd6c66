"""Whether the engines rank alike on real questions: how many of the first five they share, query by query.

script/bench engines SET: SET is a directory that evaluate_search reads. Every engine orders by the ranker
that each site begins with and a classifier learned from the set, as evaluate_search does.
"""

import argparse
from pathlib import Path
from typing import Any

import django

django.setup()

from bench.printing import at_least, print_result, rounded, summary  # noqa: E402
from bench.site import say  # noqa: E402
from search import evaluation  # noqa: E402
from search.evaluation import Run, TestSet, own_engine  # noqa: E402

ENGINES = ("whoosh", "postgres", "memory")
FIRST = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("set", type=Path, help="the directory of one set")
    parser.add_argument(
        "--engines", nargs="+", default=ENGINES, choices=ENGINES, help="whoosh is always asked"
    )
    options = parser.parse_args()
    test = TestSet.read(options.set)
    runs = {name: _run(name, test) for name in ENGINES if name == "whoosh" or name in options.engines}
    results: dict[str, Any] = {
        name: {
            "shared of the first five": rounded(overlap(runs["whoosh"], run)),
            "same first": rounded(share_of_same_first(runs["whoosh"], run)),
            "recall@5": evaluation.figures(test, run)["recall@5"],
            "ms": summary(run.took_ms),
        }
        for name, run in runs.items()
    }
    goals = [
        at_least(f"first five of {name} shared with whoosh", results[name]["shared of the first five"], 0.95)
        for name in runs
        if name != "whoosh"
    ]
    print_result("engines", {"questions": len(test.queries), **results}, goals)


def _run(name: str, test: TestSet) -> Run:
    say(f"{name}: {len(test.queries)} questions")
    with own_engine(name) as engine:
        engine.rebuild(test.documents, None)
        return evaluation.run(engine, test)


def overlap(one: Run, other: Run) -> float:
    """The mean share of the first five that both found, of as many as the longer of the two has."""
    shares = []
    for query, found in one.found.items():
        ours, theirs = set(found[:FIRST]), set(other.found[query][:FIRST])
        shares.append(len(ours & theirs) / max(len(ours), len(theirs), 1) if ours or theirs else 1.0)
    return sum(shares) / len(shares)


def share_of_same_first(one: Run, other: Run) -> float:
    return sum(found[:1] == other.found[query][:1] for query, found in one.found.items()) / len(one.found)


if __name__ == "__main__":
    main()
