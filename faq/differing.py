"""What changed between two texts, word by word; Chinese has no spaces, so jieba says what a word is. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from kb.lib.cutting import CUTTER

Kind = Literal["same", "gone", "new"]
IDEOGRAPHS = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{IDEOGRAPHS}]+|[^\W_{IDEOGRAPHS}]+|[^\S\n]+|.", re.DOTALL)
IS_IDEOGRAPH = re.compile(rf"[{IDEOGRAPHS}]")
MOST_WORDS_IN_FULL = 2_000  # beyond, frequent words are no anchors: comparing them all takes their square


@dataclass(frozen=True)
class Piece:
    """A run of words that both texts have, or only the one before, or only the one after."""

    kind: Kind
    text: str


Differing = Callable[[Sequence[str], Sequence[str]], Iterable[Piece]]


def words(before: str, after: str) -> list[Piece]:
    """Both texts as one: the same and the gone pieces give ``before``, the same and the new ones ``after``.

    Lines are compared first and words only within lines that differ, so long texts take milliseconds.
    """
    told = _compare(before.splitlines(keepends=True), after.splitlines(keepends=True), _within_lines)
    return _joined(told)


def _within_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    return _compare(_cut("".join(before)), _cut("".join(after)), _whole)


def _whole(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    yield Piece("gone", "".join(before))
    yield Piece("new", "".join(after))


def _compare(before: Sequence[str], after: Sequence[str], differing: Differing) -> Iterator[Piece]:
    is_long = len(before) + len(after) > MOST_WORDS_IN_FULL
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=is_long).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[i1:i2]))
        else:
            yield from differing(before[i1:i2], after[j1:j2])


def _cut(text: str) -> list[str]:
    """A line end is a word, so is a run of blanks, and each other sign by itself."""
    found: list[str] = []
    for run in RUN.findall(text):
        if IS_IDEOGRAPH.match(run):
            found += CUTTER.cut(run, HMM=False)
        else:
            found.append(run)
    return found


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one kind as one; of what differs in one place, what is gone stands before what is new."""
    found: list[Piece] = []
    for is_same, run in groupby(filter(lambda piece: piece.text, pieces), key=lambda p: p.kind == "same"):
        parts = list(run)
        kinds: tuple[Kind, ...] = ("same",) if is_same else ("gone", "new")
        texts = [(kind, "".join(part.text for part in parts if part.kind == kind)) for kind in kinds]
        found += [Piece(kind, text) for kind, text in texts if text]
    return found
