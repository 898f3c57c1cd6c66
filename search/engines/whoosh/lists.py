"""The lists of all terms of some fields as flat arrays: joined over segments, scored, cut down to a part."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines import bm25
from search.engines.whoosh.flat import Arrays
from search.engines.whoosh.keys import LAST_KEY, TermKeys, first_key

Scores = NDArray[np.float64]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Places = NDArray[np.int32]
Numbers = NDArray[np.int64]
AT_ONCE = 1 << 20  # postings, while scores are worked out
LENGTHS = np.array([bm25.length_of(byte) for byte in range(256)], np.float64)


class Lists(NamedTuple):
    """Which documents hold each term of some fields, and how often.

    ``keys`` stand for the terms, ascending, LAST_KEY behind them. Term ``n`` is held by the documents at
    ``places`` from ``bounds[n]`` to ``bounds[n + 1]``, ascending. Where that does not count, ``frequencies``
    are empty.
    """

    keys: TermKeys
    bounds: Numbers
    places: Places
    frequencies: NDArray[np.uint16]

    @classmethod
    def read(cls, held: Arrays, what: str, size: int) -> "Lists":
        """Those of a segment's arrays that have this name in front. Raises ValueError, see ``check``."""
        lists = cls(
            held[f"{what}_keys"],
            held[f"{what}_bounds"],
            held[f"{what}_numbers"],
            held.get(f"{what}_frequencies", np.empty(0, np.uint16)),
        )
        lists.check(size)
        return lists

    def check(self, size: int) -> None:
        """Raises ValueError where a list reaches outside of so many documents: nobody looks again.

        Or where a key could not be found without leaving the array: see ``keys``.
        """
        keys, bounds, places = self.keys, self.bounds, self.places
        if [each.dtype for each in (keys, bounds, places)] != ["u8", "i8", "i4"]:
            raise ValueError("The lists of an index are not of its numbers.")
        if not len(keys) or keys[-1] != LAST_KEY or (keys[1:] < keys[:-1]).any():
            raise ValueError("The keys of an index do not ascend to the last one.")
        are_bounds = len(bounds) == len(self.keys) + 1 and bounds[0] == 0 and bounds[-1] == len(places)
        if not are_bounds or (np.diff(bounds) < 0).any():
            raise ValueError("The lists of an index do not fit its terms.")
        if len(places) and not 0 <= places.min() <= places.max() < size:
            raise ValueError("The lists of an index do not fit its documents.")

    @classmethod
    def joined(cls, parts: Sequence[tuple[int, "Lists"]]) -> "Lists":
        """The lists of several segments as those of one, each segment's documents from a number on."""
        if not parts:
            return NO_LISTS
        if len(parts) == 1 and parts[0][0] == 0:
            return parts[0][1]
        lists = [each for _, each in parts]
        keys = np.concatenate([each.keys for each in lists])
        counts = np.concatenate([each.counts() for each in lists])
        order = np.argsort(keys, kind="stable")  # the parts of one list stay in the order of their places
        source = _runs(np.cumsum(counts) - counts, counts, order)
        places = np.concatenate([each.places + np.int32(start) for start, each in parts])[source]
        often = np.concatenate([each.frequencies for each in lists])
        often = often[source] if len(often) else often
        keys, ends = keys[order], np.cumsum(counts[order])
        is_last = np.ones(len(keys), np.bool_)
        is_last[:-1] = keys[1:] != keys[:-1]
        return cls(keys[is_last], _from_nought(ends[is_last]), places, often)

    def nbytes(self) -> int:
        """Memory held beside what lies in a segment's file."""
        return owned(*self)

    def without_frequencies(self) -> "Lists":
        return self._replace(frequencies=np.empty(0, np.uint16))

    def counts(self) -> Numbers:
        """How many documents hold each term."""
        return np.diff(self.bounds)

    def find(self, keys: TermKeys) -> tuple[Numbers, Mask]:
        """For each key the number of its term, or the one where it would be, and whether it is there."""
        at = self.keys.searchsorted(keys)
        return at, self.keys[at] == keys

    def list_of(self, key: np.uint64) -> Places:
        """The documents that hold one term."""
        at = int(self.keys.searchsorted(key))
        if self.keys[at] != key:
            return self.places[:0]
        return self.places[int(self.bounds[at]) : int(self.bounds[at + 1])]

    def scores(
        self, rarity: Scores, lengths: Sequence[NDArray[np.uint8]], averages: Sequence[float]
    ) -> Floats:
        """What each term adds to each document that has it.

        By how much each term tells, how long each field is in each document (as one byte says it) and on
        average.
        """
        scores = np.empty(len(self.places), np.float32)
        counts = self.counts()
        borders = [int(self.keys.searchsorted(first_key(field))) for field in range(len(lengths))]
        borders.append(len(self.keys))
        for field, (long, average) in enumerate(zip(lengths, averages, strict=True)):
            for terms in _portions(self.bounds, borders[field], borders[field + 1]):
                span = slice(int(self.bounds[terms.start]), int(self.bounds[terms.stop]))
                often = self.frequencies[span].astype(np.float64)
                worth = np.repeat(rarity[terms], counts[terms])
                scores[span] = worth * bm25.saturated(often, LENGTHS[long[self.places[span]]], average)
        return scores


