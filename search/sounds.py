"""How Chinese sounds, in Latin letters: for who types pinyin, and for characters that only sound right.

Syllables are without tones and folded where many speakers hear no difference (zh/z, ch/c, sh/s, n/l, -ng/-n).
Pure but for a cache; readings come from pypinyin, which reads a polyphone by its word.
"""

from functools import lru_cache

from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

LONGEST_SYLLABLE = 6
SHORTEST_INITIALS = 2
LONGEST_INITIALS = 4
COMMON = range(0x4E00, 0x9FA6)


@lru_cache(maxsize=50_000)
def syllables(run: str) -> tuple[str, ...]:
    """The syllables of a run of Chinese characters, one each, as they are read in this run."""
    return tuple(_plain(syllable) for syllable in lazy_pinyin(run))


@lru_cache(maxsize=10_000)
def folded(syllable: str) -> str:
    """One syllable with sounds that are often mixed up written alike."""
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(long):
            syllable = short + syllable[2:]
    if syllable.startswith("l"):
        syllable = "n" + syllable[1:]
    return syllable[:-1] if syllable.endswith("ng") else syllable


def pairs(run: str) -> list[str]:
    """Every two neighbouring syllables of a run, folded."""
    heard = [folded(syllable) for syllable in syllables(run)]
    return [f"{heard[place]} {heard[place + 1]}" for place in range(len(heard) - 1)]


def initials(run: str) -> list[str]:
    """Every two to four neighbouring initials of a run: ``xy``, ``yk``, ``xyk`` of 信用卡."""
    letters = "".join(syllable[:1] for syllable in syllables(run))
    return pieces(letters)


def pieces(letters: str) -> list[str]:
    """Every two to four neighbouring letters."""
    return [
        letters[place : place + length]
        for length in range(SHORTEST_INITIALS, LONGEST_INITIALS + 1)
        for place in range(len(letters) - length + 1)
    ]


@lru_cache(maxsize=5_000)
def spelt(letters: str) -> tuple[tuple[str, ...], str] | None:
    """Letters as whole syllables and a beginning of one more; None when they cannot be read so.

    ``guashi`` is gua and shi, ``guash`` is gua and the beginning sh; the longest syllables win.
    """
    known = _known()
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(letters) + 1):
        for length in range(min(LONGEST_SYLLABLE, end), 0, -1):
            before = best.get(end - length)
            piece = letters[end - length : end]
            if before is not None and piece in known:
                found = (*before, piece)
                if end not in best or len(found) < len(best[end]):
                    best[end] = found
    if best.get(len(letters)):
        return best[len(letters)], ""
    for end in range(len(letters) - 1, 0, -1):
        rest = letters[end:]
        if end in best and rest in _beginnings():
            return best[end], rest
    return None


def _plain(syllable: str) -> str:
    return syllable.lower().replace("ü", "v")


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Every syllable of the common characters."""
    readings = {reading for code in COMMON for reading in PINYIN_DICT.get(code, "").split(",") if reading}
    found = {_plain(to_normal(reading)) for reading in readings}
    return frozenset(each for each in found if each.isascii() and each.isalpha() and _is_whole(each))


def _is_whole(syllable: str) -> bool:
    return len(syllable) > 1 or syllable in "aeo"


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    return frozenset(syllable[:length] for syllable in _known() for length in range(1, len(syllable)))
