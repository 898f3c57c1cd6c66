"""What the terms of a query add to documents: looked up all at once, their lists summed."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse._sparsetools import csc_matvec

from search.engines.base import Reading
from search.engines.terms import SCORED_FIELDS, Terms
from search.engines.whoosh.arrays import FIRST_EXACT
from search.engines.whoosh.keys import TermKeys, first_key, term_keys
from search.engines.whoosh.lists import Floats, Mask, Numbers, Scored

FIRST_KEY = {name: first_key(number) for number, name in enumerate(SCORED_FIELDS)}


class Run(NamedTuple):
    """Terms of one reading and weight, one after the other; ``stop`` is the place behind the last."""

    reading: Reading
    weight: float
    stop: int


class Asked(NamedTuple):
    """The terms of a query as their keys, which ascend in each run, and the keys of its whole wording."""

    keys: TermKeys
    runs: list[Run]
    exact: TermKeys

    @classmethod
    def of(cls, asked: Sequence[Terms], wording: str) -> "Asked":
        texts = [text for terms in asked for text in terms.texts]
        counts = [len(terms.texts) for terms in asked]
        firsts = [FIRST_KEY[terms.field] for terms in asked]
        stops = [*accumulate(counts)]
        if wording:
            texts += [wording] * len(FIRST_EXACT)
            counts += [1] * len(FIRST_EXACT)
            firsts += FIRST_EXACT
        all_keys = term_keys(texts, np.array(firsts, np.uint64).repeat(counts))
        count = stops[-1] if stops else 0
        runs, begin = [], 0
        for terms, stop in zip(asked, stops, strict=True):
            all_keys[begin:stop].sort()
            runs.append(Run(terms.reading, terms.weight, stop))
            begin = stop
        return cls(all_keys[:count], runs, all_keys[count:])


class Finder:
    """Finds terms among many: a key's first bits lead to the few keys that begin like it.

    That touches two places of the memory for a key; a search by halves touches some fifteen, most of them in
    no cache.
    """

    def __init__(self, keys: TermKeys) -> None:
        bits = len(keys).bit_length() + 1
        self._keys = keys
        self._shift = np.uint64(64 - bits)
        heads = (keys >> self._shift).astype(np.int64)
        self._begins = np.zeros(1 << bits, np.int32)
        np.cumsum(np.bincount(heads, minlength=1 << bits)[:-1], out=self._begins[1:])
        self.nbytes = self._begins.nbytes

    def find(self, keys: TermKeys) -> tuple[Numbers, Mask]:
        """See ``Lists.find``."""
        at = self._begins[keys >> self._shift]
        found = self._keys[at]
        is_before = found < keys
        while is_before.any():
            at += is_before
            found = self._keys[at]
            is_before = found < keys
        return at, found == keys


class Lookup:
    """What each term adds to the ``size`` documents of a commit's base, to those later than it, or to a part.

    Of a part, ``places`` say where its documents stand in the whole.
    """

    def __init__(self, finder: Finder, scored: Scored) -> None:
        self.finder = finder
        self._scored = scored
        self.size = scored.size
        self.places = np.arange(0)

    def add(self, asked: Asked, sums: Floats) -> None:
        """Add what these terms bring, for each reading to a row of its own.

        The lists are columns of a sparse matrix, which SciPy multiplies by the weights where they lie. It
        takes each column's end for the next one's begin; so they are handed over last list first, and between
        any two stands a column that ends before it begins, and is empty. It looks at no size, so we do.
        """
        bounds, places, scores, size = self._scored
        if sums.shape != (len(Reading), size) or sums.dtype != scores.dtype:
            raise ValueError("The sums do not fit the documents.")
        at, is_there = self.finder.find(asked.keys)
        count = len(at)
        spans = np.empty((count, 2), bounds.dtype)
        spans[::-1, 0] = bounds[at]
        spans[::-1, 1] = bounds[at + is_there]
        spans = spans.reshape(-1)
        begin = 0
        for reading, weight, stop in asked.runs:
            columns = spans[2 * (count - stop) : 2 * (count - begin)]
            weights = np.full(len(columns), weight, np.float32)
            csc_matvec(size, len(columns) - 1, columns, places, scores, weights, sums[reading])
            begin = stop

    def cut_down(self, mask: Mask) -> "Lookup":
        """The part of its documents that a mask holds."""
        part = Lookup(self.finder, self._scored.cut_down(mask))
        part.places = np.flatnonzero(mask)
        return part

    def nbytes(self) -> int:
        """Memory held, but for the finder, which parts share with the whole."""
        return self._scored.nbytes


class Added:
    """What the terms of one query add to the documents of a commit or of a part, by reading."""

    def __init__(self, asked: Asked, lookup: Lookup, later: Lookup | None) -> None:
        size = lookup.size + (later.size if later else 0)
        self._sums = np.zeros((len(Reading), size), np.float32)
        lookup.add(asked, self._sums[:, : lookup.size])
        if later:
            later.add(asked, self._sums[:, lookup.size :])

    def totals(self) -> Floats:
        """Every document's score, deleted ones too; zero where no word matches."""
        totals: Floats = self._sums.sum(0)
        return totals

    def shares(self, places: NDArray[np.intp]) -> Floats:
        """What each reading brings the documents at these places: one row each, one column a reading."""
        return self._sums[:, places].T
