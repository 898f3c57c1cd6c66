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
from search.matching import Answer, Filters, Found
from search.phrases import is_spelt_in, phrases, says
from search.repairs import repairs
from search.tokenizer import IS_IDEOGRAPH, RUN, normalise, own_words

MOST_CORRECTIONS = 3
MOST_TRIED = 6
MOST_CHARACTERS = 60
MOST_NEAR = 8
MOST_BEGINNING = 24  # one letter begins many words, and the engine knows none better
MOST_SIMILAR = 10
MOST_SPELLINGS = 10
SHORTEST_SPELLING = 4
LONGEST_SPELLING = 24
SHORTEST_JUDGED = 5
MOST_JUDGED = 3
VOWELS = frozenset("aeiouv")  # without one, letters are initials and no pinyin gone wrong


@dataclass(frozen=True, slots=True)
class Help:
    """``did_you_mean`` are texts for the box, ``nearest`` entries to look at; both may be empty."""

    did_you_mean: tuple[str, ...] = ()
    nearest: tuple[Found, ...] = ()


def is_in_vain(text: str, answer: Answer) -> bool:
    """Whether nothing was found, or nothing in which the words themselves stand.

    Initials of any letters stand somewhere, so letters are found only where all of them are what is said.
    """
    if not answer.matches:
        return True
    first = answer.matches[0]
    if first.match.found_by is FoundBy.SOUND:
        return True
    if first.match.found_by in (FoundBy.PINYIN, FoundBy.INITIALS):
        return _is_spelt_nowhere(text, answer)
    shares = first.match.shares
    is_by_characters = first.match.found_by is FoundBy.WORDS and not (first.in_question or first.in_similar)
    return is_by_characters and bool(shares) and shares[Reading.ANSWER] < shares[Reading.WORDS]


def _is_spelt_nowhere(text: str, answer: Answer) -> bool:
    """Whether a longer word of letters is neither pinyin that was found nor what a first match spells."""
    is_pinyin_found = answer.matches[0].match.found_by is FoundBy.PINYIN
    judged = [
        run
        for run in RUN.findall(normalise(text[:MOST_CHARACTERS]))
        if run.isascii() and run.isalpha() and len(run) >= SHORTEST_JUDGED and not VOWELS.isdisjoint(run)
        if not (is_pinyin_found and _is_pinyin(run))
    ]
    entries = [found.entry for found in answer.matches[:MOST_JUDGED]]
    texts = [(entry["live_revision__question"], *entry["similar"][:MOST_SIMILAR]) for entry in entries]
    return any(not any(is_spelt_in(run, said) for said in texts) for run in judged)


def help_with(agent: Agent, text: str, filters: Filters, answer: Answer) -> Help:
    """What to offer beside an answer; nothing where the words found what they say."""
    if not is_in_vain(text, answer):
        return Help()
    text = text.strip()[:MOST_CHARACTERS]
    meant = tuple(_corrections(agent, text, filters))
    nearest = tuple(answer.nearest)
    if not answer.matches and not nearest:
        words = meant[0] if meant else _spelt_out(text)
        nearest = tuple(matching.find(agent, words, limit=matching.MOST_NEAREST).matches)
    return Help(meant, nearest)


def _corrections(agent: Agent, text: str, filters: Filters) -> list[str]:
    """What finds something, from the first entries that come near and hold such words."""
    hidden, own = lexicon.current().hidden, own_words()
    for words in _probes(text):
        near = glancing.glance(agent, words, limit=MOST_NEAR if len(words) > 1 else MOST_BEGINNING)
        said = ([entry.question, *entry.similar[:MOST_SIMILAR]] for entry in near)
        tried = repairs(text, [[phrase for text in each for phrase in phrases(text, own)] for each in said])
        shown = [each for each in tried[:MOST_TRIED] if not says(each, hidden)]
        if found := [each for each in shown if _finds(agent, each, filters)]:
            return found[:MOST_CORRECTIONS]
    return []


def _finds(agent: Agent, text: str, filters: Filters) -> bool:
    found = glancing.glance(agent, text, filters, limit=1)
    return bool(found) and found[0].match.found_by is not FoundBy.SOUND


def _probes(text: str) -> Iterator[str]:
    """What to look for in turn: the words, what they sound like, how a latin word at the end begins."""
    runs = RUN.findall(normalise(text))
    if any(IS_IDEOGRAPH.match(run) for run in runs):
        yield text
    if spelt := _spelt_out(text):
        yield spelt
    if runs and runs[-1].isascii() and runs[-1][:1].isalpha():
        lengths = (len(runs[-1]) // 2 + 1, 2, 1)
        yield from dict.fromkeys(runs[-1][:length] for length in lengths)


def _spelt_out(text: str) -> str:
    """Characters as pinyin, and letters as the pinyin they are one slip away from."""
    words: list[str] = []
    for run in RUN.findall(normalise(text)):
        if IS_IDEOGRAPH.match(run):
            words.append("".join(sounds.syllables(run)))
        elif run.isascii() and run.isalpha() and SHORTEST_SPELLING <= len(run) <= LONGEST_SPELLING:
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
