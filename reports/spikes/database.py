"""The counts of the database, as `gathering` asks for them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from accounts.models import Agent
from accounts.roles import Role
from faq.models import Entry
from hits import attempts, recent
from hits.attempts import Attempt
from hits.recent import Asked, By, Window
from search.models import Gap


class Database:
    """Asks anew each time; people who act as agents are looked up once."""

    def __init__(self) -> None:
        self._agents = list(Agent.objects.filter(groups__name=Role.AGENT).values_list("pk", flat=True))

    def first_hit_at(self) -> datetime | None:
        return recent.first_hit_at()

    def asked_in(self, windows: Sequence[Window], by: By) -> list[Asked]:
        return recent.asked_in(windows, by)

    def attempts_in(self, windows: Sequence[Window], now: datetime) -> list[Attempt]:
        return attempts.given_up_within(windows, self._agents, now=now)

    def lines_of(self, entry_ids: Collection[int]) -> Mapping[int, int]:
        return dict(Entry.objects.filter(pk__in=entry_ids).values_list("pk", "line_id"))

    def gap_keys(self) -> Mapping[str, str]:
        """By the key of each wording of a gap that is known, the gap's own."""
        gaps = Gap.objects.exclude(state=Gap.State.IGNORED).values_list("key", "keys")
        return {wording: key for key, wordings in gaps for wording in wordings}
