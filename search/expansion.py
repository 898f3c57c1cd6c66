"""From the words typed to those of the lexicon that may stand for them. Pure but for a cache per lexicon."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from search import lexicon, sounds
from search.lexicon import Lexicon
from search.tokenizer import IS_IDEOGRAPH, normalise

MOST_OTHERS = 60
FEWEST_SYLLABLES = 3


def others(typed: Collection[str]) -> list[str]:
    """Normalised words that mean what one of these does, by the lexicon in force, in order of text."""
    table = _table(lexicon.current())
    found = dict.fromkeys(other for word in typed for other in table.get(word, ()))
    return sorted(found)[:MOST_OTHERS]


def others_spelt(letters: Iterable[str]) -> list[str]:
    """The same for words written in pinyin from end to end, such as ``pingguozhifu``."""
    words = lexicon.current()
    table, by_pinyin = _table(words), _by_pinyin(words)
    spelt = dict.fromkeys(word for each in letters for word in by_pinyin.get(each, ()))
    found = dict.fromkeys(other for word in spelt for other in table[word] if other not in spelt)
    return sorted(found)[:MOST_OTHERS]


@lru_cache(maxsize=4)
def _by_pinyin(words: Lexicon) -> Mapping[str, tuple[str, ...]]:
    """The longer Chinese words of the table by how they are spelt; two syllables alone spell many words."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in _table(words):
        if len(word) >= FEWEST_SYLLABLES and all(map(IS_IDEOGRAPH.match, word)):
            found["".join(sounds.syllables(word))].append(word)
    return {spelt: tuple(same) for spelt, same in found.items()}


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
