"""From text to words, the same way for the index and for a query.

One field holds jieba's search words, every pair of neighbouring characters and every single character, so
that neither a cut that went wrong nor a half-typed word loses the entry. Runs of latin letters and digits
stay whole ("10000z8", "samsung"); two side by side also count as one ("samsung pay" finds "SamsungPay").
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from opencc import OpenCC

from kb.lib import cutting
from search import lexicon
from search.lexicon import Lexicon

MOST_QUERY_CHARACTERS = 300
MOST_QUERY_WORDS = 256
LONGEST_WORD = 64
LONGEST_BEGINNING = 16
CUT_VERSION = 1
LATIN_WEIGHT = 3.0  # a Chinese word counts as word, pairs and characters together, a latin one only once

IDEOGRAPH = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{IDEOGRAPH}]+|[^\W_{IDEOGRAPH}]+")
IS_IDEOGRAPH = re.compile(rf"[{IDEOGRAPH}]")
JOINTS = frozenset({" ", "-", "_", ".", "·", "/", "&", "+"})

CUTTER = cutting.CUTTER

FOLDINGS: tuple[Callable[[str], str], ...] = (OpenCC("t2s").convert,)
"""What else happens to a character after width and case: traditional becomes simplified."""


class _Folds(dict[int, str]):
    """A table for ``str.translate`` that works each character out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category in {"Cf", "Cs", "Co", "Cn"}:
            folded = ""
        elif category == "Cc":
            folded = " "
        else:
            folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
            for folding in FOLDINGS:
                folded = folding(folded)
        if len(self) < 100_000:
            self[code] = folded
        return folded


_folds = _Folds()


class QueryWord(NamedTuple):
    """One distinct word of a query and what a match of it is worth."""

    text: str
    weight: float


class OwnWords(NamedTuple):
    """Words that administrators added, normalised, and the lengths there are, the longest first.

    They stay whole; jieba's own dictionary stays as it is.
    """

    words: frozenset[str] = frozenset()
    lengths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryWords:
    """A query cut up; ``beginning`` is the latin word still being typed, or empty."""

    words: tuple[QueryWord, ...]
    beginning: str


def keep_cache_in(directory: Path) -> None:
    """Let jieba keep its unmarshalled dictionary where nobody else may write (it would be executed)."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    CUTTER.tmp_dir = str(directory)


def normalise(text: str) -> str:
    """Half-width, lower case, without control characters; character by character."""
    return text.translate(_folds)


def normalise_with_places(text: str) -> tuple[str, list[int]]:
    """The normalised text, and for each of its characters the place it had in the original."""
    pieces = [_folds[ord(character)] for character in text]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), places


def exact_key(text: str) -> str:
    """What two wordings share when only width, case, spaces and punctuation differ; empty without a word."""
    runs = "".join(RUN.findall(normalise(text)))
    return blake2b(runs.encode(), digest_size=12).hexdigest() if runs else ""


def count_words(text: str) -> Counter[str]:
    """Every word of a text that goes into the index, and how often."""
    counts: Counter[str] = Counter()
    normal = normalise(text)
    for run in RUN.findall(normal):
        counts.update(_words_of_run(run))
    counts.update(_joined(normal))
    return counts


def count_beginnings(words: Counter[str]) -> Counter[str]:
    """Every beginning of the latin words among these."""
    beginnings: Counter[str] = Counter()
    for word, count in words.items():
        if not IS_IDEOGRAPH.match(word):
            for length in range(1, min(len(word), LONGEST_BEGINNING) + 1):
                beginnings[word[:length]] += count
    return beginnings


def query_words(text: str) -> QueryWords:
    """Cut what was typed; the last latin word is a beginning until something follows it.

    Only the first 300 characters and 256 distinct words count, longer words before pairs before characters.
    """
    normal = normalise(text[:MOST_QUERY_CHARACTERS])
    found: dict[str, None] = {}
    single: dict[str, None] = {}
    last = ""
    for match in RUN.finditer(normal):
        for word in _words_of_run(match.group()):
            (found if len(word) > 1 or not IS_IDEOGRAPH.match(word) else single)[word] = None
        if match.end() == len(normal):
            last = match.group()
    found.update(dict.fromkeys(_joined(normal)))
    texts = [*found, *single][:MOST_QUERY_WORDS]
    beginning = last[:LONGEST_BEGINNING] if last and not IS_IDEOGRAPH.match(last) else ""
    return QueryWords(tuple(QueryWord(word, _weight(word)) for word in texts), beginning)


def _weight(word: str) -> float:
    return 1.0 if IS_IDEOGRAPH.match(word) else LATIN_WEIGHT


def words_of_run(run: str) -> tuple[str, ...]:
    """jieba's search words of two characters and more in a run of ideographs, and the lexicon's own."""
    return _cut(run, lexicon.current())


def cut_as() -> str:
    """Changes with everything that makes an index out of texts: this code, and the lexicon's own words."""
    return _cut_as(lexicon.current())


def own_words() -> OwnWords:
    """Those of the lexicon in force here and now."""
    return _own_words(lexicon.current())


@lru_cache(maxsize=4)
def _cut_as(words: Lexicon) -> str:
    own = "\n".join(sorted(_own_words(words).words))
    return f"{CUT_VERSION}:{blake2b(own.encode(), digest_size=8).hexdigest()}"


@lru_cache(maxsize=20_000)
def _cut(run: str, words: Lexicon) -> tuple[str, ...]:
    found = [word for word in CUTTER.cut_for_search(run, HMM=False) if 1 < len(word) <= LONGEST_WORD]
    own, lengths = _own_words(words)
    for length in lengths:
        pieces = (run[place : place + length] for place in range(len(run) - length + 1))
        found += [piece for piece in pieces if piece in own and piece not in found]
    return tuple(found)


@lru_cache(maxsize=4)
def _own_words(words: Lexicon) -> OwnWords:
    own = frozenset(filter(None, map(normalise, words.words)))
    return OwnWords(own, tuple(sorted({len(word) for word in own}, reverse=True)))


def _words_of_run(run: str) -> Iterator[str]:
    if not IS_IDEOGRAPH.match(run):
        yield run[:LONGEST_WORD]
        return
    yield from words_of_run(run)
    for place in range(len(run) - 1):
        yield run[place : place + 2]
    yield from run


def _joined(normal: str) -> Iterator[str]:
    """Latin words side by side, written together."""
    before = None
    for match in RUN.finditer(normal):
        if IS_IDEOGRAPH.match(match.group()):
            before = None
            continue
        if before and normal[before.end() : match.start()] in JOINTS:
            yield (before.group() + match.group())[:LONGEST_WORD]
        before = match
