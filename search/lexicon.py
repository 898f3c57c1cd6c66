"""The words this site's people use beside jieba's own: extra words, synonyms, words never suggested. Pure.

A process has one lexicon in force; ``using`` puts another in its place for one context, so that a change
can be measured beside the one in force. Whoever reads the database calls ``use`` when a new version is there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Lexicon:
    """``groups`` mean the same; who types the first of a ``one_way`` pair also finds the second.

    ``hidden`` words are never suggested. Texts are kept as an administrator wrote them.
    """

    version: str = ""
    words: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    one_way: tuple[tuple[str, str], ...] = ()
    hidden: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Worked out once: every word of every query is looked up by it."""
        return hash((self.version, self.words, self.groups, self.one_way, self.hidden))


EMPTY = Lexicon()
_in_force = EMPTY
_instead: ContextVar[Lexicon | None] = ContextVar("lexicon", default=None)


def current() -> Lexicon:
    """The lexicon that cuts and expands words here and now."""
    return _instead.get() or _in_force


def use(lexicon: Lexicon) -> None:
    """Put a lexicon in force in this process, from the next search on."""
    global _in_force
    _in_force = lexicon


@contextmanager
def using(lexicon: Lexicon) -> Iterator[None]:
    """Put a lexicon in force in this context only."""
    token = _instead.set(lexicon)
    try:
        yield
    finally:
        _instead.reset(token)
