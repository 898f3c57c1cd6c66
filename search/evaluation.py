"""How well an engine finds what it should, on a set of real questions with known answers."""

import json
import math
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from search import dictionaries, lexicon
from search.engines.base import Document, Query, SearchEngine
from search.engines.memory import MemoryEngine
from search.engines.postgres import PostgresEngine
from search.matching import Ranking
from search.models import Document as DocumentRow
from search.models import IndexState, Posting, Rarity
from search.ranking import classifier, model, ranker
from search.ranking.ranker import Ranker

DEPTH = 10


@dataclass(frozen=True, slots=True)
class TestSet:
    """Documents numbered in the order of the corpus, whose own ids are ``names``."""

    documents: list[Document]
    names: list[str]
    queries: list[tuple[str, str]]
    relevant: dict[str, set[str]]

    @classmethod
    def read(cls, directory: Path, queries: str = "queries.jsonl", *, with_similar: bool = True) -> "TestSet":
        """Read corpus.jsonl, similar.jsonl, qrels.tsv and the queries, a name in the directory or a path."""
        similar = defaultdict(list)
        if with_similar:
            for row in _rows(directory / "similar.jsonl"):
                similar[row["entry"]].append(row["text"])
        corpus = list(_rows(directory / "corpus.jsonl"))
        places = _categories({row.get("category", "") for row in corpus})
        documents = [
            Document(
                number,
                row["text"],
                tuple(similar[row["id"]]),
                answer=row.get("answer", ""),
                categories=places[row.get("category", "")],
                category=max(places[row.get("category", "")], default=0),
            )
            for number, row in enumerate(corpus)
        ]
        path = directory / queries
        asked = [(row["id"], row["text"]) for row in _rows(path if path.exists() else Path(queries))]
        relevant = defaultdict(set)
        for line in (directory / "qrels.tsv").read_text(encoding="utf-8").splitlines():
            query, entry, _ = line.split("\t")
            relevant[query].add(entry)
        return cls(documents, [row["id"] for row in corpus], asked, relevant)


@dataclass(frozen=True, slots=True)
class Run:
    """What was found for each query, best first, and how long each took."""

    found: dict[str, list[str]]
    took_ms: list[float]


def run(engine: SearchEngine, test: TestSet, *, ranked: bool = True) -> Run:
    """Ask every query once, the way the desk does, after one round that warms the caches.

    The dictionary is the built-in one and the ranker the one every site begins with, with a classifier
    learned from the set's own entries, as the nightly job does; without ``ranked`` the engine's order stays.
    """
    learned = Ranker(model.factory(), classifier.train(test.documents)) if ranked else None
    with ranker.using(learned), lexicon.using(dictionaries.built_in()):
        return _asked(engine, test)


def _asked(engine: SearchEngine, test: TestSet) -> Run:
    for _, text in test.queries:
        Ranking(Query(text, at=0.0), engine).portion(0, DEPTH)
    found, took_ms = {}, []
    for name, text in test.queries:
        began = time.perf_counter()
        matches = Ranking(Query(text, at=0.0), engine).portion(0, DEPTH)
        took_ms.append((time.perf_counter() - began) * 1000)
        found[name] = [test.names[match.id] for match in matches]
    return Run(found, took_ms)


def figures(test: TestSet, result: Run) -> dict[str, float]:
    """A query counts as answered at the rank of its first relevant entry; only the first ten count."""
    ranks = [_rank(result.found[name], test.relevant[name]) for name, _ in test.queries]
    count = len(ranks)
    reached = [rank for rank in ranks if rank]
    return {
        "n": count,
        **{f"recall@{k}": round(sum(rank <= k for rank in reached) / count, 4) for k in (1, 5, 8, 10)},
        "mrr@10": round(sum(1 / rank for rank in reached) / count, 4),
        "ndcg@10": round(sum(1 / math.log2(rank + 1) for rank in reached) / count, 4),
        "no_result": round(sum(not found for found in result.found.values()) / count, 4),
        "p50_ms": round(percentile(result.took_ms, 50), 3),
        "p95_ms": round(percentile(result.took_ms, 95), 3),
    }


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent do not exceed, nearest rank."""
    return sorted(values)[max(math.ceil(len(values) * percent / 100) - 1, 0)]


@contextmanager
def own_engine(name: str) -> Iterator[SearchEngine]:
    """An empty index that goes when the block ends and never touches the one in use.

    The tables of the postgres engine are temporary ones, so the database need not even be migrated.
    """
    if name == "memory":
        yield MemoryEngine()
    elif name == "postgres":
        with transaction.atomic():
            with connection.cursor() as database:
                database.execute("SET LOCAL search_path TO pg_temp, public")
            with connection.schema_editor(atomic=False) as editor:
                for table in (DocumentRow, Posting, Rarity, IndexState):
                    editor.create_model(table)
            try:
                yield PostgresEngine({})
            finally:
                transaction.set_rollback(True)
    else:
        from search.engines.whoosh import WhooshEngine

        settings.WENQU_VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=settings.WENQU_VAR, prefix="evaluate-") as directory:
            yield WhooshEngine({"DIRECTORY": directory, "BACKGROUND": False})


def _rank(found: list[str], relevant: set[str]) -> int | None:
    return next((rank for rank, entry in enumerate(found, 1) if entry in relevant), None)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _categories(paths: set[str]) -> dict[str, frozenset[int]]:
    """For each path the numbers of its category and of all above it."""
    numbers: dict[str, int] = {}
    found = {}
    for path in sorted(paths):
        parts = path.split("/")
        above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1) if path]
        found[path] = frozenset(numbers.setdefault(each, len(numbers) + 1) for each in above)
    return found
