"""What the terms of a query add to documents: looked up all at once, their lists summed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.base import Reading
from search.engines.terms import SCORED_FIELDS, Terms
from search.engines.whoosh.arrays import EXACT_FIELDS
from search.engines.whoosh.compiled import FIGURES, READING, TOLD, addresses, search_lists
from search.engines.whoosh.keys import TermKeys, codes_of, term_keys
from search.engines.whoosh.lists import NO_LISTS, Floats, Lists, Mask, Numbers, Places, Scored, owned

Runs = NDArray[np.float64]
READINGS = len(Reading)
FIELDS = {name: number for number, name in enumerate(SCORED_FIELDS)}


class Asked(NamedTuple):
    """The terms of a query, and behind them its whole wording, once for each field of EXACT_FIELDS.

    ``runs`` are those of ``compiled``; the first ``scored_runs`` are terms.
    """

    texts: list[str]
    runs: Runs
    scored_runs: int

    @classmethod
    def of(cls, asked: Sequence[Terms], wording: str) -> "Asked":
        texts: list[str] = []
        figures: list[float] = []
        for terms in asked:
            texts += terms.texts
            figures += len(texts), FIELDS[terms.field], terms.reading, terms.weight
        if wording:
            for field in EXACT_FIELDS:
                texts.append(wording)
                figures += len(texts), field, 0, 0
        return cls(texts, np.array(figures, np.float64), len(asked))

    def exact(self) -> list[np.uint64]:
        """The keys of the wording."""
        is_any = len(self.runs) > self.scored_runs * FIGURES
        return [term_keys(self.texts[-1:], field)[0] for field in EXACT_FIELDS if is_any]


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
        self.nbytes = self._begins.nbytes + owned(keys)

    def arrays(self) -> tuple[TermKeys, Places, np.uint64]:
        """The keys, where those first stand that begin with the same bits, by how much to shift for these."""
        return self._keys, self._begins, self._shift


class Lookup:
    """What each term adds to the ``size`` documents of a commit's base, of those later, or of a part.

    Of a part, ``places`` say where its documents stand in the whole. ``lists`` is what ``search_lists``
    takes, good for as long as this object is.
    """

    def __init__(self, finder: Finder, scored: Scored) -> None:
        self.finder = finder
        self._scored = scored
        self.size = scored.size
        self.places = np.arange(0)
        keys, begins, shift = finder.arrays()
        bounds, places, scores, size = scored
        kinds = [array.dtype for array in (keys, begins, bounds, places, scores)]
        if kinds != ["u8", "i4", "i8", "i4", "f4"]:
            raise ValueError("These are not the arrays of lists.")
        held = addresses(keys, begins, bounds, places, scores)
        self.lists = np.array([*held, int(shift), size], np.int64)

    def cut_down(self, mask: Mask) -> "Lookup":
        """The part of its documents that a mask holds."""
        part = Lookup(self.finder, self._scored.cut_down(mask))
        part.places = np.flatnonzero(mask)
        return part

    def nbytes(self) -> int:
        """Memory held, but for the finder, which parts share with the whole."""
        return self._scored.nbytes + self.places.nbytes


class Listed:
    """The filters and wordings of a commit: those of its base and those of later documents."""

    def __init__(self, base: Lists, later: Lists) -> None:
        self._lists = base, later
        self.addresses = np.array(addresses(base.keys, later.keys), np.int64)

    def places(self, key: np.uint64) -> list[int]:
        """Where the documents stand that have one of them."""
        return [place for lists in self._lists for place in lists.list_of(key).tolist()]


NOTHING = Lookup(Finder(NO_LISTS.keys), Scored.of(NO_LISTS, np.empty(0, np.float32), 0))


class Found:
    """The best of the documents that a query's terms match, in a commit or a part of it.

    ``best`` has three rows: PLACE where they stand, best first, equal ones by id; ID which they are; MOST as
    what they were found, by its place in ``BY_READING``. ``brought`` has a row for each: what each reading
    brought it, and the sum behind. ``totals`` are every document's scores, deleted ones too, zero where no
    word matches. ``is_wording`` says whether the wording asked is among those listed.
    """

    def __init__(
        self,
        asked: Asked,
        lookup: Lookup,
        later: Lookup,
        listed: "Listed",
        allowed: Mask,
        ids: Numbers,
        wanted: int,
    ) -> None:
        size = lookup.size + later.size
        if not len(allowed) == len(ids) == size:
            raise ValueError("These are not the documents of the lists.")
        self._sums = sums = np.empty((READINGS + 1, size), np.float32)
        best = np.empty((TOLD, min(wanted, size)), np.int64)
        brought = np.empty((min(wanted, size), READINGS + 1), np.float32)
        query = *codes_of(asked.texts), asked.runs, asked.scored_runs
        lists = lookup.lists, later.lists, listed.addresses
        count, self.is_wording = search_lists(*query, *lists, allowed, ids, sums, best, brought)
        self.totals = sums[-1]
        self.best, self.brought = best[:, :count], brought[:count]
        self._scored = asked.runs[: asked.scored_runs * FIGURES]

    def brought_to(self, places: Sequence[int]) -> Floats:
        """The same rows for the documents at any places."""
        brought = np.zeros((len(places), READINGS + 1), np.float32)
        for reading in {READINGS, *self._scored[READING::FIGURES].astype(int).tolist()}:
            brought[:, reading] = self._sums[reading, places]
        return brought
