"""How a text's parts look to an agent: the same on the desk, on its page and while it is written. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from faq import blanks, follow_ups, markdown
from faq.follow_ups import Piece

BRANCH = re.compile(r"(?P<number>\d{1,2})(?P<letter>[a-z])[\s.、．:：)）]+(?P<text>.+)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A run of paragraphs, all for the caller or all for our own people."""

    text: str
    is_internal: bool

    @property
    def html(self) -> str:
        """The Markdown as it may stand in a page, without the mark that the page says in its own way."""
        return markdown.render(markdown.INTERNAL.sub("", self.text, count=1))

    @property
    def spoken_html(self) -> str:
        """A script's plain text as paragraphs, with a field for each of its blanks (``{姓氏}``)."""
        return blanks.spoken_html(self.text)


@dataclass(frozen=True)
class KeyPoint:
    """One step with its number; a branch, such as 3b, is where another step's arrow leads.

    ``pieces`` is its text with the arrows told apart, ``origin`` the step whose arrow leads here.
    """

    label: str
    text: str
    is_branch: bool
    pieces: tuple[Piece, ...] = field(default=(), compare=False)
    origin: str = field(default="", compare=False)


def key_points(texts: Sequence[str]) -> list[KeyPoint]:
    """Number the steps; one that brings its own (``3b ...``) keeps it, and the count goes on after it."""
    points, last = [], 0
    for text in texts:
        named = BRANCH.match(text)
        last = max(last, int(named["number"])) if named else last + 1
        if named:
            points.append(KeyPoint(named["number"] + named["letter"], named["text"], is_branch=True))
        else:
            points.append(KeyPoint(str(last), text, is_branch=False))
    return _linked(points)


def _linked(points: list[KeyPoint]) -> list[KeyPoint]:
    labels = {point.label for point in points}
    parts = {point.label: follow_ups.pieces(point.text, labels) for point in points}
    origins = follow_ups.origins(parts)
    return [
        replace(point, pieces=parts[point.label], origin=origins.get(point.label, "")) for point in points
    ]


def blocks(text: str) -> list[Block]:
    """The text cut where it changes from what callers may hear to what they may not.

    Paragraphs are told apart as ``markdown.for_the_caller`` does it, so the screen and a copy agree.
    """
    parts = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    runs = groupby(parts, key=lambda part: bool(markdown.INTERNAL.match(part)))
    found: list[Block] = []
    for is_internal, run in runs:
        texts = list(run) if is_internal else ["\n\n".join(run)]
        found += [Block(part, is_internal) for part in texts]
    return found
