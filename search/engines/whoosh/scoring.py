"""BM25 over all segments of one commit: equal to Whoosh's own BM25F, document by document.

What each term adds to each document is worked out for all terms at once when a commit is opened, not at a
search. A search then only looks its terms up and sums their lists.

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
from search.engines.terms import SCORED_FIELDS
from search.engines.whoosh.lists import Floats, Lists, Mask, Numbers, Scored
from search.engines.whoosh.lookup import NOTHING, Asked, Finder, Found, Listed, Lookup
from search.engines.whoosh.segment import Segment
from search.engines.wordings import BUCKETS, Keys, buckets, rarities

DRIFT = 100  # one document in so many may change before statistics are worked out anew
NARROW_FROM = 1_000  # documents; fewer are run through as quickly
MOST_NARROWED = 2  # half of the documents; cutting down to more saves little,
LEAST_NARROWED = 50  # and a fiftieth; a smaller part costs as much memory for its terms alone
ASKED_BEFORE = 3  # searches of a part, before lists are cut down to it
MOST_ASKED = 2_000  # parts whose searches are counted


class Limits(NamedTuple):
    """What may be held that is worked out from an index's files, and whether that happens beside searches.

    The score of each posting is held in any case, also where that alone is more.
    """

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


class Base:
    """The statistics of a commit, by which later ones go for a while, and what terms add to its documents.

    Working every term out again after each edit would cost more than the search. So documents are
    scored by the averages and rarities there were before up to a hundredth of them changed; deviations from
    the exact ones stay below a hundredth. An index of less than a hundred documents is always exact.

    What terms add is kept for the large segments, those that small ones will not soon be merged with.
    """

    def __init__(self, parts: Sequence[Part], deleted: int, limits: Limits) -> None:
        large, small = _large_and_small(parts)
        self.names = frozenset(part.segment.name for part in large)
        self.size = sum(part.segment.size for part in large)
        self._documents = sum(part.segment.size for part in parts)
        self._deleted = deleted
        self._averages = [
            sum(part.segment.total_lengths[name] for part in parts) / (self._documents or 1) or 1.0
            for name in SCORED_FIELDS
        ]
        self._lists, self._rest = _joined(large), _joined(small)
        self._counts = self._lists.counts()
        numbers, is_there = self._lists.find(self._rest.keys)
        self._counts[numbers[is_there]] += self._rest.counts()[is_there]
        scored = self._scored(self._lists, large, self._counts)
        self._lists = self._lists.without_frequencies()  # they are in the scores now
        self._rest = self._rest.without_frequencies()
        self.listed = _joined_listed(large)
        self._finder = Finder(self._lists.keys)
        self.lookup = Lookup(self._finder, scored)
        self.bucket_counts = np.zeros(BUCKETS, np.uint32)  # of the large segments
        for part in large:
            part.segment.count_into(self.bucket_counts)
        spare = limits.most_bytes - scored.nbytes - self._finder.nbytes - self.listed.nbytes()
        self.narrowed = Narrowed(self.lookup, spare, in_background=limits.in_background)
        self.masks: dict[Hashable, Mask] = {}  # which documents of the large segments filters leave

    def nbytes(self) -> int:
        """Memory held."""
        return self._finder.nbytes + self.lookup.nbytes() + self.listed.nbytes() + self.narrowed.nbytes()

    def holds(self, segments: Sequence[tuple[Segment, Any]]) -> bool:
        """Whether all of its large segments are left in a commit, and little has changed since."""
        if not self.names <= {segment.name for segment, _ in segments}:
            return False
        added = sum(segment.size for segment, _ in segments) - self._documents
        deleted = sum(_count_deleted(stored) for _, stored in segments) - self._deleted
        return (abs(added) + abs(deleted)) * DRIFT <= self._documents

    def later(self, parts: Sequence[Part]) -> Lookup:
        """What terms add to documents of other segments, by the statistics there were."""
        parts = [part._replace(start=part.start - self.size) for part in parts]
        lists = _joined(parts)
        counts = lists.counts()  # of terms that came with these documents
        for known, counts_there in ((self._rest, self._rest.counts()), (self._lists, self._counts)):
            numbers, is_there = known.find(lists.keys)
            counts[is_there] = counts_there[numbers[is_there]]
        return Lookup(Finder(lists.keys), self._scored(lists, parts, counts))

    def _scored(self, lists: Lists, parts: Sequence[Part], counts: NDArray[np.int64]) -> Scored:
        lengths = [_lengths(parts, name) for name in SCORED_FIELDS]
        scores = lists.scores(bm25.idfs(max(self._documents, 1), counts), lengths, self._averages)
        return Scored.of(lists, scores, _size(parts))


class Narrowed:
    """The parts that a base's lists were cut down to; none is dropped while the base lasts.

    A part that is too large or too small, or for which no memory is left, is not cut out.
    """

    def __init__(self, whole: Lookup, most_bytes: int, *, in_background: bool) -> None:
        self._whole = whole
        self._left = most_bytes
        self._in_background = in_background
        self._asked: Counter[Hashable] = Counter()
        self._cut: dict[Hashable, Lookup] = {}
        self._cutting = Lock()

    def is_worth(self, key: Hashable) -> bool:
        """Whether to ask: the part is cut out, or was not asked for often enough yet."""
        return key in self._cut or (self._asked[key] <= ASKED_BEFORE and self._whole.size >= NARROW_FROM)

    def ask(self, key: Hashable, mask: Mask) -> Lookup | None:
        """The documents of a mask by themselves, if they are cut out by now; ``key`` names the mask."""
        if key not in self._cut and self.is_worth(key):
            if len(self._asked) >= MOST_ASKED:
                self._asked.clear()
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
            size, whole = int(mask.sum()), self._whole.size
            is_worth_it = size * MOST_NARROWED <= whole <= size * LEAST_NARROWED
            if key in self._cut or not is_worth_it or self._left <= 0:
                return
            part = self._whole.cut_down(mask)
            if part.nbytes() <= self._left:
                self._left -= part.nbytes()
                self._cut[key] = part


class Statistics:
    """The segments of one commit with what is deleted from them, and BM25 over all of them."""

    def __init__(
        self, segments: Sequence[tuple[Segment, Any]], limits: Limits, before: "Statistics | None" = None
    ) -> None:
        base = before.base if before and before.base.holds(segments) else None
        self.parts: list[Part] = []
        self.size = 0
        first: frozenset[str] = base.names if base else frozenset()  # what was worked out keeps its places
        for segment, stored in sorted(segments, key=lambda each: _order(each[0], first)):
            live = np.ones(segment.size, np.bool_)
            live[np.fromiter(stored.deleted_docs(), np.int64)] = False
            self.parts.append(Part(segment, self.size, live))
            self.size += segment.size
        deleted = sum(_count_deleted(stored) for _, stored in segments)
        self.base: Base = base or Base(self.parts, deleted, limits)
        self.large = self.parts[: len(self.base.names)]
        self.later = later = self.parts[len(self.base.names) :]
        self._later: Lookup = self.base.later(later) if later else NOTHING
        self.listed = Listed(self.base.listed, _joined_listed(later))
        self._bucket_counts = self.base.bucket_counts.copy() if later else self.base.bucket_counts
        for part in later:
            part.segment.count_into(self._bucket_counts)
        self._wordings = sum(part.segment.wordings for part in self.parts)

    def nbytes(self) -> int:
        """Memory held by what was worked out from the segments' files."""
        return self.base.nbytes() + self._later.nbytes() + self._later.finder.nbytes

    def file_bytes(self) -> int:
        """Memory held by these files themselves."""
        return sum(part.segment.nbytes for part in self.parts)

    def found(self, asked: Asked, lookup: Lookup | None, allowed: Mask, ids: Numbers, wanted: int) -> Found:
        """The best documents of all that are allowed.

        With a lookup of a part, the documents of that part come first, then those later than the base.
        """
        return Found(asked, lookup or self.base.lookup, self._later, self.listed, allowed, ids, wanted)

    def rarity(self, keys: Keys) -> Floats:
        """See the engine; deleted documents count until a merge drops them, as in BM25."""
        return rarities(self._bucket_counts[buckets(keys)].astype(np.float64), self._wordings)


