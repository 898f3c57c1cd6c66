"""Split an entry: many confirmed searches ask what none of its own wordings asks, and ask the same.

What people wrote as its question and similar questions counts as one question; what was learned from calls
does not, or a second question would soon be declared the first. A search is foreign when it shares no telling
word with those, and hardly two syllables in a row: so a slip of the pen, or one sign for another that sounds
the same, is none. Foreign searches that are alike make the second question, when it has enough of the calls.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.rules.base import Known, Suggestion, weightiest

FEWEST_CALLS = 12
LEAST_SHARE = 0.15
FEWEST_TEXTS = 2
MOST_SHOWN = 10
FEWEST_CALLS_OF_TEXT = 2
MOST_MOVED = 50
SOUNDS_IN_COMMON = 0.25

Words = Callable[[str], Iterable[str]]
Sounds = Callable[[str], Sequence[str]]
Grouping = Callable[[Sequence[str]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Said:
    """A masked text that led to an entry, confirmed in so many calls."""

    text: str
    calls: int


@dataclass(frozen=True)
class Ear:
    """How texts are compared: their telling words, their pairs of syllables, which of some ask the same."""

    words: Words
    sounds: Sounds
    group: Grouping


def suggest(
    entries: Iterable[Known],
    *,
    said: Mapping[int, Sequence[Said]],
    declared: Callable[[int], Sequence[str]],
    ear: Ear,
) -> list[Suggestion]:
    """``declared`` gives what people wrote as an entry's wordings."""
    found = []
    for entry in entries:
        if not entry.is_new and entry.pk in said:
            texts = sorted(said[entry.pk], key=lambda one: (-one.calls, one.text))
            first, second = two_questions(texts, declared(entry.pk), ear)
            if second:
                found.append(_suggestion(entry, first, second))
    return weightiest(found)


def two_questions(texts: Sequence[Said], declared: Sequence[str], ear: Ear) -> tuple[list[Said], list[Said]]:
    """The texts that ask what the entry says it answers, and those of a second question, if there is one."""
    words = {word for text in declared for word in ear.words(text)}
    sounds = {pair for text in declared for pair in ear.sounds(text)}
    foreign = [one for one in texts if _is_foreign(one.text, words, sounds, ear)]
    first = [one for one in texts if one not in foreign]
    enough = max(FEWEST_CALLS, LEAST_SHARE * _calls(texts))
    if min(_calls(foreign), _calls(first)) < enough:
        return first, []
    groups: defaultdict[int, list[Said]] = defaultdict(list)
    for one, place in zip(foreign, ear.group([each.text for each in foreign]), strict=True):
        groups[place].append(one)
    largest = max(groups.values(), key=lambda group: (_calls(group), group[0].text))
    return first, largest if _calls(largest) >= enough and len(largest) >= FEWEST_TEXTS else []


def _calls(texts: Iterable[Said]) -> int:
    return sum(one.calls for one in texts)


def _is_foreign(text: str, words: set[str], sounds: set[str], ear: Ear) -> bool:
    telling, heard = set(ear.words(text)), ear.sounds(text)
    if not telling or not heard or telling & words:
        return False
    return sum(pair in sounds for pair in heard) <= SOUNDS_IN_COMMON * len(heard)


def _suggestion(entry: Known, first: Sequence[Said], second: Sequence[Said]) -> Suggestion:
    question = max(second[:3], key=lambda one: (len(one.text), one.calls, one.text)).text
    moved = [one.text for one in second if one.calls >= FEWEST_CALLS_OF_TEXT][:MOST_MOVED]
    return Suggestion(
        kind="split",
        key=f"split:{entry.pk}",
        weight=_calls(second),
        entry=entry.pk,
        change={"question": question, "similar": [text for text in moved if text != question]},
        evidence={
            "hits": entry.hits,
            "calls_of_first": _calls(first),
            "calls_of_second": _calls(second),
            "first": [[one.text, one.calls] for one in first[:MOST_SHOWN]],
            "second": [[one.text, one.calls] for one in second[:MOST_SHOWN]],
        },
    )
