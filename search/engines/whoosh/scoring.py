"""BM25 over all segments of one commit, with NumPy: equal to Whoosh's own BM25F, document by document.

What each term adds to each document is worked out for all terms at once when a commit is opened, not at a
search. A search then only looks its terms up, puts their lists one behind the other and sums them.

Whoever narrows a search asks for the same few parts again and again, one business line above all. Once a part
has been asked for a few times, all lists are cut down to it: a search runs through its sixth of the postings
instead of through all of them, to throw five sixths away. Scores stay what they are.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from threading import Lock, Thread
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines import bm25
from search.engines.base import Reading
from search.engines.terms import SCORED_FIELDS, WeightedTerm, query_terms
from search.engines.whoosh import arrays
from search.engines.whoosh.cache import BoundedCache
from search.engines.whoosh.lists import Floats, Lists, Mask, Places, Scored, Scores
from search.engines.whoosh.segment import Segment
from search.engines.wordings import Keys, buckets, rarities

DENSE_FROM = 8  # a term in an eighth of the documents is added as a whole row,
LONG = 1_024  # unless its list is shorter than that
DRIFT = 100  # one document in so many may change before statistics are worked out anew
MOST_TERMS = 200_000  # whose numbers are remembered
NARROW_FROM = 1_000  # documents; fewer are run through as quickly
MOST_NARROWED = 2  # half of the documents; cutting down to more saves little
ASKED_BEFORE = 3  # searches of a part, before lists are cut down to it

TermKey = tuple[str, str]


class Limits(NamedTuple):
    """What an index may hold beside its arrays, and whether what can wait is done beside the searches."""

    most_bytes: int
    in_background: bool


class Part(NamedTuple):
    """A segment inside a commit: where its documents stand in the scores, and which of them are left."""

    segment: Segment
    start: int
    live: Mask

    @property
    def span(self) -> slice:
        return slice(self.start, self.start + self.segment.size)


class Vocabulary:
    """The numbers of the terms of some lists; those asked for before are remembered."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._known: dict[TermKey, int] = {}

    def numbers(self, keys: Sequence[TermKey]) -> list[int]:
        """The number of each of these terms, by field and text, or -1."""
        known = self._known
        try:
            return [known[key] for key in keys]
        except KeyError:
            found = self._found(dict.fromkeys(key for key in keys if key not in known))
            numbers = [found[key] if key in found else known[key] for key in keys]
            if len(known) >= MOST_TERMS:
                self._known = found
            else:
                known.update(found)
            return numbers

    def _found(self, keys: Iterable[TermKey]) -> dict[TermKey, int]:
        found: dict[TermKey, int] = {}
        for number, field in enumerate(SCORED_FIELDS):
            of_field = [key for key in keys if key[0] == field]
            at = self._lists.find(number, arrays.hashes(text for _, text in of_field))
            found.update(zip(of_field, at.tolist(), strict=True))
        return found


