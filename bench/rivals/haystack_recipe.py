"""django-haystack with its Whoosh backend, and jieba's ChineseAnalyzer in place of the English one.

That is the recipe that every Chinese tutorial gives: a copy of the backend with the analyzer exchanged, one
document field made of a template, ``auto_query`` and the first page. Rows of the database are not loaded.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from whoosh.qparser import OrGroup

from bench.rivals.base import FOUND, line_of, main_text
from search.engines.base import Document


class Haystack:
    """One field with question, similar questions and answer; the line is a field of its own."""

    def __init__(self, directory: Path) -> None:
        self._path = directory

    def build(self, documents: Sequence[Document]) -> None:
        self.open(documents)
        self._backend.update(self._index, _Rows(documents))

    def open(self, documents: Sequence[Document]) -> None:
        del documents
        settings.HAYSTACK_CONNECTIONS = {
            "default": {
                "ENGINE": "haystack.backends.whoosh_backend.WhooshEngine",
                "PATH": str(self._path),
                "SILENTLY_FAIL": False,
            }
        }
        import haystack
        from haystack import indexes
        from haystack.backends import whoosh_backend
        from haystack.query import SearchQuerySet
        from jieba.analyse import ChineseAnalyzer

        from faq.models import Entry

        class EntryIndex(indexes.SearchIndex, indexes.Indexable):  # type: ignore[misc]
            text = indexes.CharField(document=True, model_attr="bench_text")
            line = indexes.IntegerField(model_attr="bench_line")

            def get_model(self) -> Any:
                return Entry

        whoosh_backend.StemmingAnalyzer = ChineseAnalyzer
        self._index = EntryIndex()
        using = haystack.connections["default"]
        using.get_unified_index().build(indexes=[self._index])
        self._backend = using.get_backend()
        self._every = SearchQuerySet()

    def cut(self, text: str) -> Any:
        return text

    def search(self, cut: Any, line: int | None) -> list[int]:
        found = self._every.auto_query(cut)
        if line is not None:
            found = found.filter(line=line)
        return [int(each.pk) for each in found[:FOUND]]

    def replace(self, document: Document) -> None:
        self._backend.update(self._index, _Rows([document]))

    def told(self) -> dict[str, float]:
        return {}


class _Rows:
    """Documents as rows of Entry, unsaved, one at a time."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[Any]:
        from faq.models import Entry

        for document in self._documents:
            entry: Any = Entry(pk=document.id)
            entry.bench_text = f"{main_text(document)}\n{document.answer}"
            entry.bench_line = line_of(document)
            yield entry


class AnyWord(Haystack):
    """With the parser's group exchanged as well: any word will do, so that it finds what agents type."""

    def open(self, documents: Sequence[Document]) -> None:
        super().open(documents)
        self._backend.setup()
        self._backend.parser.group = OrGroup
