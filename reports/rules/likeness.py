"""How alike the wordings of entries are: cosines of their words, a word weighing the more the rarer it is.

An entry is the set of words of its question and similar questions. The words stand as numbers in arrays, so
that 50,000 entries take some tens of megabytes, and only entries that share a word are ever compared.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Cut = Callable[[str], Iterable[str]]
COMMON_SHARE = 0.1
FEWEST_COMMON = 2_000  # a word of more entries than either says too little to look through all of them


class Likeness:
    """The wordings of many entries, ready to be compared; ``cut`` gives the words of a text."""

    def __init__(self, texts: Iterable[tuple[int, Sequence[str]]], cut: Cut) -> None:
        self._cut = cut
        self._place: dict[int, int] = {}
        self._word: dict[str, int] = {}
        begins, words = array("q", [0]), array("i")
        for pk, wordings in texts:
            self._place[pk] = len(self._place)
            found = {word for text in wordings for word in cut(text)}
            words.extend(self._word.setdefault(word, len(self._word)) for word in sorted(found))
            begins.append(len(words))
        self._pks = np.array(list(self._place), dtype=np.int64)
        self._begins = np.frombuffer(begins, dtype=np.int64)
        self._words = np.frombuffer(words, dtype=np.int32) if words else np.zeros(0, dtype=np.int32)
        self._weigh()

    def __contains__(self, pk: object) -> bool:
        return pk in self._place

    def entries_with(self, word: str) -> int:
        """How many entries have that word."""
        number = self._word.get(word)
        return int(self._having[number]) if number is not None else 0

    def cosine(self, one: int, other: int) -> float:
        """Between 0, no word in common, and 1, the same words."""
        left, right = self._words_at(self._place[one]), self._words_at(self._place[other])
        squares = self._weight[np.intersect1d(left, right, assume_unique=True)] ** 2
        lengths = self._length[self._place[one]] * self._length[self._place[other]]
        return float(squares.sum() / lengths) if lengths else 0.0

    def nearest(self, pk: int, most: int) -> list[tuple[int, float]]:
        """The entries most like this one, with their cosines; equal ones by id."""
        place = self._place[pk]
        scores = self._scores(self._words_at(place))
        scores[place] = 0.0
        return self._best(scores, float(self._length[place]), most)

    def nearest_to(self, texts: Iterable[str], most: int) -> list[tuple[int, float]]:
        """The same for wordings that are no entry's."""
        cut = {word for text in texts for word in self._cut(text)}
        known = np.array(sorted(self._word[word] for word in cut if word in self._word), dtype=np.int32)
        rarest = float(np.log(1 + max(len(self._place), 1)))
        unknown = sum(1 for word in cut if word not in self._word) * rarest**2
        length = float(np.sqrt((self._weight[known] ** 2).sum() + unknown))
        return self._best(self._scores(known), length, most)

    def _weigh(self) -> None:
        number = len(self._place)
        owners = np.repeat(np.arange(number, dtype=np.int32), np.diff(self._begins))
        self._having = np.bincount(self._words, minlength=len(self._word))
        self._weight = np.log(1 + number / np.maximum(self._having, 1))
        self._length = np.sqrt(np.bincount(owners, weights=self._weight[self._words] ** 2, minlength=number))
        by_word = np.argsort(self._words, kind="stable")
        self._owners = owners[by_word]
        self._owners_begin = np.concatenate([[0], np.cumsum(self._having)])

    def _words_at(self, place: int) -> NDArray[np.int32]:
        found: NDArray[np.int32] = self._words[self._begins[place] : self._begins[place + 1]]
        return found

    def _scores(self, words: NDArray[np.int32]) -> NDArray[np.float64]:
        common = max(FEWEST_COMMON, int(COMMON_SHARE * len(self._place)))
        scores = np.zeros(len(self._place))
        for word in words:
            if self._having[word] <= common:
                owners = self._owners[self._owners_begin[word] : self._owners_begin[word + 1]]
                scores[owners] += self._weight[word] ** 2
        return scores

    def _best(self, scores: NDArray[np.float64], length: float, most: int) -> list[tuple[int, float]]:
        if not length:
            return []
        places = np.flatnonzero(scores)
        cosines = scores[places] / (self._length[places] * length)
        order = np.lexsort((self._pks[places], -cosines))[:most]
        return [(int(self._pks[places[at]]), float(cosines[at])) for at in order]
