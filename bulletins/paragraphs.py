"""A notice's text as paragraphs that can be chosen. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST_HEADING = 40
_SECTION = re.compile(
    r"(?:第[一二三四五六七八九十百0-9]+[章节条部分]+|[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[）)])\s*"
)
_ITEM = re.compile(
    r"(?:\d{1,2}\s*(?:[、．)）]|\.(?!\d))|[（(]\d{1,2}[）)]|[①-⑳]|第[一二三四五六七八九十\d]{1,3}步[：:、，,]?|[•●▪◆■·*\-–—－]\s)\s*"
)
_ENDS = "。；;！!？?：:"
_NO_HEADING_END = "。；;！!，,、"


@dataclass(frozen=True)
class Paragraph:
    """One line of a notice; the number is its place, and drafts remember it."""

    number: int
    text: str

    @property
    def is_item(self) -> bool:
        """Whether it is a point of a list."""
        return bool(_ITEM.match(self.text))

    @property
    def is_heading(self) -> bool:
        """Short and without a full stop, or counted as a section."""
        if self.is_item or "\t" in self.text or len(self.text) > LONGEST_HEADING:
            return False
        return not self.text.endswith(tuple(_NO_HEADING_END))

    @property
    def bare(self) -> str:
        """Without its number or dot."""
        return without_mark(self.text)


def without_mark(text: str) -> str:
    """A heading or an item without its number or dot."""
    for mark in (_SECTION, _ITEM):
        if found := mark.match(text):
            return text[found.end() :].strip() or text
    return text


def split(text: str) -> list[Paragraph]:
    """The lines that say something, counted from one; always the same for the same text."""
    lines = (re.sub(r"[ \u3000\xa0]+", " ", line).strip(" ") for line in text.split("\n"))
    return [Paragraph(number, line) for number, line in enumerate(filter(str.strip, lines), start=1)]


def unwrap(pages: Iterable[str]) -> str:
    """The lines of a PDF's pages put together to paragraphs: a full line without an end goes on in the next.

    A line is full when it has at least four fifths of the letters of the page's longest.
    """
    put: list[str] = []
    goes_on = False
    for page in pages:
        lines = [line.strip() for line in page.split("\n") if line.strip()]
        longest = max(map(_width, lines), default=0)
        for line in lines:
            begins = bool(_SECTION.match(line) or _ITEM.match(line))
            if goes_on and not begins:
                put[-1] += _joint(put[-1], line) + line
            else:
                put.append(line)
            goes_on = _width(line) >= longest * 0.8 and longest >= 20 and not line.endswith(tuple(_ENDS))
    return "\n".join(put)


def _width(line: str) -> int:
    return sum(1 if char < "\u0800" else 2 for char in line)


def _joint(before: str, after: str) -> str:
    """Between Latin words there is a blank, between Chinese ones there is none."""
    return " " if before[-1:] < "\u0800" and after[:1] < "\u0800" else ""


def ranges(numbers: Iterable[int]) -> str:
    """``1-3,5`` for 1, 2, 3 and 5."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def numbers(text: str, among: Sequence[Paragraph]) -> list[int]:
    """The paragraphs that ``ranges`` names; those that are not there are left out."""
    known = [paragraph.number for paragraph in among]
    chosen: set[int] = set()
    for part in text.split(",")[: len(known) or 1]:
        found = re.fullmatch(r"\s*(\d{1,6})(?:-(\d{1,6}))?\s*", part, re.ASCII)
        if found:
            first, last = int(found[1]), int(found[2] or found[1])
            chosen.update(number for number in known if first <= number <= last)
    return sorted(chosen)
