"""What a month was asked in vain: searches that showed nothing, attempts given up, and what they asked.

Of a month that ended it is all that was given up in it, whatever has been answered since. Of the running one
the clusters are those of the last night, for all lines; its counts may be minutes old.
"""

from collections.abc import Collection
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from hits.attempts import Attempt, given_up
from hits.models import SearchLog
from kb.lib.months import Month
from reports.figures import GapFigure, SearchFigures
from search import asked_in_vain
from search.gaps import FEWEST_CALLS
from search.models import Gap
from search.tokenizer import exact_key

MOST_GAPS = 20
KEPT_SECONDS = 600

Vain = tuple[SearchFigures, tuple[GapFigure, ...]]


class MonthInVain:
    """The given-up attempts of an ended month, clustered once for all scopes."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self.attempts = given_up(month.starts_at, _agents(None), month.ends_at)
        wordings = asked_in_vain.unanswered(self.attempts, (), {})
        self.groups = asked_in_vain.grouped(wordings, self.attempts, ()) if wordings else []

    def of(self, line: BusinessLine | None) -> Vain:
        """Counts and the largest clusters; of a line, what its own people asked."""
        people = set(_agents(line))
        mine = [one for one in self.attempts if one.agent_id in people]
        calls = _calls_by_key(mine)
        gaps = []
        for group in self.groups:
            found = [call for wording in group for call in calls.get(wording.key, ())]
            number = len({call for call, _agent in found})
            if number >= FEWEST_CALLS:
                agents = len({agent for _call, agent in found})
                gaps.append(GapFigure(group[0].key, group[0].text, number, agents))
        gaps.sort(key=lambda gap: (-gap.calls, gap.key))
        return _counts(self.month, people, len(mine)), tuple(gaps[:MOST_GAPS])


def running_month(month: Month, line: BusinessLine | None) -> Vain:
    """The same for the month that still runs."""
    key = f"reports.vain.{month}.{line.pk if line else 'all'}"
    counts = cache.get_or_set(key, lambda: _counted_now(month, line), KEPT_SECONDS)
    assert counts is not None  # noqa: S101
    if line is not None:
        return counts, ()
    gaps = Gap.objects.filter(state=Gap.State.OPEN, last_at__gte=month.starts_at)
    return counts, tuple(GapFigure(gap.key, gap.wording, gap.calls, gap.agents) for gap in gaps[:MOST_GAPS])


def _counted_now(month: Month, line: BusinessLine | None) -> SearchFigures:
    people = _agents(line)
    return _counts(month, people, len(given_up(month.starts_at, people)))


def _counts(month: Month, people: Collection[int], given_up_attempts: int) -> SearchFigures:
    found = SearchLog.objects.filter(
        at__gte=month.starts_at, at__lt=month.ends_at, agent__in=people
    ).aggregate(searches=Count("pk"), found_nothing=Count("pk", filter=Q(match_ids=[])))
    return SearchFigures(**found, given_up=given_up_attempts)


def _agents(line: BusinessLine | None) -> list[int]:
    people = Agent.objects.filter(groups__name=Role.AGENT)
    if line is not None:
        people = people.filter(lines=line)
    return sorted(people.values_list("pk", flat=True))


def _calls_by_key(attempts: list[Attempt]) -> dict[str, set[tuple[UUID, int]]]:
    found: dict[str, set[tuple[UUID, int]]] = {}
    for attempt in attempts:
        key = exact_key(asked_in_vain.without_numbers(attempt.text))
        found.setdefault(key, set()).add((attempt.call_id, attempt.agent_id))
    return found
