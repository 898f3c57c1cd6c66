"""Our own engines: the first stage alone, everything on, and the one whose index is rows."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.rivals.base import FOUND
from search import builtin, lexicon
from search.engines import postgres as postgres_module
from search.engines.base import Changes, Document, Query
from search.engines.postgres import PostgresEngine
from search.engines.terms import Terms, query_terms
from search.engines.whoosh import WhooshEngine
from search.engines.whoosh import commit as whoosh_module
from search.matching import Ranking
from search.ranking import classifier, model, ranker
from search.ranking.ranker import Ranker

Cut = tuple[str, list[Terms]]


class ReducedError(Exception):
    """The engine could not answer."""


def asked(text: str, line: int | None) -> Query:
    lines = frozenset() if line is None else frozenset({line})
    return Query(text, time.time(), lines=lines, viewer_lines=frozenset({1}), limit=FOUND)


class FirstStage:
    """The engine that keeps Whoosh's files, without ranker; hidden entries are filtered out always."""

    def __init__(self, directory: Path) -> None:
        self.engine = WhooshEngine({"DIRECTORY": directory})

    def build(self, documents: Sequence[Document]) -> None:
        self.engine.rebuild(documents, None)

    def open(self, documents: Sequence[Document]) -> None:
        del documents
        lexicon.use(builtin.lexicon())
        self.engine.refresh()
        self.engine.watch()
        vars(whoosh_module)["query_terms"] = _terms_cut

    def cut(self, text: str) -> Any:
        terms = query_terms(text)
        _cut[:] = [(text, terms)]
        return text

    def search(self, cut: Any, line: int | None) -> list[int]:
        return [match.id for match in self.engine.search(asked(cut, line))]

    def replace(self, document: Document) -> None:
        self.engine.apply(Changes([document]))

    def told(self) -> dict[str, float]:
        return {"files_mb": self.engine.file_bytes() / 1e6, "cache_mb": self.engine.nbytes() / 1e6}


_cut: list[Cut] = []


def _terms_cut(text: str) -> list[Terms]:
    """The terms of the text cut last, so that the search alone is timed."""
    if _cut and _cut[0][0] == text:
        return _cut[0][1]
    return query_terms(text)


class EverythingOn(FirstStage):
    """As the desk searches: synonyms, pinyin, typos, and the ranker with a classifier; cutting is inside."""

    def open(self, documents: Sequence[Document]) -> None:
        lexicon.use(builtin.lexicon())
        ranker.use(Ranker(model.factory(), classifier.train(documents)))
        self.engine.refresh()
        self.engine.watch()

    def cut(self, text: str) -> Any:
        return text

    def search(self, cut: Any, line: int | None) -> list[int]:
        ranking = Ranking(asked(cut, line), self.engine)
        found = ranking.portion(0, FOUND)
        if ranking.is_reduced:
            raise ReducedError("another engine stood in, so these would not be our figures")
        return [match.id for match in found]


class Rows:
    """Our engine in PostgreSQL, in the search tables of the measurements' own database."""

    def __init__(self, directory: Path) -> None:
        del directory
        self.engine = PostgresEngine({})

    def build(self, documents: Sequence[Document]) -> None:
        self.engine.rebuild(documents, None)

    def open(self, documents: Sequence[Document]) -> None:
        del documents
        lexicon.use(builtin.lexicon())
        vars(postgres_module)["query_terms"] = _terms_cut

    def cut(self, text: str) -> Any:
        _cut[:] = [(text, query_terms(text))]
        return text

    def search(self, cut: Any, line: int | None) -> list[int]:
        return [match.id for match in self.engine.search(asked(cut, line))]

    def replace(self, document: Document) -> None:
        self.engine.apply(Changes([document]))

    def told(self) -> dict[str, float]:
        rows = self.engine._read(
            "SELECT pg_total_relation_size('search_document') + pg_total_relation_size('search_posting')"
        )
        return {"tables_mb": rows[0][0] / 1e6}
