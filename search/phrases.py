"""The words and short phrases of a text, each with how it is read: what suggestions are made of.

Pure but for caches. Whoever cuts many texts asks once for the house's own words and hands them on.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from search import sounds, tokenizer
from search.tokenizer import IS_IDEOGRAPH, LONGEST_WORD, RUN, OwnWords, normalise, normalise_with_places

MOST_WORDS = 3
LONGEST_PHRASE = 10
LONGEST_TEXT = 200
SHORTEST_PIECE = 2
SHORT = 2  # so many characters are one word, known to jieba or not
GONE_ON = frozenset("了着过的")
"""What stands behind a verb that would be cut short without it."""
PARTICLES = (
    "的了吗呢吧啊呀么着过后前时和与或及在是有把被给对从到为要能会也都还就再请想将其之以等个我你您他她它咋上应"
)
ASKING = ["怎么", "怎么办", "如何", "什么", "怎样", "多少", "哪些", "哪里", "为什么", "为何"]
WHETHER = ["有没有", "能否", "是否", "是不是", "可以", "能够", "需要", "知道", "介绍"]
HOLDING = ["以及", "或者", "如果", "进行", "支持", "一下", "时候", "期间"]
NOT_WITH_OTHERS = frozenset([*PARTICLES, *ASKING, *WHETHER, *HOLDING])
"""Words no phrase of several is made with: what asks, or only holds others together."""


JIEBA_ONLY = OwnWords()


class Phrase(NamedTuple):
    """``text`` as it was written, ``normal`` as it is compared, ``read`` the syllables of Chinese."""

    text: str
    normal: str
    read: tuple[str, ...]
    words: int


@lru_cache(maxsize=20_000)
def phrases(text: str, own: OwnWords = JIEBA_ONLY) -> tuple[Phrase, ...]:
    """Every word of a text and up to three in a row, in their order; a latin word stands alone."""
    return tuple(dict.fromkeys(_phrases(text[:LONGEST_TEXT], own)))


@lru_cache(maxsize=20_000)
def by_beginning(text: str, own: OwnWords = JIEBA_ONLY) -> Mapping[str, tuple[Phrase, ...]]:
    """The phrases of a text by the first thing typed of them: their first character, or its first letter."""
    found: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases(text, own):
        for first in {phrase.normal[:1], *(syllable[:1] for syllable in phrase.read[:1])}:
            found[first].append(phrase)
    return {first: tuple(begun) for first, begun in found.items()}


@lru_cache(maxsize=5_000)
def words_of(run: str, own: OwnWords = JIEBA_ONLY) -> tuple[str, ...]:
    """A run of Chinese characters cut into words from end to end, the house's own first."""
    found: list[str] = []
    at = begun = 0
    while at < len(run):
        length = next((length for length in own.lengths if run[at : at + length] in own.words), 0)
        if length:
            found += [*tokenizer.CUTTER.cut(run[begun:at], HMM=False), run[at : at + length]]
            begun = at + length
        at += length or 1
    return (*found, *tokenizer.CUTTER.cut(run[begun:], HMM=False))


def _phrases(text: str, own: OwnWords) -> Iterator[Phrase]:
    normal, places = normalise_with_places(text)
    for run in RUN.finditer(normal):
        if IS_IDEOGRAPH.match(run.group()):
            for start, end, words in _spans(words_of(run.group(), own)):
                first, last = run.start() + start, run.start() + end
                written = text[places[first] : places[last - 1] + 1]
                read = sounds.syllables(run.group())[start:end]
                yield Phrase(written, normal[first:last], read, words if end - start > SHORT else 1)
        elif len(run.group()) <= LONGEST_WORD:
            yield Phrase(text[places[run.start()] : places[run.end() - 1] + 1], run.group(), (), 1)


def _spans(words: tuple[str, ...]) -> Iterator[tuple[int, int, int]]:
    """Where phrases begin and end in a run, and of how many words they are."""
    ends = [0]
    for word in words:
        ends.append(ends[-1] + len(word))
    for first in range(len(words)):
        for last in range(first + 1, min(first + MOST_WORDS, len(words)) + 1):
            length = ends[last] - ends[first]
            if 1 < length <= LONGEST_PHRASE and _is_whole(words[first:last], words[last : last + 1]):
                yield ends[first], ends[last], last - first


def _is_whole(words: tuple[str, ...], behind: tuple[str, ...]) -> bool:
    if len(words) == 1:
        return True
    is_cut_short = len(words[-1]) == 1 and not GONE_ON.isdisjoint(behind)
    return not is_cut_short and NOT_WITH_OTHERS.isdisjoint(words)


def typed_of(letters: str, read: tuple[str, ...]) -> int:
    """How many of these syllables the letters begin, each by its initial or in full; 0 if they do not fit.

    The last one may be half typed: ``xykgua`` and ``xinykg`` both begin 信用卡挂失.
    """
    if not read or letters[:1] != read[0][:1]:
        return 0
    places = {0}
    for number, syllable in enumerate(read, 1):
        if any(syllable.startswith(letters[place:]) for place in places):
            return number
        places = _reached(letters, places, syllable)
        if not places:
            return 0
    return 0


def is_spelt_in(letters: str, texts: Sequence[str]) -> bool:
    """Whether letters spell what these texts say, piece by piece: each two letters or more, but the last.

    A piece is pinyin, initials or both of characters that stand side by side.
    """
    reads = [read for text in texts for read in _reads(text)]
    at = 0
    while at < len(letters):
        rest = letters[at:]
        reach = max((_reach(rest, read[start:]) for read in reads for start in range(len(read))), default=0)
        if reach < min(SHORTEST_PIECE, len(rest)):
            return False
        at += reach
    return True


def _reach(letters: str, read: tuple[str, ...]) -> int:
    """How many letters from the first on these syllables spell."""
    if letters[:1] != read[0][:1]:
        return 0
    places, most = {0}, 0
    for syllable in read:
        if any(syllable.startswith(letters[place:]) for place in places):
            return len(letters)
        places = _reached(letters, places, syllable)
        if not places:
            break
        most = max(places)
    return most


def _reached(letters: str, places: set[int], syllable: str) -> set[int]:
    """Where one may be after a syllable by its initial or in full, from each of these places on."""
    beginnings = {syllable[:1], syllable} | ({syllable[:2]} if syllable[1:2] == "h" else set())
    return {place + len(each) for place in places for each in beginnings if letters.startswith(each, place)}


@lru_cache(maxsize=5_000)
def _reads(text: str) -> tuple[tuple[str, ...], ...]:
    runs = RUN.findall(normalise(text[:LONGEST_TEXT]))
    return tuple(sounds.syllables(run) for run in runs if IS_IDEOGRAPH.match(run))


@lru_cache(maxsize=4)
def _hidden(hidden: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, map(normalise, hidden)))


def says(text: str, hidden: tuple[str, ...]) -> bool:
    """Whether one of these words stands in a text; one that begins or ends in latin letters, as a whole."""
    normal = normalise(text)
    return any(_stands(word, normal) for word in _hidden(hidden) if word in normal)


def _stands(word: str, normal: str) -> bool:
    start = normal.find(word)
    while start >= 0:
        end = start + len(word)
        if _is_edge(normal[start - 1 : start], word[0]) and _is_edge(word[-1], normal[end : end + 1]):
            return True
        start = normal.find(word, start + 1)
    return False


def _is_edge(before: str, after: str) -> bool:
    """Whether a word may end between these two characters, one of which may be missing."""
    is_one_run = bool(before and after and RUN.fullmatch(before + after))
    return not is_one_run or bool(IS_IDEOGRAPH.match(before))
