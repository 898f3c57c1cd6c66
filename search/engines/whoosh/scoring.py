"""BM25 over all segments of one commit, with NumPy: equal to Whoosh's own BM25F, document by document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines import bm25
from search.engines.base import Reading
from search.engines.terms import SCORED_FIELDS, WeightedTerm, query_terms
from search.engines.whoosh.cache import BoundedCache
from search.engines.whoosh.segment import Floats, Ids, Segment
from search.engines.wordings import Keys, buckets, rarities

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]
PostingKey = tuple[str, str, str]
DENSE_FROM = 4  # a term in a quarter of a segment's documents is added as a whole row
LONG = 4_096  # documents; in a longer list each of a few is looked up, a shorter one is run through
DRIFT = 100  # one document in so many may change before statistics are worked out anew
EMPTY_BYTES = 150  # what an entry of a cache takes without its arrays, about


@dataclass(frozen=True, slots=True)
class Postings:
    """One term in one segment: which documents have it, ascending, and how often."""

    ids: Ids
    frequencies: Floats

    @property
    def nbytes(self) -> int:
        return self.ids.nbytes + self.frequencies.nbytes + EMPTY_BYTES


PostingCache = BoundedCache[PostingKey, Postings | None]


def posting_cache(most_bytes: int) -> PostingCache:
    """Postings by segment, field and term; they outlive commits and go with their segment."""
    return BoundedCache(most_bytes, lambda postings: postings.nbytes if postings else EMPTY_BYTES)


@dataclass(frozen=True, slots=True)
class Worth:
    """What one term adds to which documents of a commit: single ones (``places``) and whole ``rows``.

    ``count`` tells how many documents have it.
    """

    places: Ids
    scores: Floats
    rows: tuple[tuple[slice, Floats], ...]
    count: int = 0

    @property
    def nbytes(self) -> int:
        rows = sum(row.nbytes for _, row in self.rows)
        return self.places.nbytes + self.scores.nbytes + rows + EMPTY_BYTES


NOTHING = Worth(np.empty(0, np.int32), np.empty(0, np.float32), ())


@dataclass(frozen=True, slots=True)
class Part:
    """A segment inside a commit: where its documents stand in the scores, and which of them are left."""

    segment: Segment
    start: int
    live: Mask

    @property
    def span(self) -> slice:
        return slice(self.start, self.start + self.segment.size)


@dataclass(frozen=True, slots=True)
class Added:
    """What the terms of one query add to the ``size`` documents of a commit.

    ``places`` and ``scores`` stand one behind the other, the short terms first, each term's places
    ascending; each term's end at its ``ends``.
    """

    size: int
    places: Ids
    scores: Floats
    readings: NDArray[np.int64]
    ends: NDArray[np.int64]
    rows: Sequence[tuple[Reading, slice, Floats]]

    def totals(self) -> Scores:
        """Every document's score, deleted ones too; zero where no word matches."""
        totals: Scores = np.asarray(np.bincount(self.places, self.scores, self.size), np.float64)
        if self.rows:
            common = np.zeros(self.size, np.float32)  # adding a row to numbers of its own kind is quicker
            for _, span, row in self.rows:
                common[span] += row
            totals += common
        return totals

    def shares(self, places: Ids) -> NDArray[np.float64]:
        """What each reading brings the documents at these places: one row each, one column a reading."""
        lengths = np.diff(self.ends, prepend=0)
        short = int(np.searchsorted(lengths, LONG))
        shares = self._of_short(int(self.ends[short - 1]) if short else 0, places)
        for term in range(short, len(self.ends)):
            first, last = int(self.ends[term] - lengths[term]), int(self.ends[term])
            held = self.places[first:last]
            at = np.minimum(np.searchsorted(held, places), len(held) - 1)
            shares[:, self.readings[term]] += np.where(held[at] == places, self.scores[first:last][at], 0)
        self._add_rows(shares, places)
        return shares

    def _of_short(self, end: int, places: Ids) -> Scores:
        """What the terms before that end bring: all of their places are looked at once."""
        held = self.places[:end]
        is_wanted = np.zeros(self.size, np.bool_)
        is_wanted[places] = True
        hits = np.flatnonzero(is_wanted[held])
        number = np.zeros(self.size, np.int64)
        number[places] = np.arange(len(places))
        term = np.searchsorted(self.ends, hits, side="right")
        cells = number[held[hits]] * len(Reading) + self.readings[term]
        counted = np.bincount(cells, self.scores[hits], len(places) * len(Reading))
        return np.asarray(counted, np.float64).reshape(len(places), len(Reading))

    def _add_rows(self, shares: NDArray[np.float64], places: Ids) -> None:
        """The rows' part of the shares; most rows are of one span, whose places are told apart once."""
        inside: dict[tuple[int, int], tuple[Any, Any]] = {}
        for reading, span, row in self.rows:
            known = inside.get((span.start, span.stop))
            if known is None:
                within = np.flatnonzero((places >= span.start) & (places < span.stop))
                known = inside[span.start, span.stop] = (within, places[within] - span.start)
            shares[known[0], reading] += row[known[1]]


@dataclass(frozen=True, slots=True)
class Base:
    """Some segments whose statistics later commits go by for a while, and what terms add to their documents.

    Working every term of a query out again after each edit would cost more than the search. So documents are
    scored by the averages and rarities there were before up to a hundredth of them changed; deviations from
    the exact ones stay below a hundredth. An index of less than a hundred documents is always exact.
    """

    names: tuple[str, ...]
    size: int
    deleted: int
    averages: Mapping[str, float]
    worths: BoundedCache[WeightedTerm, Worth]

    def holds(self, segments: Sequence[tuple[Segment, Any]]) -> bool:
        """Whether all of its segments are left in a commit, and little has changed since."""
        own = [(segment, stored) for segment, stored in segments if segment.name in self.names]
        if len(own) < len(self.names):
            return False
        added = sum(segment.size for segment, _ in segments) - self.size
        deleted = sum(_count_deleted(stored) for _, stored in own) - self.deleted
        return (added + deleted) * DRIFT <= self.size


