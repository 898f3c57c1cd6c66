"""What could be typed next: words that go on from the last one, and standard questions.

Both come from entries in force which this person may see, never from what others typed, and hold no word that
is never to be suggested. The engine's own order is enough here: the list of matches beside it is ranked.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from accounts.models import Agent
from search import glancing, lexicon
from search.glancing import Seen
from search.phrases import JIEBA_ONLY, Phrase, by_beginning, says, typed_of, words_of
from search.tokenizer import (
    IS_IDEOGRAPH,
    MOST_QUERY_CHARACTERS,
    RUN,
    OwnWords,
    normalise,
    normalise_with_places,
    own_words,
)

MOST_WORDS = 4
MOST_QUESTIONS = 8
MOST_ENTRIES = 12
MOST_SIMILAR = 10
FEWEST_WITH_PHRASE = 2
LONGEST_STEM = 16


class Kind(StrEnum):
    WORD = "word"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``text`` is what the box would hold; ``entry`` the one whose question it is."""

    kind: Kind
    text: str
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Stem:
    """The beginning of a word at the end of what was typed, normalised, and what stands before it.

    So many ``characters`` of it are Chinese, and the rest are letters.
    """

    head: str
    text: str
    characters: int


def suggestions(agent: Agent, text: str) -> list[Suggestion]:
    """Words first, the likeliest first; then questions, those that begin as was typed first. One query."""
    text = text[:MOST_QUERY_CHARACTERS]
    entries = glancing.glance(agent, _asked(text), limit=MOST_ENTRIES)
    hidden = lexicon.current().hidden
    questions = [each for each in _questions(text, entries[:MOST_QUESTIONS]) if not says(each.text, hidden)]
    taken = {normalise(each.text) for each in questions} | {normalise(text)}
    words = [
        Suggestion(Kind.WORD, completed)
        for completed in completions(text, entries)
        if normalise(completed) not in taken and not says(completed, hidden)
    ]
    return [*words[:MOST_WORDS], *questions]


def completions(text: str, entries: Sequence[Seen]) -> list[str]:
    """What was typed with its last word completed by words of these entries, the best first.

    Counts in how many entries a word stands, the first ones more; a word more than a phrase. Left out are a
    phrase that stands in one entry and was not typed to its end, and a word that is never seen without the
    same character behind it: it is cut short.
    """
    worth: defaultdict[str, float] = defaultdict(float)
    holding: defaultdict[str, list[int]] = defaultdict(list)
    sure: set[str] = set()
    own = own_words()
    possible = stems(text, own)
    for place, entry in enumerate(entries):
        fits: dict[str, float] = {}
        for stem in possible:
            for phrase in _begun(entry, stem, own):
                if fit := _fit(stem, phrase):
                    completed = stem.head + phrase.text
                    fits[completed] = max(fits.get(completed, 0.0), fit / phrase.words)
                    if phrase.words == 1 or fit == len(phrase.normal):
                        sure.add(completed)
        for completed, best in fits.items():
            worth[completed] += best / (place + 2)
            holding[completed].append(place)
    kept = [each for each in worth if each in sure or len(holding[each]) >= FEWEST_WITH_PHRASE]
    ordered = sorted(kept, key=lambda completed: (-worth[completed], len(completed), completed))
    whole = {completed[:-1]: holding[completed] for completed in ordered}
    return [completed for completed in ordered if whole.get(completed) != holding[completed]]


def stems(text: str, own: OwnWords = JIEBA_ONLY) -> list[Stem]:
    """What may be the beginning of a word: from each word on to the end of the last run of characters."""
    normal, places = normalise_with_places(text)
    runs = list(RUN.finditer(normal))
    if not runs or runs[-1].end() < len(normal):
        return []
    start, end = runs[-1].start(), len(normal)
    starts, chinese = [start], start
    if len(runs) > 1 and runs[-2].end() == start and IS_IDEOGRAPH.match(runs[-2].group()):
        starts += _word_starts(runs[-2], own)
    elif IS_IDEOGRAPH.match(runs[-1].group()):
        starts, chinese = _word_starts(runs[-1], own), end
    return [
        Stem(text[: places[each]], normal[each:], chinese - each)
        for each in starts
        if 0 < end - each <= LONGEST_STEM
    ]


def _word_starts(run: re.Match[str], own: OwnWords) -> list[int]:
    starts = [run.start()]
    for word in words_of(run.group(), own)[:-1]:
        starts.append(starts[-1] + len(word))
    return starts


def _asked(text: str) -> str:
    """What to look for: a single letter behind Chinese only chooses among the words that go on from there."""
    begun = stems(text)
    return text[:-1] if len(begun) > 1 and len(begun[0].text) == 1 and not begun[0].characters else text


def _questions(text: str, entries: Sequence[Seen]) -> Iterator[Suggestion]:
    typed = normalise(text).strip()
    questions: dict[str, int] = {}
    for entry in entries:
        questions.setdefault(entry.question, entry.entry)
    for question in sorted(questions, key=lambda question: not normalise(question).startswith(typed)):
        yield Suggestion(Kind.QUESTION, question, questions[question])


def _begun(entry: Seen, stem: Stem, own: OwnWords) -> Iterator[Phrase]:
    """The phrases of an entry that begin with the same character or letter."""
    for text in (entry.question, *entry.similar[:MOST_SIMILAR]):
        yield from by_beginning(text, own).get(stem.text[:1], ())


def _fit(stem: Stem, phrase: Phrase) -> int:
    """How many characters of a phrase were typed, as they are, in pinyin or by initials; 0 if others were."""
    if phrase.normal.startswith(stem.text):
        return len(stem.text) if phrase.normal != stem.text else 0
    if not phrase.normal.startswith(stem.text[: stem.characters]):
        return 0
    spelt = typed_of(stem.text[stem.characters :], phrase.read[stem.characters :])
    return stem.characters + spelt if spelt else 0
