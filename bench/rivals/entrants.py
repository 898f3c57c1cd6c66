"""Who is measured, and how much of it each is asked: what takes seconds a query is asked less."""

from dataclasses import dataclass, replace
from math import inf

from bench.rivals import bm25s_index, fts5, haystack_recipe, ours, tantivy_index, ts_rank, whoosh_own
from bench.rivals.base import Maker

FIRST_STAGE, EVERYTHING_ON, ROWS = "first stage", "everything on", "our postgres engine"
WHOOSH, PRELOADING = "Whoosh's own searcher", "Whoosh's own searcher, preloading"
HAYSTACK, ANY_WORD = "django-haystack with Whoosh", "django-haystack with Whoosh, any word"
TANTIVY = "tantivy, our terms"
SLOW_TO_BUILD = "its index takes longer to build than all the others together, and a query seconds"


@dataclass(frozen=True)
class Entrant:
    """One rival; ``files`` name whose index it searches, its own unless said.

    A slow one, or whoever is slow from so many entries on, is asked every so many-th query only; beyond
    ``most_entries`` it is left out, for the reason.
    """

    name: str
    make: Maker
    files: str = ""
    is_slow: bool = False
    publishings: int = 30
    most_entries: float = inf
    reason: str = ""
    slow_from: float = inf

    def among(self, entries: int) -> "Entrant":
        """As it is with so many entries."""
        return replace(self, is_slow=self.is_slow or entries >= self.slow_from)

    @property
    def directory(self) -> str:
        return self.files or self.name


ENTRANTS = (
    Entrant(FIRST_STAGE, ours.FirstStage),
    Entrant(EVERYTHING_ON, ours.EverythingOn, files=FIRST_STAGE),
    Entrant(ROWS, ours.Rows, slow_from=100_000, publishings=10),
    Entrant(WHOOSH, whoosh_own.OwnSearcher, files=FIRST_STAGE, is_slow=True, publishings=5),
    Entrant(PRELOADING, whoosh_own.Preloading, files=FIRST_STAGE, is_slow=True, publishings=5),
    Entrant(HAYSTACK, haystack_recipe.Haystack, "", True, 5, 10_000, SLOW_TO_BUILD),
    Entrant(ANY_WORD, haystack_recipe.AnyWord, HAYSTACK, True, 5, 10_000, SLOW_TO_BUILD),
    Entrant("PostgreSQL ts_rank, GIN", ts_rank.TsRank, publishings=10),
    Entrant("SQLite FTS5", fts5.Fts5),
    Entrant(TANTIVY, tantivy_index.OurTerms),
    Entrant("tantivy, jieba's words", tantivy_index.JiebaWords),
    Entrant("bm25s", bm25s_index.Bm25s, publishings=1),
)


def chosen(only: list[str]) -> tuple[Entrant, ...]:
    """Those whose name holds one of these texts; all without any."""
    return tuple(each for each in ENTRANTS if not only or any(text in each.name for text in only))