def _joined(parts: Sequence[Part]) -> Lists:
    return Lists.joined([(part.start, part.segment.lists) for part in parts])


def _joined_listed(parts: Sequence[Part]) -> Lists:
    return Lists.joined([(part.start, part.segment.listed) for part in parts])


def _lengths(parts: Sequence[Part], field: str) -> NDArray[np.uint8]:
    """A field's length in each document up to the last of these parts, as one byte says it."""
    lengths = np.zeros(_size(parts), np.uint8)
    for part in parts:
        lengths[part.span] = part.segment.lengths[field]
    return lengths


def _size(parts: Sequence[Part]) -> int:
    return parts[-1].span.stop if parts else 0


def _count_deleted(stored: Any) -> int:
    count: int = stored.deleted_count()
    return count


def _order(segment: Segment, first: frozenset[str]) -> tuple[bool, int, str]:
    return segment.name not in first, -segment.size, segment.name


def _large_and_small(parts: Sequence[Part]) -> tuple[Sequence[Part], Sequence[Part]]:
    """The parts that hold all but a hundredth of the documents; they come first."""
    left = sum(part.segment.size for part in parts) // DRIFT
    for count in range(len(parts), 0, -1):
        left -= parts[count - 1].segment.size
        if left < 0:
            return parts[:count], parts[count:]
    return parts, ()
