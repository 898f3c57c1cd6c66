"""From an agent's words to the entries shown: the engine ranks, the database decides who sees what."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.models import Agent
from faq.models import Entry, SimilarQuestion
from search import asked
from search.engines import engine, fallback
from search.engines.base import EXACT, EngineUnavailableError, FoundBy, Match, Query, Reading, SearchEngine
from search.highlighting import Highlighter, Range
from search.ranking import ranker
from search.ranking.labels import said
from search.ranking.ranker import POOL, AskedMore, Figures, nobody_asked, ordered

logger = logging.getLogger(__name__)
MOST_MATCHES = 8
MOST_NEAREST = 3
CLOCK_LEEWAY_SECONDS = (
    600.0  # by which this node's clock may differ from the database's and nothing is missed
)
SPARE = 4  # a few more than asked for, so that one refused entry costs no second round
FIELDS = (
    "pk",
    "kind",
    "valid_until",
    "line_id",
    "line__code",
    "line__name",
    "category_id",
    "category__path",
    "live_revision__question",
    "live_revision__key_points",
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the chips say; empty ones filter nothing."""

    lines: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """One match as it is shown. ``similar`` is the similar question it was found in, or empty.

    ``explain`` says why it stands where it does, for who asked for that.
    """

    match: Match
    entry: dict[str, Any]
    similar: str = ""
    in_question: list[Range] = field(default_factory=list)
    in_similar: list[Range] = field(default_factory=list)
    explain: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """``is_reduced`` when not the chosen engine answered; ``nearest`` fit the words but not the filters."""

    matches: Sequence[Found]
    has_more: bool = False
    is_reduced: bool = False
    nearest: Sequence[Found] = ()


class Ranking:
    """One query's matches in growing portions, from the chosen engine or the one that stands in.

    The first POOL of the engine are put in order by the ranker in force; what comes behind keeps its order.
    """

    def __init__(
        self, query: Query, chosen: SearchEngine | None = None, asked: AskedMore = nobody_asked
    ) -> None:
        self._query = query
        self._engine = chosen or engine()
        self._asked = asked
        self._figures: Figures | None = None
        self._pool: list[Match] | None = None
        self.ranker = ranker.current()
        self.is_reduced = False

    def portion(self, offset: int, limit: int) -> list[Match]:
        """The matches from an offset on, best first; fewer than ``limit`` means that none is left."""
        is_in_order = self.ranker is None and self._asked is nobody_asked
        if is_in_order or offset >= POOL:
            return self._search(offset, limit)
        if self._pool is None:
            self._pool = self._ordered()
        portion = self._pool[offset : offset + limit]
        if len(portion) < limit and len(self._pool) == POOL:
            portion += self._search(POOL, limit - len(portion))
        return portion

    def reasons(self, match: Match) -> dict[str, Any] | None:
        """What the ranker saw in a match of the pool; None where it had no say."""
        if self.ranker is None or self._figures is None or match.found_by in EXACT:
            return None
        places = {each.id: place for place, each in enumerate(self._figures.matches)}
        if match.id not in places:
            return None
        reasons = self.ranker.explain(self._figures, places[match.id])
        shares = [{**each, "said": said(each["name"])} for each in reasons["shares"]]
        return {**reasons, "shares": shares}

    def _ordered(self) -> list[Match]:
        """The first matches by the ranker; without one as the engine has them, equals by what is asked."""
        found = self._search(0, POOL)
        if self.ranker is None:
            return ordered(found, {}, self._asked)
        try:
            self._figures = self.ranker.figures(self._query.text, found, self._engine)
        except EngineUnavailableError as error:
            if self.is_reduced:
                raise
            self._reduce(error)
            return self._ordered()
        return self.ranker.order(found, self._figures, self._asked)

    def _search(self, offset: int, limit: int) -> list[Match]:
        query = self._query._replace(offset=offset, limit=limit)
        if not self.is_reduced:
            try:
                return self._engine.search(query)
            except EngineUnavailableError as error:
                self._reduce(error)
        return self._engine.search(query)

    def _reduce(self, error: EngineUnavailableError) -> None:
        logger.warning("Reduced search: %s.", error)
        self._engine, self.is_reduced = fallback(), True


