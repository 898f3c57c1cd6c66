"""What was typed with its slips put right: by words that sound the same or differ by one character.

Pure: takes the phrases of entries that come near, gives texts, the likeliest first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search import sounds
from search.phrases import Phrase
from search.tokenizer import IS_IDEOGRAPH, RUN, normalise_with_places

MOST_PHRASES = 600
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
    for phrase, place in list(ranks.items())[:MOST_PHRASES]:
        for repair in _of_phrase(normal, phrase):
            if normal[repair.start : repair.end] not in known:
                key = repair.start, repair.end, repair.word
                best[key] = max(best.get(key, 0.0), repair.worth / (place + 4))
    ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return [Repair(*key, worth) for key, worth in ordered]


def _of_phrase(normal: str, phrase: Phrase) -> Iterator[Repair]:
    for run in RUN.finditer(normal):
        if not IS_IDEOGRAPH.match(run.group()):
            if _is_latin_slip(run.group(), phrase):
                yield Repair(run.start(), run.end(), phrase.text, ONE_MORE_OR_LESS * len(phrase.normal))
        elif phrase.read:
            for start, end, worth in _windows(run.group(), phrase):
                length = len(phrase.normal)
                yield Repair(run.start() + start, run.start() + end, phrase.text, worth * length)


def _is_latin_slip(typed: str, phrase: Phrase) -> bool:
    if not phrase.read:
        return len(typed) >= SHORTEST_LATIN and is_one_slip(typed, phrase.normal)
    return len(typed) >= SHORTEST_PINYIN and is_one_slip(typed, "".join(phrase.read))


def _windows(run: str, phrase: Phrase) -> Iterator[tuple[int, int, float]]:
    """Where in a run of Chinese characters a phrase was meant, and how likely."""
    meant, length = phrase.normal, len(phrase.normal)
    for size in (length - 1, length, length + 1):
        for start in range(len(run) - size + 1) if size > 1 else ():
            window = run[start : start + size]
            if worth := _likelihood(run, window, start, phrase, meant):
                yield start, start + size, worth


def _likelihood(run: str, window: str, start: int, phrase: Phrase, meant: str) -> float:
    if len(window) != len(meant):
        is_inside = window[0] == meant[0] and window[-1] == meant[-1]
        is_slip = is_inside and len(meant) >= SHORTEST_FOR_OTHER_CHARACTER and is_one_slip(window, meant)
        return ONE_MORE_OR_LESS if is_slip else 0.0
    if window == meant:
        return 0.0
    read = sounds.syllables(run)[start : start + len(window)]
    if read == phrase.read:
        return SAME_SOUND
    if list(map(sounds.folded, read)) == list(map(sounds.folded, phrase.read)):
        return LIKE_SOUND
    if not is_one_slip(window, meant):
        return 0.0
    if sorted(window) == sorted(meant):
        return SWAPPED
    return OTHER_CHARACTER if len(meant) >= SHORTEST_FOR_OTHER_CHARACTER else 0.0


def _applied(text: str, bounds: list[int], chosen: Sequence[Repair]) -> str:
    for repair in sorted(chosen, key=lambda each: -each.start):
        text = text[: bounds[repair.start]] + repair.word + text[bounds[repair.end] :]
    return text
