"""What the terms of a query add to documents: looked up all at once, put one behind the other and summed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.base import Reading
from search.engines.terms import SCORED_FIELDS, WeightedTerm
from search.engines.whoosh import arrays
from search.engines.whoosh.cache import BoundedCache
from search.engines.whoosh.lists import Floats, Lists, Mask, Places, Scored, Scores

DENSE_FROM = 5  # a term in a fifth of the documents is added as a whole row,
LONG = 1_024  # unless its list is shorter than that
FEW = 10_000  # postings are picked one by one quicker than list by list
ROWS_SHARE = 8  # of the memory there is for it is what rows may take
FEWEST_ROWS = 4  # memory for fewer is not worth having

NUMBER_OF_FIELD = {name: number for number, name in enumerate(SCORED_FIELDS)}


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

    In at most ``row_bytes``, what a common term adds is kept as a row over all documents. Of a part,
    ``places`` say where its documents stand in the whole.
    """

    def __init__(self, lists: Lists, scored: Scored, size: int, row_bytes: int = 0) -> None:
        self._lists = lists
        self._scored = scored
        self.size = size
        self.places = np.arange(0)
        self._has_rows = row_bytes >= FEWEST_ROWS * size * np.dtype(np.float32).itemsize
        self._rows = BoundedCache[int, Floats](row_bytes, _nbytes)

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
        part = Lookup(self._lists, scored, int(mask.sum()), scored.nbytes // ROWS_SHARE)
        part.places = np.flatnonzero(mask)
        return part

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


def _nbytes(row: Floats) -> int:
    return row.nbytes
