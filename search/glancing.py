"""What an agent would find, at a glance: for suggestions and corrections, which show no list of matches."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.models import Agent
from faq.models import Entry, SimilarQuestion
from search.engines.base import Match
from search.matching import SPARE, Filters, Ranking, query_of
from search.ranking import ranker

EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Seen:
    """One match and how its entry is asked for, where no more of it is shown."""

    match: Match
    question: str
    similar: tuple[str, ...]

    @property
    def entry(self) -> int:
        return self.match.id


def glance(agent: Agent, text: str, filters: Filters = EVERYTHING, *, limit: int) -> list[Seen]:
    """The first matches this agent may see, as the engine orders them; one query.

    For what shows no list of matches and has no time for a ranker: nothing is marked, and nobody goes back to
    the engine when the database refuses more than a few.
    """
    query = query_of(agent, text, filters)
    with ranker.using(None):
        found = {match.id: match for match in Ranking(query).portion(0, limit + SPARE)}
    similar = SimilarQuestion.objects.filter(entry=OuterRef("pk")).order_by("position", "pk").values("text")
    entries = Entry.objects.findable_by(agent).filter(pk__in=list(found)).order_by()
    rows = entries.annotate(similar=ArraySubquery(similar)).values_list(
        "pk", "live_revision__question", "similar"
    )
    texts = {pk: (question, tuple(others)) for pk, question, others in rows} if found else {}
    return [Seen(match, *texts[pk]) for pk, match in found.items() if pk in texts][:limit]
