"""From the words typed to those of the lexicon that may stand for them. Pure but for a cache per lexicon."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache

from search import lexicon
from search.lexicon import Lexicon
from search.tokenizer import normalise

MOST_OTHERS = 60


def others(typed: Collection[str]) -> list[str]:
    """Normalised words that mean what one of these does, by the lexicon in force, in order of text."""
    table = _table(lexicon.current())
    found = dict.fromkeys(other for word in typed for other in table.get(word, ()))
    return sorted(found)[:MOST_OTHERS]


@lru_cache(maxsize=4)
def _table(words: Lexicon) -> Mapping[str, tuple[str, ...]]:
    """For each word of two characters or more those it also finds: characters alone lift too much."""
    table: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for group in words.groups:
        members = [normalise(member) for member in group]
        for member in members:
            table[member].update(dict.fromkeys(other for other in members if other != member))
    for typed, found in words.one_way:
        table[normalise(typed)][normalise(found)] = None
    return {
        word: tuple(other for other in found if len(other) > 1)
        for word, found in table.items()
        if len(word) > 1
    }
