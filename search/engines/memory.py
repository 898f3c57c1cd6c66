"""An index in this process's memory, in plain Python: for tests, and what the others are compared with."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines import bm25
from search.engines.base import EXACT, Changes, Cursor, Document, FoundBy, Match, Query, Reading
from search.engines.terms import SCORED_FIELDS, Indexed, index_terms, one_by_one, query_filters, query_terms
from search.engines.wordings import BUCKETS, HEAD, NOT_THERE, Keys, Packed, buckets, rarities
from search.tokenizer import exact_key

TIERS = {FoundBy.QUESTION: 0, FoundBy.SIMILAR: 1}


@dataclass(frozen=True, slots=True)
class _Row:
    document: Document
    indexed: Indexed
    fingerprint: str
    lengths: dict[str, int]

    @classmethod
    def of(cls, document: Document) -> "_Row":
        indexed = index_terms(document)
        lengths = {name: indexed.counts[name].total() for name in SCORED_FIELDS}
        return cls(document, indexed, document.fingerprint(), lengths)

    def is_wanted(self, query: Query, groups: list[frozenset[str]]) -> bool:
        document = self.document
        if document.valid_from is not None and document.valid_from > query.latest_at:
            return False
        if document.valid_until is not None and document.valid_until <= query.earliest_at:
            return False
        return all(not group.isdisjoint(self.indexed.filters) for group in groups)

    def found_by(self, key: str, shares: tuple[float, ...]) -> FoundBy:
        if key and key == self.indexed.question_key:
            return FoundBy.QUESTION
        is_similar = key and key in self.indexed.similar_keys
        return FoundBy.SIMILAR if is_similar else Reading.most(shares)


class MemoryEngine:
    """Each engine object is an index of its own."""

    def __init__(self, options: dict[str, Any] | None = None) -> None:
        del options
        self._rows: dict[int, _Row] = {}
        self._cursor: Cursor | None = None
        self._generations = count(1)
        self._generation = 0
        self._counted: tuple[NDArray[np.int64], int] | None = None

    def watch(self) -> None:
        """Nobody else can change it."""

    def apply(self, changes: Changes) -> None:
        rows = {document.id: _Row.of(document) for document in changes.replaced}
        kept = {key: row for key, row in self._rows.items() if key not in changes.deleted}
        self._change({**kept, **rows}, changes.cursor or self._cursor)

    def rebuild(self, documents: Iterable[Document], cursor: Cursor | None) -> int:
        rows = {document.id: _Row.of(document) for document in documents}
        self._change(rows, cursor)
        return len(rows)

    def search(self, query: Query) -> list[Match]:
        key = exact_key(query.text)
        scores = self._shares(query.text)
        groups = query_filters(query)
        matches = []
        for row in self._rows.values():
            if row.is_wanted(query, groups):
                shares = scores[row.document.id]
                brought = tuple(shares)
                found_by = row.found_by(key, brought)
                matches.append(Match(row.document.id, sum(shares), found_by, brought))
        matches = [match for match in matches if match.score > 0 or match.found_by in EXACT]
        matches.sort(key=lambda match: (TIERS.get(match.found_by, len(TIERS)), -match.score, match.id))
        return matches[query.offset : query.offset + query.limit]

    def wordings(self, ids: Sequence[int]) -> list[Packed]:
        rows = (self._rows.get(key) for key in ids)
        return [row.indexed.packed if row else NOT_THERE for row in rows]

    def rarity(self, keys: Keys) -> NDArray[np.float32]:
        if self._counted is None:
            packed = [row.indexed.packed for row in self._rows.values()]
            held = np.frombuffer(b"".join(each.keys for each in packed), "<u4")
            wordings = sum(len(each.heads) for each in packed) // (2 * HEAD)
            self._counted = np.bincount(buckets(held), minlength=BUCKETS), wordings
        counts, wordings = self._counted
        return rarities(counts[buckets(keys)].astype(np.float64), wordings)

    def count(self) -> int:
        return len(self._rows)

    def fingerprints(self) -> dict[int, str]:
        return {key: row.fingerprint for key, row in self._rows.items()}

    def cursor(self) -> Cursor | None:
        return self._cursor

    def generation(self) -> str:
        return str(self._generation)

    def refresh(self) -> None:
        """Nothing to do: nobody else can change this index."""

    def _change(self, rows: dict[int, _Row], cursor: Cursor | None) -> None:
        self._rows, self._cursor, self._generation = rows, cursor, next(self._generations)
        self._counted = None

    def _shares(self, text: str) -> defaultdict[int, list[float]]:
        """What each reading brings each document."""
        rows = list(self._rows.values())
        averages = {
            name: sum(row.lengths[name] for row in rows) / (len(rows) or 1) or 1 for name in SCORED_FIELDS
        }
        scores: defaultdict[int, list[float]] = defaultdict(lambda: [0.0] * len(Reading))
        for term in one_by_one(query_terms(text)):
            holding = [row for row in rows if term.text in row.indexed.counts[term.field]]
            worth = term.weight * bm25.idf(len(rows) or 1, len(holding))
            for row in holding:
                frequency = row.indexed.counts[term.field][term.text]
                length, average = bm25.quantised(row.lengths[term.field]), averages[term.field]
                saturated = bm25.saturated(frequency, length, average)
                scores[row.document.id][term.reading] += worth * saturated
        return scores