class Lookup:
    """What each term adds to the first ``size`` documents of a commit, or to a part of them.

    With ``most_bytes`` above nought, what a common term adds is kept as a row over all documents.
    """

    def __init__(self, vocabulary: Vocabulary, scored: Scored, size: int, most_bytes: int = 0) -> None:
        self._vocabulary = vocabulary
        self._scored = scored
        self.size = size
        self._has_rows = most_bytes > 0
        self._rows = BoundedCache[int, Floats](most_bytes, _nbytes)

    def add(self, terms: Sequence[WeightedTerm], sums: "Sums", shift: int = 0) -> None:
        """Add what these terms add to its documents, which stand so much farther back in the sums."""
        bounds, places, scores = self._scored
        numbers = self._vocabulary.numbers([term[:2] for term in terms])
        at = np.array(numbers, np.intp)
        begins, ends = bounds[at].tolist(), bounds[at + 1].tolist()
        long = max(self.size // DENSE_FROM, LONG) if self._has_rows else self.size + 1
        for (_, _, weight, reading), number, begin, end in zip(terms, numbers, begins, ends, strict=True):
            if end <= begin:
                continue
            if end - begin >= long:
                sums.add_row(reading, weight, self._rows.get(number, self._row))
                continue
            held = places[begin:end]
            sums.add(reading, weight, held + np.int32(shift) if shift else held, scores[begin:end])

    def cut_down(self, mask: Mask) -> "Lookup":
        """The part of its documents that a mask holds."""
        scored = self._scored.cut_down(mask)
        return Lookup(self._vocabulary, scored, int(mask.sum()), scored.nbytes)

    def nbytes(self) -> int:
        """Memory held."""
        return self._rows.nbytes() + self._scored.nbytes

    def _row(self, number: int) -> Floats:
        row = np.zeros(self.size, np.float32)
        span = slice(int(self._scored.bounds[number]), int(self._scored.bounds[number + 1]))
        row[self._scored.places[span]] = self._scored.scores[span]
        return row


class Sums:
    """What the terms of one query add, list by list; lists of one reading and weight in a row are one run."""

    def __init__(self) -> None:
        self._places: list[Places] = []
        self._scores: list[Floats] = []
        self._runs: list[tuple[Reading, float, int]] = []
        self._run: tuple[Reading, float] | None = None
        self.rows: list[tuple[Reading, float, Floats]] = []

    def add(self, reading: Reading, weight: float, places: Places, scores: Floats) -> None:
        if self._run != (reading, weight):
            self._run = reading, weight
            self._runs.append((reading, weight, len(self._places)))
        self._places.append(places)
        self._scores.append(scores)

    def add_row(self, reading: Reading, weight: float, row: Floats) -> None:
        """What a term adds to all documents of a lookup; those of all terms are of one length."""
        self.rows.append((reading, weight, row))

    def by_reading(self, size: int) -> dict[Reading, Scores]:
        """What the lists of each reading add to each of so many documents."""
        sums: dict[Reading, Scores] = {}
        if not self._places:
            return sums
        places = np.concatenate(self._places, dtype=np.intp)
        scores = np.concatenate(self._scores, dtype=np.float64)
        begin = 0
        for number, (reading, weight, first) in enumerate(self._runs):
            last = self._runs[number + 1][2] if number + 1 < len(self._runs) else len(self._places)
            end = begin + sum(map(len, self._places[first:last]))
            if weight != 1.0:
                scores[begin:end] *= weight
            added: Scores = np.asarray(np.bincount(places[begin:end], scores[begin:end], size), np.float64)
            sums[reading] = sums[reading] + added if reading in sums else added
            begin = end
        return sums


class Added:
    """What the terms of one query add to the ``size`` documents of a commit or of a part, by reading."""

    def __init__(self, size: int, sums: Sums) -> None:
        self._size = size
        self._sums = sums.by_reading(size)
        self._rows = sums.rows
        self._covered = len(self._rows[0][2]) if self._rows else 0

    def totals(self) -> Scores:
        """Every document's score, deleted ones too; zero where no word matches."""
        sums = list(self._sums.values())
        totals = sums[0].copy() if sums else np.zeros(self._size)
        for each in sums[1:]:
            totals += each
        if self._rows:
            common = np.zeros(self._covered, np.float32)  # adding numbers of one kind is quicker
            for _, weight, row in self._rows:
                common += row if weight == 1.0 else row * np.float32(weight)
            totals[: self._covered] += common
        return totals

    def shares(self, places: NDArray[np.intp]) -> Scores:
        """What each reading brings the documents at these places: one row each, one column a reading."""
        shares = np.zeros((len(Reading), len(places)))
        for reading, each in self._sums.items():
            shares[reading] = each[places]
        if self._rows:
            is_within = places < self._covered
            held = np.where(is_within, places, 0)
            for reading, weight, row in self._rows:
                shares[reading] += row[held] * (is_within * weight)
        return shares.T


class Base:
    """Some segments by whose statistics later commits go for a while, and what terms add to their documents.

    Working every term out again after each edit would cost more than the search. So documents are
    scored by the averages and rarities there were before up to a hundredth of them changed; deviations from
    the exact ones stay below a hundredth. An index of less than a hundred documents is always exact.
    """

    def __init__(self, parts: Sequence[Part], deleted: int, limits: Limits) -> None:
        self.names = tuple(part.segment.name for part in parts)
        self.size = sum(part.segment.size for part in parts)
        self._deleted = deleted
        self._averages = [
            sum(part.segment.total_lengths[name] for part in parts) / (self.size or 1) or 1.0
            for name in SCORED_FIELDS
        ]
        self._lists = _joined(parts)
        scored = self._scored(self._lists, parts, self._lists.counts())
        self.lookup = Lookup(Vocabulary(self._lists), scored, self.size, limits.most_bytes // 4)
        self.narrowed = Narrowed(self.lookup, limits)

    def nbytes(self) -> int:
        """Memory held."""
        return self.lookup.nbytes() + self.narrowed.nbytes()

    def holds(self, segments: Sequence[tuple[Segment, Any]]) -> bool:
        """Whether all of its segments are left in a commit, and little has changed since."""
        own = [(segment, stored) for segment, stored in segments if segment.name in self.names]
        if len(own) < len(self.names):
            return False
        added = sum(segment.size for segment, _ in segments) - self.size
        deleted = sum(_count_deleted(stored) for _, stored in own) - self._deleted
        return (added + deleted) * DRIFT <= self.size

    def later(self, parts: Sequence[Part]) -> Lookup:
        """What terms add to documents that came later, by the statistics there were."""
        lists = _joined(parts)
        counts = np.concatenate(
            [
                self._counts_of(field, lists.hashes[lists.borders[field] : lists.borders[field + 1]])
                for field in range(lists.fields)
            ]
        )
        scored = self._scored(lists, parts, np.maximum(counts, 1))
        return Lookup(Vocabulary(lists), scored, parts[-1].span.stop - self.size)

    def _counts_of(self, field: int, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        numbers = self._lists.find(field, hashes)
        return np.where(numbers >= 0, self._lists.bounds[numbers + 1] - self._lists.bounds[numbers], 0)

    def _scored(self, lists: Lists, parts: Sequence[Part], counts: NDArray[np.int64]) -> Scored:
        lengths = [_lengths(parts, name) for name in SCORED_FIELDS]
        scores = lists.scores(bm25.idfs(self.size, counts), lengths, self._averages)
        return Scored(lists.bounds, lists.places, scores)


class Narrowed:
    """The parts that a base's lists were cut down to; none is dropped while the base lasts.

    A part that is too large, or for which no memory is left, is not cut out.
    """

    def __init__(self, whole: Lookup, limits: Limits) -> None:
        self._whole = whole
        self._left = limits.most_bytes // 4 * 3
        self._in_background = limits.in_background
        self._asked: Counter[Hashable] = Counter()
        self._cut: dict[Hashable, Lookup] = {}
        self._cutting = Lock()

    def is_worth(self, key: Hashable) -> bool:
        """Whether to ask: the part is cut out, or was not asked for often enough yet."""
        return key in self._cut or (self._asked[key] <= ASKED_BEFORE and self._whole.size >= NARROW_FROM)

    def ask(self, key: Hashable, mask: Mask) -> Lookup | None:
        """The documents of a mask by themselves, if they are cut out by now; ``key`` names the mask."""
        if key not in self._cut and self.is_worth(key):
            self._asked[key] += 1
            if self._asked[key] > ASKED_BEFORE:
                if self._in_background:
                    Thread(target=self._cut_down, args=[key, mask], name="narrow-search", daemon=True).start()
                else:
                    self._cut_down(key, mask)
        return self._cut.get(key)

    def nbytes(self) -> int:
        """Memory held."""
        return sum(each.nbytes() for each in list(self._cut.values()))

    def _cut_down(self, key: Hashable, mask: Mask) -> None:
        with self._cutting:
            if int(mask.sum()) * MOST_NARROWED > self._whole.size or self._left <= 0:
                return
            part = self._whole.cut_down(mask)
            needed = part.nbytes() * 3 // 2  # with the cache of what was looked up
            if needed <= self._left:
                self._left -= needed
                self._cut[key] = part


class Statistics:
    """The segments of one commit with what is deleted from them, and BM25 over all of them."""

    def __init__(
        self, segments: Sequence[tuple[Segment, Any]], limits: Limits, before: "Statistics | None" = None
    ) -> None:
        base = before.base if before and before.base.holds(segments) else None
        self.parts: list[Part] = []
        self.size = 0
        for segment, stored in _base_first(segments, base):
            live = np.ones(segment.size, np.bool_)
            live[np.fromiter(stored.deleted_docs(), np.int64)] = False
            self.parts.append(Part(segment, self.size, live))
            self.size += segment.size
        deleted = sum(_count_deleted(stored) for _, stored in segments)
        self.base: Base = base or Base(self.parts, deleted, limits)
        later = self.parts[len(self.base.names) :]
        self._later = self.base.later(later) if later else None

    def nbytes(self) -> int:
        """Memory held by the files of the segments and what was worked out from them."""
        later = self._later.nbytes() if self._later else 0
        return sum(part.segment.nbytes for part in self.parts) + self.base.nbytes() + later

    def added(self, text: str, lookup: Lookup | None = None) -> Added:
        """What each term of a query adds; terms nothing has are left out.

        With a lookup of a part, the documents of that part come first, then those later than the base.
        """
        lookup = lookup or self.base.lookup
        terms = query_terms(text)
        sums = Sums()
        lookup.add(terms, sums)
        shift = lookup.size - self.base.size
        if self._later:
            self._later.add(terms, sums, shift)
        return Added(self.size + shift, sums)

    def rarity(self, keys: Keys) -> Floats:
        """See the engine; deleted documents count until a merge drops them, as in BM25."""
        counts: Scores = np.zeros(len(keys))
        places = buckets(keys)
        for part in self.parts:
            counts += part.segment.counted(places)
        return rarities(counts, sum(part.segment.wordings for part in self.parts))


def _joined(parts: Sequence[Part]) -> Lists:
    return Lists.joined([(part.start, part.segment.lists) for part in parts])


def _lengths(parts: Sequence[Part], field: str) -> NDArray[np.uint8]:
    """A field's length in each document up to the last of these parts, as one byte says it."""
    lengths = np.zeros(parts[-1].span.stop if parts else 0, np.uint8)
    for part in parts:
        lengths[part.span] = part.segment.lengths[field]
    return lengths


def _nbytes(row: Floats) -> int:
    return row.nbytes


def _count_deleted(stored: Any) -> int:
    count: int = stored.deleted_count()
    return count


def _base_first(segments: Sequence[tuple[Segment, Any]], base: Base | None) -> list[tuple[Segment, Any]]:
    """The base's segments in its order, then the others: places in what was worked out stay valid."""
    if base is None:
        return list(segments)
    order = {name: number for number, name in enumerate(base.names)}
    return sorted(segments, key=lambda pair: order.get(pair[0].name, len(order)))
