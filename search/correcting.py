"""What helps when words found nothing, or only what sounds like them: did you mean, and the nearest entries.

A correction takes its words from entries in force that this person may see, and is offered only when it finds
some of them. Nothing here runs while the words find something.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from accounts.models import Agent
from search import glancing, lexicon, matching, sounds
from search.engines.base import FoundBy, Reading
from search.glancing import Seen
from search.matching import Answer, Filters, Found
from search.phrases import phrases, says
from search.repairs import repairs
from search.tokenizer import IS_IDEOGRAPH, RUN, normalise

MOST_CORRECTIONS = 3
MOST_TRIED = 6
MOST_CHARACTERS = 60
MOST_NEAR = 12
MOST_SIMILAR = 10
MOST_SPELLINGS = 10
SHORTEST_SPELLING = 4


@dataclass(frozen=True, slots=True)
class Help:
    """``did_you_mean`` are texts for the box, ``nearest`` entries to look at; both may be empty."""

    did_you_mean: tuple[str, ...] = ()
    nearest: tuple[Found, ...] = ()


def is_in_vain(answer: Answer) -> bool:
    """Whether nothing was found, or nothing in which the words themselves stand."""
    if not answer.matches:
        return True
    first = answer.matches[0]
    if first.match.found_by is FoundBy.SOUND:
        return True
    shares = first.match.shares
    is_by_characters = first.match.found_by is FoundBy.WORDS and not (first.in_question or first.in_similar)
    return is_by_characters and bool(shares) and shares[Reading.ANSWER] < shares[Reading.WORDS]


def help_with(agent: Agent, text: str, filters: Filters, answer: Answer) -> Help:
    """What to offer beside an answer; nothing where the words found what they say."""
    if not is_in_vain(answer):
        return Help()
    text = text.strip()[:MOST_CHARACTERS]
    near = list(_near(agent, text))
    meant = tuple(_corrections(agent, text, filters, near))
    nearest = tuple(answer.nearest)
    if not answer.matches and not nearest:
        words = meant[0] if meant else _spelt_out(text)
        nearest = tuple(matching.find(agent, words, limit=matching.MOST_NEAREST).matches)
    return Help(meant, nearest)


def _corrections(agent: Agent, text: str, filters: Filters, near: list[Seen]) -> Iterator[str]:
    hidden = lexicon.current().hidden
    texts = ([entry.question, *entry.similar[:MOST_SIMILAR]] for entry in near)
    tried = repairs(text, [list(chain.from_iterable(map(phrases, each))) for each in texts])
    left = MOST_CORRECTIONS
    for correction in tried[:MOST_TRIED]:
        if left and not says(correction, hidden) and _finds(agent, correction, filters):
            left -= 1
            yield correction


def _finds(agent: Agent, text: str, filters: Filters) -> bool:
    found = glancing.glance(agent, text, filters, limit=1)
    return bool(found) and found[0].match.found_by is not FoundBy.SOUND


def _near(agent: Agent, text: str) -> Iterator[Seen]:
    """Entries that come near what was typed, each once; at most three queries."""
    passed: set[int] = set()
    for words in dict.fromkeys(filter(None, (text, _spelt_out(text), _beginning(text)))):
        for entry in glancing.glance(agent, words, limit=MOST_NEAR):
            if entry.entry not in passed:
                passed.add(entry.entry)
                yield entry


def _spelt_out(text: str) -> str:
    """Characters as pinyin, and letters as the pinyin they are one slip away from."""
    words: list[str] = []
    for run in RUN.findall(normalise(text)):
        if IS_IDEOGRAPH.match(run):
            words.append("".join(sounds.syllables(run)))
        elif run.isascii() and run.isalpha() and len(run) >= SHORTEST_SPELLING:
            words += _spellings(run)
    return " ".join(words)


def _spellings(letters: str) -> list[str]:
    """Pinyin that leaves one letter out, swaps two, or stops before the slip."""
    places = range(len(letters))
    shorter = (letters[:at] + letters[at + 1 :] for at in places)
    swapped = (
        letters[:at] + letters[at + 1 : at + 2] + letters[at] + letters[at + 2 :] for at in places[:-1]
    )
    pieces = (piece for at in places[2:-1] for piece in (letters[:at], letters[at:]))
    tried = dict.fromkeys(each for each in chain(swapped, shorter, pieces) if _is_pinyin(each))
    return list(tried)[:MOST_SPELLINGS]


def _is_pinyin(letters: str) -> bool:
    """Whether letters are whole syllables from end to end, and more than one letter."""
    read = sounds.spelt(letters)
    return len(letters) > 1 and read is not None and not read[1]


def _beginning(text: str) -> str:
    """The first letter of a latin word at the end: what begins with it may be the word that was meant."""
    runs = RUN.findall(normalise(text))
    last = runs[-1] if runs else ""
    return last[:1] if last.isascii() and last[:1].isalpha() else ""
