"""What this room tells the work list: plain values."""

from dataclasses import dataclass
from datetime import datetime

from accounts import permissions
from accounts.models import Agent
from search.models import Gap


@dataclass(frozen=True)
class OpenGap:
    """A question asked in vain that nobody has taken up."""

    pk: int
    text: str
    calls: int
    last_at: datetime


def open_gaps(person: Agent, most: int) -> list[OpenGap]:
    """Those asked in most calls first; none for whom they are not theirs to work off."""
    if not permissions.may_work_off_gaps(person):
        return []
    rows = Gap.objects.filter(state=Gap.State.OPEN).order_by("-calls", "pk")
    return [OpenGap(*row) for row in rows.values_list("pk", "wording", "calls", "last_at")[:most]]
