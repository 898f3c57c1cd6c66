"""What was typed with its slips put right: by words that sound the same or differ by one character.

Pure: takes the phrases of entries that come near, gives texts, the likeliest first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search import sounds
from search.phrases import Phrase
from search.tokenizer import IS_IDEOGRAPH, RUN, normalise_with_places

MOST_PHRASES = 400
SHORTEST_LATIN = 3
SHORTEST_PINYIN = 4
SHORTEST_FOR_OTHER_CHARACTER = 3
SAME_SOUND = 4.0
LIKE_SOUND = 3.0
SWAPPED = 3.0
ONE_MORE_OR_LESS = 2.0
OTHER_CHARACTER = 1.5


@dataclass(frozen=True, slots=True)
class Repair:
    """Put ``word`` in the place of characters ``start`` to ``end`` of the normalised text."""

    start: int
    end: int
    word: str
    worth: float


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of characters of one kind and where it begins; ``read`` and ``folded`` are empty for letters."""

    start: int
    text: str
    read: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: re.Match[str]) -> "_Run":
        text = found.group()
        read = sounds.syllables(text) if IS_IDEOGRAPH.match(text) else ()
        return cls(found.start(), text, read, tuple(map(sounds.folded, read)))

    def may_hold(self, phrase: Phrase) -> bool:
        """Whether anything of a phrase stands here or sounds like it: most have nothing in common."""
        return sounds.folded(phrase.read[0]) in self.folded or any(
            each in self.text for each in phrase.normal
        )


def repairs(text: str, entries: Sequence[Sequence[Phrase]]) -> list[str]:
    """The text with its likeliest slips put right together, then with each of them alone."""
    normal, places = normalise_with_places(text)
    found = _found(normal, entries)
    together: list[Repair] = []
    for repair in found:
        if all(repair.end <= other.start or repair.start >= other.end for other in together):
            together.append(repair)
    if not together:
        return []
    bounds = [*places, len(text)]
    tried = [together, *([each] for each in found)]
    return list(dict.fromkeys(_applied(text, bounds, each) for each in tried))


def is_one_slip(typed: str, meant: str) -> bool:
    """Whether one character more, less, other or two swapped lie between them (F. Damerau, 1964)."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    at = next((n for n, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other), -1)
    if at < 0:
        return True
    behind, ahead = typed[at + 1 :], meant[at + 1 :]
    if len(typed) == len(meant):
        swapped = typed[at] == meant[at + 1 : at + 2] and typed[at + 1 : at + 2] == meant[at]
        return behind == ahead or (swapped and behind[1:] == ahead[1:])
    return behind == meant[at:] or typed[at:] == ahead


def _found(normal: str, entries: Sequence[Sequence[Phrase]]) -> list[Repair]:
    """Every repair, the best first; a phrase of an entry that came nearer counts more."""
    ranks: dict[Phrase, int] = {}
    for place, phrases in enumerate(entries):
        for phrase in phrases:
            ranks.setdefault(phrase, place)
    known = {phrase.normal for phrase in ranks}
    best: dict[tuple[int, int, str], float] = {}
    runs = [_Run.of(found) for found in RUN.finditer(normal)]
    for phrase, place in list(ranks.items())[:MOST_PHRASES]:
        for repair in _of_phrase(runs, phrase):
            if normal[repair.start : repair.end] not in known:
                key = repair.start, repair.end, repair.word
                best[key] = max(best.get(key, 0.0), repair.worth / (place + 4))
    ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return [Repair(*key, worth) for key, worth in ordered]


def _of_phrase(runs: Sequence[_Run], phrase: Phrase) -> Iterator[Repair]:
    for run in runs:
        if not run.read:
            if _is_latin_slip(run.text, phrase):
                worth = ONE_MORE_OR_LESS * len(phrase.normal)
                yield Repair(run.start, run.start + len(run.text), phrase.text, worth)
        elif phrase.read and run.may_hold(phrase):
            for start, end, worth in _windows(run, phrase):
                length = len(phrase.normal)
                yield Repair(run.start + start, run.start + end, phrase.text, worth * length)


def _is_latin_slip(typed: str, phrase: Phrase) -> bool:
    if not phrase.read:
        return len(typed) >= SHORTEST_LATIN and is_one_slip(typed, phrase.normal)
    return len(typed) >= SHORTEST_PINYIN and is_one_slip(typed, "".join(phrase.read))


def _windows(run: _Run, phrase: Phrase) -> Iterator[tuple[int, int, float]]:
    """Where in a run of Chinese characters a phrase was meant, and how likely."""
    length = len(phrase.normal)
    for size in (length - 1, length, length + 1):
        for start in range(len(run.text) - size + 1) if size > 1 else ():
            if worth := _likelihood(run, start, size, phrase):
                yield start, start + size, worth


def _likelihood(run: _Run, start: int, size: int, phrase: Phrase) -> float:
    window, meant = run.text[start : start + size], phrase.normal
    is_long = len(meant) >= SHORTEST_FOR_OTHER_CHARACTER
    if size != len(meant):
        is_inside = window[0] == meant[0] and window[-1] == meant[-1]
        return ONE_MORE_OR_LESS if is_inside and is_long and is_one_slip(window, meant) else 0.0
    if window == meant:
        return 0.0
    if run.read[start : start + size] == phrase.read:
        return SAME_SOUND
    if run.folded[start : start + size] == tuple(map(sounds.folded, phrase.read)):
        return LIKE_SOUND
    if not is_one_slip(window, meant):
        return 0.0
    if sorted(window) == sorted(meant):
        return SWAPPED
    return OTHER_CHARACTER if is_long and phrase.words == 1 else 0.0


def _applied(text: str, bounds: list[int], chosen: Sequence[Repair]) -> str:
    for repair in sorted(chosen, key=lambda each: -each.start):
        text = text[: bounds[repair.start]] + repair.word + text[bounds[repair.end] :]
    return text
