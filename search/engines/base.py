"""What every search engine takes and gives: plain values, no model, no query syntax."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass, field
from enum import IntEnum, StrEnum
from hashlib import blake2b
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from search.engines.wordings import Keys, Packed


class EngineUnavailableError(Exception):
    """The index is missing, damaged or of another database; somebody else has to answer."""


class FoundBy(StrEnum):
    """How an engine found a match; the first two always stand before all others."""

    QUESTION = "question"
    SIMILAR = "similar"
    WORDS = "words"
    SYNONYM = "synonym"
    PINYIN = "pinyin"
    INITIALS = "initials"
    SOUND = "sound"


EXACT = (FoundBy.QUESTION, FoundBy.SIMILAR)


class Reading(IntEnum):
    """As what a term was read from the words typed; the place of its share in ``Match.shares``."""

    WORDS = 0
    SYNONYM = 1
    PINYIN = 2
    INITIALS = 3
    SOUND = 4
    ANSWER = 5

    @classmethod
    def most(cls, shares: tuple[float, ...]) -> FoundBy:
        """As what most of a score was found; what stands in the answer are words too."""
        others = shares[cls.SYNONYM : cls.ANSWER]
        best = max(others)
        if best <= shares[cls.WORDS] + shares[cls.ANSWER]:
            return FoundBy.WORDS
        return BY_READING[1 + others.index(best)]


BY_READING = (FoundBy.WORDS, FoundBy.SYNONYM, FoundBy.PINYIN, FoundBy.INITIALS, FoundBy.SOUND)


@dataclass(frozen=True, slots=True)
class Document:
    """One published entry as the index knows it; times are seconds since 1970, None is without end.

    ``lines`` are the owning line and all others concerned, ``categories`` its own and all above it,
    ``category`` the one it is filed in, ``restricted_to`` the lines whose people alone may see it, or None.
    """

    id: int
    question: str
    similar: tuple[str, ...] = ()
    answer: str = ""
    keywords: tuple[str, ...] = ()
    lines: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    category: int = 0
    kind: str = ""
    restricted_to: frozenset[int] | None = None
    valid_from: float | None = None
    valid_until: float | None = None

    def fingerprint(self) -> str:
        """A short hash of everything in the document: equal fingerprints, equal index rows."""
        values = [sorted(value) if isinstance(value, frozenset) else value for value in astuple(self)]
        return blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Query(NamedTuple):
    """What is searched. Empty filters filter nothing; with ``viewer_lines`` None nothing is hidden.

    Found is what is valid at any moment not farther than ``leeway_seconds`` from ``at``.
    """

    text: str
    at: float
    lines: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    viewer_lines: frozenset[int] | None = None
    limit: int = 8
    offset: int = 0
    leeway_seconds: float = 0.0

    @property
    def earliest_at(self) -> float:
        return self.at - self.leeway_seconds

    @property
    def latest_at(self) -> float:
        return self.at + self.leeway_seconds


class Match(NamedTuple):
    """An entry a search found; the score says how well, and is comparable within one answer only.

    ``shares`` are the parts of the engine's score that each reading brought, in the order of ``Reading``.
    """

    id: int
    score: float
    found_by: FoundBy
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the outbox of which database has been read; ``xid`` is only ever compared in SQL.

    ``cut_as`` says how texts were cut into words, see ``tokenizer.cut_as``.
    """

    system_identifier: str
    database_oid: int
    xid: str
    id: int
    cut_as: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """One batch for an index, applied whole or not at all, together with the cursor it reaches."""

    replaced: Sequence[Document] = ()
    deleted: Collection[int] = field(default_factory=frozenset)
    cursor: Cursor | None = None


class SearchEngine(Protocol):
    """An index of entries: values in, ids out. It knows no model, no ORM and no query syntax.

    Every engine passes tests/search/test_engine_contract.py unchanged and without a skip.
    Each verb raises EngineUnavailableError when the index cannot be read or trusted.
    """

    def apply(self, changes: Changes) -> None:
        """Replace and delete documents, durably and visibly, before it returns."""

    def watch(self) -> None:
        """Take over soon what other processes change, whether or not somebody searches.

        For processes that serve people, until they end; elsewhere each search looks.
        """

    def rebuild(self, documents: Iterable[Document], cursor: Cursor | None) -> int:
        """Build the whole index anew beside the one in use, then change over; the number of documents."""

    def search(self, query: Query) -> list[Match]:
        """Matches from ``offset`` on: exact question, exact similar question, then score; ties by id."""

    def wordings(self, ids: Sequence[int]) -> list[Packed]:
        """What each of these documents is asked as, for ranking; ``NOT_THERE`` for one that has gone."""

    def rarity(self, keys: Keys) -> NDArray[np.float32]:
        """How much each key of a wording tells: ln(wordings / (wordings with it + 1)) + 1, at least 0.1."""

    def count(self) -> int:
        """How many documents can be found."""

    def fingerprints(self) -> dict[int, str]:
        """The fingerprint of every stored document, for comparing with the database."""

    def cursor(self) -> Cursor | None:
        """How far the outbox had been read when the index was last changed."""

    def generation(self) -> str:
        """A name that changes whenever the answers may change."""

    def refresh(self) -> None:
        """See what another process changed; searching does so by itself sooner or later."""
