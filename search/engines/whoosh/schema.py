"""The index's fields, as Whoosh stores them: terms counted beforehand, and columns of numbers."""

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

from whoosh import columns, fields, formats

from search.engines.base import Document
from search.engines.terms import SCORED_FIELDS, index_terms

FORMAT = 4
"""Raise this when the tokenizer, the terms or the schema change: an index of another format is rebuilt."""

FILTER = "filter"
QUESTION_KEY = "question_key"
SIMILAR_KEY = "similar_key"

ID_COLUMN = columns.NumericColumn("q", default=0)
VALID_FROM_COLUMN = columns.NumericColumn("d", default=-inf)
VALID_UNTIL_COLUMN = columns.NumericColumn("d", default=inf)
FINGERPRINT_COLUMN = columns.FixedBytesColumn(16)
CATEGORY_COLUMN = columns.NumericColumn("q", default=0)
PACKED_COLUMN = columns.VarBytesColumn()


class CountedTerms(fields.FieldType):  # type: ignore[misc]
    """A field whose value is a mapping from term to frequency; Whoosh's analysis is not used."""

    def __init__(self, *, scorable: bool) -> None:
        self.format = formats.Existence()
        self.analyzer = None
        self.scorable = scorable
        self.stored = self.unique = False
        self.vector = None

    def index(self, value: Mapping[str, int], **options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        del options
        for term, frequency in value.items():
            yield term.encode(), frequency, float(frequency), b""


def schema() -> fields.Schema:
    """A fresh schema, so that none is ever unpickled from a file."""
    return fields.Schema(
        **{name: CountedTerms(scorable=True) for name in SCORED_FIELDS},
        **{name: CountedTerms(scorable=False) for name in (FILTER, QUESTION_KEY, SIMILAR_KEY)},
        id=fields.COLUMN(ID_COLUMN),
        valid_from=fields.COLUMN(VALID_FROM_COLUMN),
        valid_until=fields.COLUMN(VALID_UNTIL_COLUMN),
        fingerprint=fields.COLUMN(FINGERPRINT_COLUMN),
        category=fields.COLUMN(CATEGORY_COLUMN),
        wording_heads=fields.COLUMN(PACKED_COLUMN),
        wording_keys=fields.COLUMN(PACKED_COLUMN),
    )


def row(document: Document) -> dict[str, Any]:
    """One document as the keyword arguments of Whoosh's ``add_document``."""
    indexed = index_terms(document)
    return {
        **indexed.counts,
        FILTER: dict.fromkeys(indexed.filters, 1),
        QUESTION_KEY: {indexed.question_key: 1} if indexed.question_key else {},
        SIMILAR_KEY: dict.fromkeys(indexed.similar_keys, 1),
        "id": document.id,
        "valid_from": -inf if document.valid_from is None else document.valid_from,
        "valid_until": inf if document.valid_until is None else document.valid_until,
        "fingerprint": bytes.fromhex(document.fingerprint()),
        "category": indexed.packed.category,
        "wording_heads": indexed.packed.heads,
        "wording_keys": indexed.packed.keys,
    }
