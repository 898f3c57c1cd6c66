"""Where the words of a query stand in a text, and which of an entry's wordings they fit best. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from search.tokenizer import IS_IDEOGRAPH, RUN, exact_key, normalise, normalise_with_places, query_words

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Highlighter:
    """The words of one query, ready to be looked for; single characters only if nothing longer was typed."""

    text: str
    words: tuple[str, ...] = field(init=False)
    latin: frozenset[str] = field(init=False)
    beginning: str = field(init=False)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        cut = query_words(self.text)
        chinese = [word.text for word in cut.words if IS_IDEOGRAPH.match(word.text)]
        longer = [word for word in chinese if len(word) > 1]
        latin = frozenset(word.text for word in cut.words) - frozenset(chinese)
        object.__setattr__(self, "words", tuple(longer or chinese))
        object.__setattr__(self, "latin", latin)
        object.__setattr__(self, "beginning", cut.beginning)
        object.__setattr__(self, "key", exact_key(self.text))

    def ranges(self, text: str) -> list[Range]:
        """Half-open ranges of characters that matched, in order and joined where they touch."""
        normal, places = normalise_with_places(text)
        found = [*self._chinese(normal), *self._latin(normal)]
        return _joined([(places[start], places[end - 1] + 1) for start, end in found])

    def fits(self, text: str) -> int:
        """How many of the words stand in a text, longer ones counting for more."""
        normal = normalise(text)
        fit = sum(len(word) for word in self.words if word in normal)
        if self.latin:
            fit += sum(end - start for start, end in self._latin(normal))
        return fit

    def best_similar(self, question: str, similar: Sequence[str]) -> str:
        """The similar question the words fit better than the standard question, or an empty text.

        One that is exactly what was typed comes first, unless the standard question is exactly that too.
        """
        if not similar or (self.key and exact_key(question) == self.key):
            return ""
        best, most = "", self.fits(question)
        for text in similar:
            fit = self.fits(text)
            if fit > most:
                best, most = text, fit
        if self.key and best and exact_key(best) != self.key:
            return next((text for text in similar if exact_key(text) == self.key), best)
        return best

    def _chinese(self, normal: str) -> list[Range]:
        found = []
        for word in self.words:
            start = normal.find(word)
            while start >= 0:
                found.append((start, start + len(word)))
                start = normal.find(word, start + 1)
        return found

    def _latin(self, normal: str) -> list[Range]:
        """Whole latin words, two that the query writes as one, and the beginning being typed."""
        if not self.latin:
            return []
        runs = [match for match in RUN.finditer(normal) if not IS_IDEOGRAPH.match(match.group())]
        found = [match.span() for match in runs if match.group() in self.latin]
        for first, second in pairwise(runs):
            if first.group() + second.group() in self.latin:
                found += [first.span(), second.span()]
        if self.beginning:
            typed = len(self.beginning)
            found += [
                (match.start(), match.start() + typed)
                for match in runs
                if match.group().startswith(self.beginning)
            ]
        return found


def _joined(ranges: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