def warm() -> None:
    """Load what the first search of a process would wait a second for, and keep an eye on the index.

    For the processes that serve people, once in each.
    """
    Ranking(Query("信用卡挂失 guashi", at=time.time())).portion(0, MOST_MATCHES)  # characters and pinyin
    engine().watch()


def find(
    agent: Agent,
    text: str,
    filters: Filters = Filters(),
    *,
    limit: int = MOST_MATCHES,
    offset: int = 0,
    wants_nearest: bool = True,
    explain: bool = False,
) -> Answer:
    """What this agent finds with these words, best first; at most ``limit`` from ``offset`` on.

    Counts only what the agent may see, so offsets go on where the answer before ended. One query in the
    usual case; when the database refuses some, the engine is asked for more until enough or none are left.

    What is in force the database decides by its own clock, to the second. The engine goes by this node's and
    lets pass what begins or ends within ten minutes; a clock farther off than that can hide an entry.
    """
    ranking = Ranking(
        query_of(agent, text, filters),
        asked=asked.by(agent.line_ids),
    )
    seen = list(_visible(agent, ranking, offset + limit + 1))
    shown = seen[offset : offset + limit]
    highlighter = Highlighter(text)
    found = [_found(match, entry, highlighter) for match, entry in shown]
    if explain:
        found = [
            replace(each, explain=_explain(each.match, offset + number, ranking, agent))
            for number, each in enumerate(found, 1)
        ]
    nearest: Sequence[Found] = ()
    if wants_nearest and not seen and filters != Filters():
        nearest = find(agent, text, limit=MOST_NEAREST, wants_nearest=False).matches
    return Answer(found, len(seen) > offset + limit, ranking.is_reduced, nearest)


def query_of(agent: Agent, text: str, filters: Filters) -> Query:
    """What an engine is asked on behalf of an agent, now."""
    return Query(
        text,
        at=time.time(),
        leeway_seconds=CLOCK_LEEWAY_SECONDS,
        lines=filters.lines,
        categories=filters.categories,
        kinds=filters.kinds,
        viewer_lines=agent.line_ids,
    )


def _visible(agent: Agent, ranking: Ranking, wanted: int) -> Iterator[tuple[Match, dict[str, Any]]]:
    """The first so many matches this agent may see, each with its row; an entry comes once."""
    passed: set[int] = set()
    offset, size = 0, wanted + SPARE
    while wanted > 0:
        portion = ranking.portion(offset, size)
        fresh = [match for match in portion if match.id not in passed]
        passed.update(match.id for match in fresh)
        rows = _rows(agent, [match.id for match in fresh]) if fresh else {}
        for match in fresh:
            if wanted > 0 and match.id in rows:
                wanted -= 1
                yield match, rows[match.id]
        if len(portion) < size:
            return
        offset, size = offset + size, size * 2


def _rows(agent: Agent, ids: list[int]) -> dict[int, dict[str, Any]]:
    """What is shown of those entries that this agent may find now, by the database's clock; one query."""
    similar = SimilarQuestion.objects.filter(entry=OuterRef("pk")).order_by("position", "pk").values("text")
    entries = Entry.objects.findable_by(agent).filter(pk__in=ids)
    shown = entries.order_by().annotate(similar=ArraySubquery(similar))
    return {row["pk"]: row for row in shown.values(*FIELDS, "similar")}


def _found(match: Match, entry: dict[str, Any], highlighter: Highlighter) -> Found:
    question = entry["live_revision__question"]
    similar = (
        "" if match.found_by == FoundBy.QUESTION else highlighter.best_similar(question, entry["similar"])
    )
    return Found(
        match, entry, similar, highlighter.ranges(question), highlighter.ranges(similar) if similar else []
    )


def _explain(match: Match, place: int, ranking: Ranking, agent: Agent) -> dict[str, Any]:
    """Why a match stands where it does: its tier, what each reading brought, the ranker's reasons."""
    own, everywhere = asked.by(agent.line_ids)(match.id)
    shares = match.shares or (0.0,) * len(Reading)
    return {
        "place": place,
        "tier": match.found_by.value if match.found_by in EXACT else "score",
        "readings": {reading.name.lower(): round(shares[reading], 4) for reading in Reading},
        "ranker": ranking.reasons(match),
        "asked": {"line": own, "all": everywhere},
    }
