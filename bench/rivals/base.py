"""What every rival can do: build, open, cut words, search and take over one edited entry."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import jieba

from search.engines.base import Document
from search.tokenizer import RUN, normalise

FOUND = 8
ANSWER_WEIGHT = 0.2


class Rival(Protocol):
    """An engine over the same entries; its files stand in the directory it was made with.

    ``cut`` and ``search`` are timed apart: cutting words is Python's work in all of them.
    """

    def build(self, documents: Sequence[Document]) -> None:
        """Write the whole index, in a process that ends afterwards."""

    def open(self, documents: Sequence[Document]) -> None:
        """Get ready to search what was built; the documents are for who keeps no ids."""

    def cut(self, text: str) -> Any:
        """What ``search`` takes instead of the text."""

    def search(self, cut: Any, line: int | None) -> list[int]:
        """The ids of the first FOUND entries, of one business line where one is given."""

    def replace(self, document: Document) -> None:
        """Take over one edited entry; the next search finds it."""

    def told(self) -> dict[str, float]:
        """What else is worth telling, such as bytes it counts itself."""


Maker = Callable[[Path], Rival]


def words(text: str) -> list[str]:
    """jieba's search words and latin runs, lower case, as a site without our tokenizer would cut them."""
    return [word for word in jieba.lcut_for_search(normalise(text)) if RUN.match(word)]


def main_text(document: Document) -> str:
    """What is found at full weight."""
    return " ".join((document.question, *document.similar, *document.keywords))


def line_of(document: Document) -> int:
    """The entries measured here have exactly one."""
    (line,) = document.lines
    return line
