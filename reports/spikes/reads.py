"""What others show of spikes: how many run, for the bar and the work list."""

from dataclasses import dataclass
from datetime import datetime

from accounts import permissions
from accounts.models import Agent
from reports.models import Spike
from reports.spikes import alerting

_ATTRIBUTE = "_running_spikes"


@dataclass(frozen=True)
class RunningSpike:
    """One alert that nobody has seen to yet."""

    pk: int
    text: str
    since: datetime


def running_for(person: Agent) -> int:
    """How many run that this person hears of; read once per request."""
    known: int | None = getattr(person, _ATTRIBUTE, None)
    if known is None:
        known = Spike.objects.visible_to(person).alerts().running().count()
        setattr(person, _ATTRIBUTE, known)
    return known


def unseen(person: Agent, most: int) -> list[RunningSpike]:
    """Those that run and that nobody sees to, for whom they are to see to; the latest first."""
    if not permissions.may_handle_spikes(person):
        return []
    spikes = Spike.objects.visible_to(person).alerts().running().filter(acknowledged_at__isnull=True)
    rows = spikes.with_names().order_by("-started_at", "-pk")[:most]
    return [RunningSpike(spike.pk, alerting.sentence(spike), spike.started_at) for spike in rows]
