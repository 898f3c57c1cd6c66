"""One state of the index, searchable: filters, exact wordings, and the best of the scores."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines.base import BY_READING, EXACT, FoundBy, Match, Query, Reading
from search.engines.terms import query_filters, query_terms
from search.engines.whoosh.arrays import FILTER_FIELD
from search.engines.whoosh.keys import TermKeys, term_keys
from search.engines.whoosh.lists import Floats, Mask
from search.engines.whoosh.lookup import Asked, Lookup
from search.engines.whoosh.scoring import Limits, Part, Statistics
from search.engines.whoosh.segment import Segment
from search.engines.wordings import NOT_THERE, Packed
from search.tokenizer import exact_key

MOST_MASKS = 200


@dataclass(frozen=True, slots=True)
class View:
    """The documents that a set of filters leaves, as one search after the other looks at them.

    ``is_part`` is false where nothing is filtered. Without a ``lookup`` of their own they are all documents
    of the commit, else those of the lookup and those later than the base; ``places`` says then where each
    stands in the commit. ``allowed`` tells which of them pass the filters and are not deleted,
    ``bounded`` whose validity begins or ends some time.
    """

    is_part: bool
    lookup: Lookup | None
    places: NDArray[np.intp] | None
    ids: NDArray[np.int64]
    allowed: Mask
    bounded: NDArray[np.intp]
    valid_from: NDArray[np.float64]
    valid_until: NDArray[np.float64]

    def allowed_at(self, query: Query) -> Mask:
        """Which documents are left that are inside their validity, roughly."""
        if not len(self.bounded):
            return self.allowed
        allowed = self.allowed.copy()
        is_valid = (self.valid_from <= query.latest_at) & (query.earliest_at < self.valid_until)
        allowed[self.bounded] &= is_valid
        return allowed

    def at(self, place: int) -> int | None:
        """Which of its documents stands at that place of the commit."""
        if self.places is None:
            return place
        number = int(np.searchsorted(self.places, place))
        return number if number < len(self.places) and self.places[number] == place else None


class Commit:
    """The segments of one commit. Safe to search from several threads; never changes."""

    def __init__(
        self,
        name: str,
        segments: Sequence[tuple[Segment, Any]],
        limits: Limits,
        before: "Commit | None" = None,
    ) -> None:
        self.name = name
        self.statistics: Statistics = Statistics(segments, limits, before.statistics if before else None)
        parts = self.parts
        self.ids = _joined([part.segment.ids for part in parts], np.int64)
        self._live: Mask = _joined([part.live for part in parts], np.bool_)
        self._valid_from = _joined([part.segment.valid_from for part in parts], np.float64)
        self._valid_until = _joined([part.segment.valid_until for part in parts], np.float64)
        self._bounded = np.flatnonzero(np.isfinite(self._valid_from) | np.isfinite(self._valid_until))
        self._bounds = self._valid_from[self._bounded], self._valid_until[self._bounded]
        self._views: dict[Hashable, View] = {}

    @property
    def parts(self) -> list[Part]:
        return self.statistics.parts

    def count(self) -> int:
        return int(self._live.sum())

    def search(self, query: Query) -> list[Match]:
        """The matches from ``offset`` on, best first."""
        view = self._view(query)
        asked = Asked.of(query_terms(query.text), exact_key(query.text))
        allowed = view.allowed_at(query)
        wanted = query.offset + query.limit
        found = self.statistics.found(asked, view.lookup, allowed, view.ids, wanted)
        places, ids, most = found.best.tolist()
        brought, found_by = found.brought, [BY_READING[each] for each in most]
        exact = self._exact(asked, found.totals, allowed, view) if found.is_wording else {}
        if exact:
            places = [*exact, *(place for place in places if place not in exact)][:wanted]
            ids, brought = view.ids[places].tolist(), found.brought_to(places)
            pairs = zip(places, brought.tolist(), strict=True)
            found_by = [exact.get(place) or Reading.most(tuple(row[:-1])) for place, row in pairs]
        rows = islice(zip(ids, found_by, brought.tolist(), strict=True), query.offset, None)
        return [_match((each, row[-1], how, tuple(row[:-1]))) for each, how, row in rows]

    def wordings(self, ids: Sequence[int]) -> list[Packed]:
        """What each of these documents is asked as."""
        found = [NOT_THERE] * len(ids)
        wanted = np.asarray(ids, np.int64)
        for part in self.parts:
            numbers, is_there = part.segment.find(wanted)
            is_there &= part.live[numbers] if len(part.live) else False
            places = np.flatnonzero(is_there)
            if not len(places):
                continue
            for place, packed in zip(places.tolist(), part.segment.packed(numbers[places]), strict=True):
                found[place] = packed
        return found

    def _exact(self, asked: Asked, scores: Floats, allowed: Mask, view: View) -> dict[int, FoundBy]:
        """The entries with exactly this wording, standard questions before similar ones."""
        found: dict[int, FoundBy] = {}
        for how, key in zip(EXACT, asked.exact(), strict=False):
            all_places = [view.at(number) for number in self.statistics.listed.places(key)]
            places = [
                place for place in all_places if place is not None and allowed[place] and place not in found
            ]
            places.sort(key=lambda place: (-scores[place], view.ids[place]))
            found.update(dict.fromkeys(places, how))
        return found

    def _view(self, query: Query) -> View:
        """What the filters of a query leave; remembered."""
        key = query.lines, query.categories, query.kinds, query.viewer_lines
        view = self._views.get(key)
        narrowed = self.statistics.base.narrowed
        if view and (view.lookup or not view.is_part or not narrowed.is_worth(key)):
            return view
        groups = [term_keys(sorted(group), FILTER_FIELD) for group in query_filters(query)]
        base = self.statistics.base
        mask = base.masks.get(key)
        if mask is None:
            mask = _holding(groups, self.statistics.large, base.size)
            if len(base.masks) >= MOST_MASKS:
                base.masks.clear()
            base.masks[key] = mask
        lookup = narrowed.ask(key, mask) if groups else None
        if view is None or lookup:
            view = self._looked_at(mask, groups, lookup)
            if len(self._views) >= MOST_MASKS:
                self._views = {}
            self._views[key] = view
        return view

    def _looked_at(self, mask: Mask, groups: Sequence[TermKeys], lookup: Lookup | None) -> View:
        base = self.statistics.base
        later = _holding(groups, self.statistics.later, self.statistics.size - base.size, base.size)
        places = None
        if lookup:
            places = np.concatenate([lookup.places, np.arange(base.size, self.statistics.size)])
            mask = np.ones(lookup.size, np.bool_)
        chosen: Any = slice(None) if places is None else places
        bounded, (valid_from, valid_until) = self._bounded, self._bounds
        if places is not None:
            valid_from, valid_until = self._valid_from[places], self._valid_until[places]
            bounded = np.flatnonzero(np.isfinite(valid_from) | np.isfinite(valid_until))
            valid_from, valid_until = valid_from[bounded], valid_until[bounded]
        return View(
            bool(groups),
            lookup,
            places,
            self.ids[chosen],
            np.concatenate([mask, later]) & self._live[chosen],
            bounded,
            valid_from,
            valid_until,
        )


_match: Any = partial(tuple.__new__, Match)  # of four values; calling the class itself takes thrice as long


def _holding(groups: Sequence[TermKeys], parts: Sequence[Part], size: int, first: int = 0) -> Mask:
    """Which of so many documents from the first on have at least one filter term of each group."""
    mask = np.ones(size, np.bool_)
    for group in groups:
        has_one = np.zeros(size, np.bool_)
        for key in group:
            for part in parts:
                has_one[part.segment.listed.list_of(key) + (part.start - first)] = True
        mask &= has_one
    return mask


def _joined(arrays: list[Any], dtype: Any) -> Any:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype)
