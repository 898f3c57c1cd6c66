"""tantivy, a Rust library, through its Python binding: with our terms and weights, and with jieba's words."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, PreTokenizedString, Query, Token

from bench.rivals.base import ANSWER_WEIGHT, FOUND, line_of, main_text, words
from search.engines.base import Document
from search.engines.terms import SCORED_FIELDS, index_terms, one_by_one, query_terms

FREQUENCIES = "freq"
Cut = list[tuple[str, str, float]]


class OurTerms:
    """The same terms in the same four fields with the same weights as our first stage asks for."""

    def __init__(self, directory: Path) -> None:
        self._path = directory
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("id", indexed=True, fast=True)
        builder.add_unsigned_field("line", indexed=True)
        for name in SCORED_FIELDS:
            builder.add_text_field(name, tokenizer_name="raw", index_option=FREQUENCIES)
        self._schema = builder.build()

    def build(self, documents: Sequence[Document]) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        writer = tantivy.Index(self._schema, str(self._path)).writer(num_threads=2)
        for document in documents:
            writer.add_document(self._row(document))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, documents: Sequence[Document]) -> None:
        del documents
        self._index = tantivy.Index(self._schema, str(self._path))
        self._index.config_reader("manual")
        self._searcher = self._index.searcher()
        self._writer: Any = None

    def cut(self, text: str) -> Any:
        return [(term.field, term.text, term.weight) for term in one_by_one(query_terms(text))]

    def search(self, cut: Any, line: int | None) -> list[int]:
        if not cut:
            return []
        asked = Query.boolean_query([(Occur.Should, self._term(*term)) for term in cut])
        if line is not None:
            only = Query.const_score_query(Query.term_query(self._schema, "line", line), 0.0)
            asked = Query.boolean_query([(Occur.Must, asked), (Occur.Must, only)])
        found = self._searcher.search(asked, FOUND, count=False).hits
        return self._searcher.fast_field_values("id", [address for _, address in found])  # type: ignore[return-value]

    def replace(self, document: Document) -> None:
        if self._writer is None:
            self._writer = self._index.writer(num_threads=1)
        self._writer.delete_documents_by_term("id", document.id)
        self._writer.add_document(self._row(document))
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def told(self) -> dict[str, float]:
        return {"segments": self._searcher.num_segments}

    def _term(self, field: str, text: str, weight: float) -> Query:
        term = Query.term_query(self._schema, field, text, FREQUENCIES)
        return term if weight == 1.0 else Query.boost_query(term, weight)

    def _row(self, document: Document) -> tantivy.Document:
        row = tantivy.Document()
        row.add_unsigned("id", document.id)
        row.add_unsigned("line", line_of(document))
        for name, terms in self._terms(document).items():
            tokens = [Token(term, place, 0, 0) for place, term in enumerate(terms)]
            row.add_pre_tokenized_text(name, PreTokenizedString("", tokens))
        return row

    def _terms(self, document: Document) -> dict[str, Iterable[str]]:
        counts = index_terms(document).counts
        return {name: list(counts[name].elements()) for name in SCORED_FIELDS}


class JiebaWords(OurTerms):
    """As anybody would use it: jieba's words of the questions, and of the answer at a fifth."""

    def cut(self, text: str) -> Any:
        cut = dict.fromkeys(words(text))
        return [("main", word, 1.0) for word in cut] + [("answer", word, ANSWER_WEIGHT) for word in cut]

    def _terms(self, document: Document) -> dict[str, Iterable[str]]:
        return {"main": words(main_text(document)), "answer": words(document.answer)}
