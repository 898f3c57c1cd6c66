"""The wordings of an entry packed as numbers, so that a ranker can compare fifty entries in a millisecond.

A wording is seen in four ways, its families: pairs of characters, characters, words, pairs of syllables;
latin words belong to each. Every member of a family is one key, a hash of 32 bits. Rarity is counted in a
table of ``BUCKETS`` counters, not by key: its size is the same for 300 entries and for 100,000.

A standard question that asks several things is a wording as a whole, and each of its sentences is one more.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from search import sounds
from search.tokenizer import IS_IDEOGRAPH, RUN, normalise, words_of_run

Keys = NDArray[np.uint32]
FAMILIES = ("pairs", "characters", "words", "sounds")
HEAD = 1 + len(FAMILIES)  # the length of a wording, then how many keys it has in each family
BUCKETS = 1 << 19
MOST_WORDINGS = 64
MOST_CHARACTERS = 200  # of one wording
LEAST_RARITY = 0.1
SENTENCE_END = re.compile(r"[。？！；?!;\n]+")
SHORTEST_SENTENCE = 4


class Packed(NamedTuple):
    """An entry's wordings, the standard question first.

    ``heads`` are uint16, HEAD of them for each wording; ``keys`` uint32, wording by wording and in each of
    them family by family. Both are little-endian bytes.
    """

    category: int
    heads: bytes
    keys: bytes


NOT_THERE = Packed(0, b"", b"")


def pack(category: int, question: str, similar: Iterable[str]) -> Packed:
    """An entry's wordings; beyond MOST_WORDINGS they rank nothing more, the first stage still finds them."""
    heads: list[int] = []
    keys: list[int] = []
    for text in islice(chain([question], sentences(question), similar), MOST_WORDINGS):
        length, families = cut(text)
        heads += [length, *map(len, families)]
        for family in families:
            keys += family
    return Packed(category, np.array(heads, "<u2").tobytes(), np.array(keys, "<u4").tobytes())


def sentences(question: str) -> list[str]:
    """The sentences of a question that has several; empty for one of one sentence."""
    parts = [part for part in SENTENCE_END.split(question) if len(part.strip()) >= SHORTEST_SENTENCE]
    return parts if len(parts) > 1 else []


def cut(text: str) -> tuple[int, tuple[Sequence[int], ...]]:
    """How many characters a wording has, and the distinct keys of each family."""
    pairs: dict[int, None] = {}
    characters: dict[int, None] = {}
    words: dict[int, None] = {}
    heard: dict[int, None] = {}
    normal = normalise(text[:MOST_CHARACTERS])
    for run in RUN.findall(normal):
        if IS_IDEOGRAPH.match(run):
            words.update((key("W" + word), None) for word in words_of_run(run))
            pairs.update((key("B" + run[place : place + 2]), None) for place in range(len(run) - 1))
            characters.update((key("C" + character), None) for character in run)
            heard.update((key("S" + pair), None) for pair in sounds.pairs(run))
        else:
            for family, letter in ((pairs, "B"), (characters, "C"), (words, "W"), (heard, "S")):
                family[key(letter + run)] = None
            pairs.update((key(trigram), None) for trigram in _trigrams(run))
    return len(normal), (list(pairs), list(characters), list(words), list(heard))


def word_key(word: str) -> int:
    """The key of one normalised word in the family of words."""
    return key("W" + word)


@lru_cache(maxsize=100_000)
def key(text: str) -> int:
    """A member of a family, its letter first, as a number."""
    return crc32(text.encode("utf-8", "replace"))


def buckets(keys: Keys) -> NDArray[np.int64]:
    """Which counter counts each key."""
    return (keys % np.uint32(BUCKETS)).astype(np.int64)


def rarities(counts: NDArray[np.float64], wordings: int) -> NDArray[np.float32]:
    """How much keys tell that so many of the wordings have."""
    found = math.log(max(wordings, 1)) - np.log(counts + 1.0) + 1.0
    return np.maximum(found, LEAST_RARITY).astype(np.float32)


def _trigrams(run: str) -> Iterator[str]:
    if len(run) > 3:
        yield from ("B#" + run[place : place + 3] for place in range(len(run) - 2))
