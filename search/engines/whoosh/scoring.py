"""BM25 over all segments of one commit, with NumPy: equal to Whoosh's own BM25F, document by document.

What each term adds to each document is worked out for all terms at once when a commit is opened, not at a
search. A search then only looks its terms up, puts their lists one behind the other and sums them.

Whoever narrows a search asks for the same few parts again and again, one business line above all. Once a part
has been asked for a few times, all lists are cut down to it: a search runs through its sixth of the postings
instead of through all of them, to throw five sixths away. Scores stay what they are.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
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

DENSE_FROM = 5  # a term in a fifth of the documents is added as a whole row,
LONG = 1_024  # unless its list is shorter than that
FEW = 10_000  # postings are picked one by one quicker than list by list
DRIFT = 100  # one document in so many may change before statistics are worked out anew
NARROW_FROM = 1_000  # documents; fewer are run through as quickly
MOST_NARROWED = 2  # half of the documents; cutting down to more saves little
ASKED_BEFORE = 3  # searches of a part, before lists are cut down to it
ROWS_SHARE = 4  # of a part's lists is what its rows may take besides

NUMBER_OF_FIELD = {name: number for number, name in enumerate(SCORED_FIELDS)}


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


class Run(NamedTuple):
    """Terms of one field, reading and weight, one after the other; ``stop`` is the place behind the last."""

    field: int
    reading: Reading
    weight: float
    stop: int


class Asked(NamedTuple):
    """The terms of a query as their hashes, and in which runs they come."""

    hashes: NDArray[np.uint64]
    runs: list[Run]

    @classmethod
    def of(cls, terms: Sequence[WeightedTerm]) -> "Asked":
        runs: list[Run] = []
        before: tuple[str, float, Reading] | None = None
        for number, (field, _, weight, reading) in enumerate(terms):
            if before and before != (field, weight, reading):
                runs.append(_run(*before, number))
            before = field, weight, reading
        if before:
            runs.append(_run(*before, len(terms)))
        return cls(arrays.hashes([term.text for term in terms]), runs)

    def run_of(self, place: int) -> Run:
        return next(run for run in self.runs if place < run.stop)


def _run(field: str, weight: float, reading: Reading, stop: int) -> Run:
    return Run(NUMBER_OF_FIELD[field], reading, weight, stop)


class Lookup:
    """What each term adds to the first ``size`` documents of a commit, or to a part of them.

    With ``most_bytes`` above nought, what a common term adds is kept as a row over all documents.
    """

    def __init__(self, lists: Lists, scored: Scored, size: int, most_bytes: int = 0) -> None:
        self._lists = lists
        self._scored = scored
        self.size = size
        self._has_rows = most_bytes > 0
        self._rows = BoundedCache[int, Floats](most_bytes, _nbytes)

    def gather(self, asked: Asked) -> "Gathered":
        """The lists of these terms, one behind the other, and the rows of common ones."""
        bounds, places, scores = self._scored
        numbers = self._lists.find(asked.hashes, [(run.field, run.stop) for run in asked.runs])
        begins = bounds[numbers]
        counts = np.maximum(bounds[numbers + 1] - begins, 0)
        rows = []
        if self._has_rows:
            for place in np.flatnonzero(counts >= max(self.size // DENSE_FROM, LONG)).tolist():
                row = self._rows.get(int(numbers[place]), self._row)
                rows.append((asked.run_of(place), row))
                counts[place] = 0
        ends = counts.cumsum()
        total = int(ends[-1]) if len(ends) else 0
        if total <= FEW:
            at = np.repeat(begins - ends + counts, counts) + np.arange(total)
            return Gathered(places[at], scores[at], ends, rows)
        spans = list(map(slice, begins.tolist(), (begins + counts).tolist()))
        return Gathered(
            np.concatenate([places[span] for span in spans]),
            np.concatenate([scores[span] for span in spans]),
            ends,
            rows,
        )

    def cut_down(self, mask: Mask) -> "Lookup":
        """The part of its documents that a mask holds."""
        scored = self._scored.cut_down(mask)
        return Lookup(self._lists, scored, int(mask.sum()), scored.nbytes // ROWS_SHARE)

    def nbytes(self) -> int:
        """Memory held."""
        return self._rows.nbytes() + self._scored.nbytes

    def _row(self, number: int) -> Floats:
        row = np.zeros(self.size, np.float32)
        span = slice(int(self._scored.bounds[number]), int(self._scored.bounds[number + 1]))
        row[self._scored.places[span]] = self._scored.scores[span]
        return row


class Gathered(NamedTuple):
    """What the terms of a query add to the documents of a lookup: each term's places and scores end there.

    ``rows`` are what common terms add to all of them.
    """

    places: Places
    scores: Floats
    ends: NDArray[np.int64]
    rows: list[tuple[Run, Floats]]


class Added:
    """What the terms of one query add to the ``size`` documents of a commit or of a part, by reading."""

    def __init__(self, size: int, asked: Asked, gathered: Gathered) -> None:
        self._size = size
        self._runs = asked.runs
        self._rows = gathered.rows
        self._covered = len(self._rows[0][1]) if self._rows else 0
        self._sums: dict[Reading, Scores] = {}
        self.add(gathered)

    def add(self, gathered: Gathered, shift: int = 0) -> None:
        """Add lists of these terms whose documents stand so much farther back."""
        ends = gathered.ends.tolist()
        begin = 0
        for _, reading, weight, stop in self._runs:
            end = ends[stop - 1]
            if end == begin:
                continue
            places, scores = gathered.places[begin:end], gathered.scores[begin:end]
            added: Scores = np.asarray(
                np.bincount(places + shift if shift else places, scores, self._size), np.float64
            )
            if weight != 1.0:
                added *= weight
            if reading in self._sums:
                self._sums[reading] += added
            else:
                self._sums[reading] = added
            begin = end

    def totals(self) -> Scores:
        """Every document's score, deleted ones too; zero where no word matches."""
        sums = list(self._sums.values())
        totals = sums[0].copy() if sums else np.zeros(self._size)
        for each in sums[1:]:
            totals += each
        if self._rows:
            common = np.zeros(self._covered, np.float32)  # adding numbers of one kind is quicker
            for run, row in self._rows:
                common += row if run.weight == 1.0 else row * np.float32(run.weight)
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
            for run, row in self._rows:
                shares[run.reading] += row[held] * (is_within * run.weight)
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
        self.lookup = Lookup(self._lists, scored, self.size, limits.most_bytes // 4)
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
        numbers = self._lists.find(lists.hashes, list(enumerate(lists.borders[1:].tolist())))
        counts = self._lists.bounds[numbers + 1] - self._lists.bounds[numbers]
        scored = self._scored(lists, parts, np.maximum(counts, 1))
        return Lookup(lists, scored, parts[-1].span.stop - self.size)

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
            needed = part.nbytes() + part.nbytes() // ROWS_SHARE
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
        asked = Asked.of(query_terms(text))
        shift = lookup.size - self.base.size
        added = Added(self.size + shift, asked, lookup.gather(asked))
        if self._later:
            added.add(self._later.gather(asked), shift)
        return added

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