class Statistics:
    """The segments of one commit with what is deleted from them, and BM25 over all of them."""

    def __init__(
        self,
        segments: Sequence[tuple[Segment, Any]],
        postings: PostingCache,
        most_bytes: int,
        before: "Statistics | None" = None,
    ) -> None:
        self._postings = postings
        base = before.base if before and before.base.holds(segments) else None
        self.parts: list[Part] = []
        self.size = 0
        for segment, stored in _base_first(segments, base):
            live = np.ones(segment.size, np.bool_)
            live[np.fromiter(stored.deleted_docs(), np.int64)] = False
            self.parts.append(Part(segment, self.size, live))
            self.size += segment.size
        self.base: Base = base or Base(
            names=tuple(part.segment.name for part in self.parts),
            size=self.size,
            deleted=sum(_count_deleted(stored) for _, stored in segments),
            averages={
                name: sum(part.segment.total_lengths[name] for part in self.parts) / (self.size or 1) or 1.0
                for name in SCORED_FIELDS
            },
            worths=BoundedCache(most_bytes, lambda worth: worth.nbytes),
        )

    def nbytes(self) -> int:
        return self.base.worths.nbytes()

    def postings(self, part: Part, field: str, text: str) -> Postings | None:
        """A term's postings in one segment, or None when the segment lacks it."""

        def read(key: PostingKey) -> Postings | None:
            found = part.segment.read(key[1], key[2])
            return Postings(*found) if found else None

        return self._postings.get((part.segment.name, field, text), read)

    def added(self, text: str) -> "Added":
        """What each term of a query adds; terms nothing has are left out."""
        held: list[tuple[Reading, Worth]] = []
        later = self.parts[len(self.base.names) :]
        for term in query_terms(text):
            worth = self.base.worths.get(term, self._work_out)
            if worth is not NOTHING:
                held.append((term.reading, worth))
            if later and (more := self._in_later(term, worth, later)) is not NOTHING:
                held.append((term.reading, more))
        held.sort(key=_length)
        return Added(
            size=self.size,
            places=np.concatenate([NOTHING.places, *(worth.places for _, worth in held)]),
            scores=np.concatenate([NOTHING.scores, *(worth.scores for _, worth in held)]),
            readings=np.array([reading for reading, _ in held], np.int64),
            ends=np.cumsum([len(worth.places) for _, worth in held], dtype=np.int64),
            rows=[(reading, span, row) for reading, worth in held for span, row in worth.rows],
        )

    def rarity(self, keys: Keys) -> NDArray[np.float32]:
        """See the engine; deleted documents count until a merge drops them, as in BM25."""
        counts: NDArray[np.float64] = np.zeros(len(keys))
        places = buckets(keys)
        for part in self.parts:
            counts += part.segment.counted(places)
        return rarities(counts, sum(part.segment.wordings for part in self.parts))

    def _work_out(self, term: WeightedTerm) -> Worth:
        """A term's score in every document of the base that has it."""
        parts = self.parts[: len(self.base.names)]
        held = [(part, self.postings(part, term.field, term.text)) for part in parts]
        count = sum(len(postings.ids) for _, postings in held if postings)
        return self._scored(term, held, count) if count else NOTHING

    def _in_later(self, term: WeightedTerm, worth: Worth, parts: Sequence[Part]) -> Worth:
        """A term's score in documents that came later than the base, by the base's statistics."""
        having = [part for part in parts if not part.segment.lacks(term.field, term.text)]
        held = [(part, self.postings(part, term.field, term.text)) for part in having]
        if not any(postings for _, postings in held):
            return NOTHING
        return self._scored(term, held, max(worth.count, 1))

    def _scored(self, term: WeightedTerm, held: Sequence[tuple[Part, Postings | None]], count: int) -> Worth:
        worth = term.weight * bm25.idf(self.base.size, count)
        places, scores, rows = [NOTHING.places], [NOTHING.scores], []
        for part, postings in held:
            if not postings:
                continue
            lengths = part.segment.lengths[term.field][postings.ids].astype(np.float64)
            frequencies = postings.frequencies.astype(np.float64)
            scored: Scores = worth * bm25.saturated(frequencies, lengths, self.base.averages[term.field])
            if len(postings.ids) * DENSE_FROM >= part.segment.size:
                row = np.zeros(part.segment.size, np.float32)
                row[postings.ids] = scored
                rows.append((part.span, row))
            else:
                places.append(postings.ids + np.int32(part.start))
                scores.append(scored.astype(np.float32))
        return Worth(np.concatenate(places), np.concatenate(scores), tuple(rows), count)


def _length(held: tuple[Reading, Worth]) -> int:
    return len(held[1].places)


def _count_deleted(stored: Any) -> int:
    count: int = stored.deleted_count()
    return count


def _base_first(segments: Sequence[tuple[Segment, Any]], base: Base | None) -> list[tuple[Segment, Any]]:
    """The base's segments in its order, then the others: places in what was worked out stay valid."""
    if base is None:
        return list(segments)
    order = {name: number for number, name in enumerate(base.names)}
    return sorted(segments, key=lambda pair: order.get(pair[0].name, len(order)))
