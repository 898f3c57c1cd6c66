"""Whoosh's own searcher on such files as our first stage writes, for the same terms, weights and filter."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whoosh import scoring
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import Or, Term
from whoosh.searching import Searcher

from bench.rivals.base import FOUND
from search import builtin, lexicon
from search.engines import bm25
from search.engines.base import Changes, Document
from search.engines.terms import one_by_one, query_terms
from search.engines.whoosh import writing
from search.engines.whoosh.home import Home
from search.engines.whoosh.schema import FILTER, schema
from search.engines.whoosh.segment import table_of_contents


class OwnSearcher:
    """The searcher chooses its matcher itself, as it does for everybody."""

    def __init__(self, directory: Path) -> None:
        self._home = Home(directory)
        self._directory = directory

    def build(self, documents: Sequence[Document]) -> None:
        writing.rebuild(self._home, documents, None)

    def open(self, documents: Sequence[Document]) -> None:
        del documents
        lexicon.use(builtin.lexicon())
        manifest = self._home.read()
        storage = FileStorage(str(self._directory / manifest.directory))
        segments = table_of_contents(storage, manifest.toc)
        reader = FileIndex._reader(storage, schema(), segments, manifest.toc)
        self._searcher = Searcher(reader, weighting=scoring.BM25F(B=bm25.B, K1=bm25.K1))
        self._ids = [key for leaf, _ in reader.leaf_readers() for key in leaf.column_reader("id")]

    def cut(self, text: str) -> Any:
        return Or([Term(term.field, term.text, boost=term.weight) for term in one_by_one(query_terms(text))])

    def search(self, cut: Any, line: int | None) -> list[int]:
        only = None if line is None else Term(FILTER, f"line:{line}")
        found = self._searcher.search(cut, limit=FOUND, filter=only)
        return [self._ids[number] for _, number in found.top_n]

    def replace(self, document: Document) -> None:
        writing.apply(self._home, Changes([document]))
        self.open(())

    def told(self) -> dict[str, float]:
        return {}


class Preloading(OwnSearcher):
    """With the matcher that reads all postings first, the quicker one where many words are asked for."""

    def cut(self, text: str) -> Any:
        asked = super().cut(text)
        asked.matcher_type = Or.ARRAY_MATCHER
        return asked
