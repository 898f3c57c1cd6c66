"""The lists of all terms of some fields as flat arrays: joined over segments, scored, cut down to a part."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines import bm25
from search.engines.terms import SCORED_FIELDS
from search.engines.whoosh.flat import Arrays

Scores = NDArray[np.float64]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Places = NDArray[np.int32]
Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]
AT_ONCE = 1 << 20  # postings, while scores are worked out
LENGTHS = np.array([bm25.length_of(byte) for byte in range(256)], np.float64)


class Lists(NamedTuple):
    """Which documents hold each term of some fields, and how often.

    ``hashes`` stand for the terms, field by field and ascending in each; field ``n`` has those from
    ``borders[n]`` to ``borders[n + 1]``. Term ``n`` is held by the documents at ``places`` from ``bounds[n]``
    to ``bounds[n + 1]``, ascending. Where that does not count, ``frequencies`` are empty.
    """

    hashes: Hashes
    borders: Numbers
    bounds: Numbers
    places: Places
    frequencies: NDArray[np.uint16]

    @classmethod
    def read(cls, held: Arrays, what: str) -> "Lists":
        """Those of a segment's arrays that have this name in front."""
        return cls(
            held[f"{what}_hashes"],
            held[f"{what}_borders"],
            held[f"{what}_bounds"],
            held[f"{what}_numbers"],
            held.get(f"{what}_frequencies", np.empty(0, np.uint16)),
        )

    @classmethod
    def joined(cls, parts: Sequence[tuple[int, "Lists"]]) -> "Lists":
        """The lists of several segments as those of one, each segment's documents from a number on."""
        if not parts:
            return NO_LISTS
        if len(parts) == 1 and parts[0][0] == 0:
            return parts[0][1]
        lists = [each for _, each in parts]
        hashes = np.concatenate([each.hashes for each in lists])
        fields = np.concatenate([np.repeat(np.arange(each.fields), np.diff(each.borders)) for each in lists])
        counts = np.concatenate([each.counts() for each in lists])
        order = np.lexsort((hashes, fields))  # the parts of one list stay in the order of their places
        source = _runs(np.cumsum(counts) - counts, counts, order)
        places = np.concatenate([each.places + np.int32(start) for start, each in parts])[source]
        often = np.concatenate([each.frequencies for each in lists])[source]
        hashes, fields, ends = hashes[order], fields[order], np.cumsum(counts[order])
        is_last = np.ones(len(hashes), np.bool_)
        is_last[:-1] = (hashes[1:] != hashes[:-1]) | (fields[1:] != fields[:-1])
        borders = np.searchsorted(fields[is_last], np.arange(lists[0].fields + 1))
        return cls(hashes[is_last], borders, _from_nought(ends[is_last]), places, often)

    @property
    def fields(self) -> int:
        """How many there are."""
        return len(self.borders) - 1

    def without_frequencies(self) -> "Lists":
        return self._replace(frequencies=np.empty(0, np.uint16))

    def counts(self) -> Numbers:
        """How many documents hold each term."""
        return np.diff(self.bounds)

    def find(self, hashes: Hashes, runs: Sequence[tuple[int, int]]) -> Numbers:
        """The numbers of these terms, -1 for one that is not there; ``runs``: fields, and where each ends."""
        at = np.full(len(hashes), -1)
        borders = self.borders.tolist()
        begin = 0
        for field, stop in runs:
            first, last = borders[field], borders[field + 1]
            if begin < stop and first < last:
                of_field = self.hashes[first:last].searchsorted(hashes[begin:stop])
                at[begin:stop] = np.minimum(of_field, last - first - 1) + first
            begin = stop
        if not len(self.hashes):
            return at
        return np.where(self.hashes[at] == hashes, at, -1)

    def numbers_of(self, other: "Lists") -> Numbers:
        """The numbers that the terms of other lists have here, -1 for one that is not there."""
        return self.find(other.hashes, list(enumerate(other.borders[1:].tolist())))

    def list_of(self, field: int, hashed: int) -> Places:
        """The documents that hold one term."""
        first, last = self.borders[field : field + 2].tolist()
        of_field = self.hashes[first:last]
        at = int(of_field.searchsorted(np.uint64(hashed)))
        if at == len(of_field) or int(of_field[at]) != hashed:
            return self.places[:0]
        begin, end = self.bounds[first + at : first + at + 2].tolist()
        return self.places[begin:end]

    def scores(
        self, rarity: Scores, lengths: Sequence[NDArray[np.uint8]], averages: Sequence[float]
    ) -> Floats:
        """What each term adds to each document that has it.

        By how much each term tells, how long each field is in each document (as one byte says it) and on
        average.
        """
        scores = np.empty(len(self.places), np.float32)
        counts = self.counts()
        for field, (long, average) in enumerate(zip(lengths, averages, strict=True)):
            for terms in _portions(self.bounds, int(self.borders[field]), int(self.borders[field + 1])):
                span = slice(int(self.bounds[terms.start]), int(self.bounds[terms.stop]))
                often = self.frequencies[span].astype(np.float64)
                worth = np.repeat(rarity[terms], counts[terms])
                scores[span] = worth * bm25.saturated(often, LENGTHS[long[self.places[span]]], average)
        return scores


NO_LISTS = Lists(
    np.empty(0, np.uint64),
    np.zeros(len(SCORED_FIELDS) + 1, np.int64),
    np.zeros(1, np.int64),
    np.empty(0, np.int32),
    np.empty(0, np.uint16),
)


class Scored(NamedTuple):
    """Lists without their terms: bounds and places as in Lists, and what each term adds to each document."""

    bounds: Numbers
    places: Places
    scores: Floats

    def cut_down(self, mask: Mask) -> "Scored":
        """Only the documents of a mask, numbered anew; a term that none of them has keeps an empty list."""
        number = np.cumsum(mask, dtype=np.int32) - np.int32(1)
        is_kept = mask[self.places]
        counts = np.zeros(len(self.bounds) - 1, np.int64)
        has_any = np.flatnonzero(np.diff(self.bounds))
        if len(has_any):
            counts[has_any] = np.add.reduceat(is_kept, self.bounds[has_any], dtype=np.int64)
        places = number[self.places[is_kept]]
        return Scored(_from_nought(np.cumsum(counts)), places, self.scores[is_kept])

    @property
    def nbytes(self) -> int:
        """Memory held beside what lies in a segment's file."""
        return sum(each.nbytes for each in self if each.flags.owndata)


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