NO_LISTS = Lists(np.array([LAST_KEY]), np.zeros(2, np.int64), np.empty(0, np.int32), np.empty(0, np.uint16))


def owned(*arrays: NDArray[Any]) -> int:
    """Memory that these arrays hold by themselves, in bytes."""
    return sum(each.nbytes for each in arrays if each.flags.owndata)


class Scored(NamedTuple):
    """Lists without their terms: bounds and places as in Lists, and what each term adds to each document.

    No place is outside of ``size`` documents.
    """

    bounds: Numbers
    places: Places
    scores: Floats
    size: int

    @classmethod
    def of(cls, lists: Lists, scores: Floats, size: int) -> "Scored":
        """Raises ValueError, see ``Lists.check``."""
        lists.check(size)
        return cls(lists.bounds, lists.places, scores, size)

    def cut_down(self, mask: Mask) -> "Scored":
        """Only the documents of a mask, numbered anew; a term that none of them has keeps an empty list."""
        number = np.cumsum(mask, dtype=self.places.dtype) - 1
        is_kept = mask[self.places]
        counts = np.zeros(len(self.bounds) - 1, np.int64)
        has_any = np.flatnonzero(np.diff(self.bounds))
        if len(has_any):
            counts[has_any] = np.add.reduceat(is_kept, self.bounds[has_any], dtype=np.int64)
        bounds = _from_nought(np.cumsum(counts))
        return Scored(bounds, number[self.places[is_kept]], self.scores[is_kept], int(mask.sum()))

    @property
    def nbytes(self) -> int:
        """Memory held beside what lies in a segment's file."""
        return owned(*self[:3])


def _from_nought(ends: Any) -> Numbers:
    return np.concatenate([np.zeros(1, np.int64), ends])


def _portions(bounds: Numbers, first: int, last: int) -> Iterator[slice]:
    """These terms, about AT_ONCE postings at a time."""
    while first < last:
        most = int(np.searchsorted(bounds, bounds[first] + AT_ONCE, side="right")) - 1
        stop = min(max(most, first + 1), last)
        yield slice(first, stop)
        first = stop


def _runs(begins: Numbers, counts: Numbers, order: NDArray[np.intp]) -> Numbers:
    """The places of runs that begin there and are so long, one run behind the other in this order."""
    ordered = counts[order]
    shift = begins[order] - (np.cumsum(ordered) - ordered)
    places: Numbers = np.arange(int(ordered.sum())) + np.repeat(shift, ordered)
    return places
