"""One state of the index, searchable: filters, exact wordings, and the best of the scores."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from search.engines.base import FoundBy, Match, Query, Reading
from search.engines.terms import query_filters
from search.engines.whoosh.schema import FILTER, QUESTION_KEY, SIMILAR_KEY
from search.engines.whoosh.scoring import Mask, Part, PostingCache, Scores, Statistics
from search.engines.whoosh.segment import Segment
from search.engines.wordings import NOT_THERE, Packed
from search.tokenizer import exact_key

MOST_MASKS = 200


class Commit:
    """The segments of one commit. Safe to search from several threads; never changes."""

    def __init__(
        self,
        name: str,
        segments: Sequence[tuple[Segment, Any]],
        postings: PostingCache,
        most_bytes: int,
        before: "Commit | None" = None,
    ) -> None:
        self.name = name
        self.statistics: Statistics = Statistics(
            segments, postings, most_bytes, before.statistics if before else None
        )
        parts = self.parts
        self.ids = _joined([part.segment.ids for part in parts], np.int64)
        self._live: Mask = _joined([part.live for part in parts], np.bool_)
        self._valid_from = _joined([part.segment.valid_from for part in parts], np.float64)
        self._valid_until = _joined([part.segment.valid_until for part in parts], np.float64)
        self._bounded = np.flatnonzero(np.isfinite(self._valid_from) | np.isfinite(self._valid_until))
        self._masks: dict[frozenset[str], Mask] = {}

    @property
    def parts(self) -> list[Part]:
        return self.statistics.parts

    def count(self) -> int:
        return int(self._live.sum())

    def search(self, query: Query) -> list[Match]:
        """The matches from ``offset`` on, best first."""
        added = self.statistics.added(query.text)
        scores = added.totals()
        allowed = self._allowed(query)
        found = self._exact(exact_key(query.text), scores, allowed)
        wanted = query.offset + query.limit
        left = scores * allowed
        left[list(found)] = 0.0
        places = np.array([*found, *self._best(left, wanted - len(found))][query.offset : wanted], np.int32)
        if not len(places):
            return []
        shares = map(tuple, added.shares(places).tolist())
        columns = (places.tolist(), self.ids[places].tolist(), scores[places].tolist(), shares)
        return [
            Match(key, score, found.get(place) or Reading.most(parts), parts)
            for place, key, score, parts in zip(*columns, strict=True)
        ]

    def wordings(self, ids: Sequence[int]) -> list[Packed]:
        """What each of these documents is asked as."""
        found = [NOT_THERE] * len(ids)
        wanted = np.asarray(ids, np.int64)
        for part in self.parts:
            numbers, is_there = part.segment.find(wanted)
            is_there &= part.live[numbers] if len(part.live) else False
            for place in np.flatnonzero(is_there).tolist():
                found[place] = part.segment.packed(int(numbers[place]))
        return found

    def _exact(self, key: str, scores: Scores, allowed: Mask) -> dict[int, FoundBy]:
        """The places of entries with exactly this wording, standard questions before similar ones."""
        found: dict[int, FoundBy] = {}
        if not key:
            return found
        for field, how in ((QUESTION_KEY, FoundBy.QUESTION), (SIMILAR_KEY, FoundBy.SIMILAR)):
            places = [place for place in self._places(field, key) if allowed[place] and place not in found]
            places.sort(key=lambda place: (-scores[place], self.ids[place]))
            found.update(dict.fromkeys(places, how))
        return found

    def _places(self, field: str, text: str) -> list[int]:
        held = ((part, self.statistics.postings(part, field, text)) for part in self.parts)
        return [
            part.start + number for part, postings in held if postings for number in postings.ids.tolist()
        ]

    def _best(self, scores: Scores, wanted: int) -> list[int]:
        """The places of the highest scores above zero; equal ones by id."""
        if wanted <= 0 or not len(scores):
            return []
        top = scores.max()
        for share in (0.5, 0.25, 0.0):  # sorting few is quicker, and the few best are nearly always enough
            places = np.flatnonzero(scores > top * share)
            if len(places) >= wanted:
                break
        if len(places) > 4 * wanted:
            candidates = scores[places]
            last = candidates[np.argpartition(candidates, -wanted)[-wanted]]
            places = places[candidates >= last]
        order = np.lexsort((self.ids[places], -scores[places]))[:wanted]
        best: list[int] = places[order].tolist()
        return best

    def _allowed(self, query: Query) -> Mask:
        """Which documents are left, pass every filter and are inside their validity, roughly."""
        allowed = self._live
        for group in query_filters(query):
            allowed = allowed & self._mask(group)
        if len(self._bounded):
            places = self._bounded
            allowed = allowed.copy() if allowed is self._live else allowed
            has_begun = self._valid_from[places] <= query.latest_at
            allowed[places] &= has_begun & (query.earliest_at < self._valid_until[places])
        return allowed

    def _mask(self, group: frozenset[str]) -> Mask:
        """Which documents have at least one filter term of the group; remembered."""
        mask = self._masks.get(group)
        if mask is None:
            mask = np.zeros(self.statistics.size, np.bool_)
            for term in group:
                for part in self.parts:
                    if postings := self.statistics.postings(part, FILTER, term):
                        mask[part.start + postings.ids] = True
            if len(self._masks) >= MOST_MASKS:
                self._masks = {}
            self._masks[group] = mask
        return mask


def _joined(arrays: list[Any], dtype: Any) -> Any:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype)
