"""What the watch over calls saw of the demo's two crowds, looked at every five minutes as they came."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from courier.models import Mail, Notification
from kb.demo.outage import Crowd
from reports.models import Spike
from reports.spikes import rule, watching

EVERY = timedelta(minutes=5)
LONGEST_TAIL = timedelta(hours=3)


@transaction.atomic
def watch(crowds: Iterable[Crowd]) -> None:
    """Store the spikes of these mornings; whoever was told of them was told then."""
    for crowd in sorted(crowds, key=lambda one: one.starts_at):
        _watch(crowd)
    for spike in Spike.objects.all():
        key, told_at = f"spike:{spike.pk}", spike.started_at + EVERY
        Notification.objects.filter(key=key).update(told_at=told_at, seen_at=told_at + EVERY)
        Mail.objects.filter(key=key).update(written_at=told_at)


def _watch(crowd: Crowd) -> None:
    now = _on_the_five_minutes(crowd.starts_at)
    until = crowd.ends_at + rule.WINDOW + LONGEST_TAIL
    while now < crowd.ends_at or (now < until and Spike.objects.filter(ended_at=None).exists()):
        watching.look(now)
        now += EVERY


def _on_the_five_minutes(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0) + EVERY
