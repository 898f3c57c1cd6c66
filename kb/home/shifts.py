"""When somebody was here last: the end of the work before the last pause of four hours."""

from datetime import datetime, timedelta

from django.db.models import F, Window
from django.db.models.functions import Lag

from accounts.models import Agent
from hits.models import Call

PAUSE = timedelta(hours=4)
LOOK_BACK = timedelta(days=60)


def last_shift_ended_at(person: Agent, now: datetime) -> datetime | None:
    """The last call before the last pause; None when there was no earlier shift to be found."""
    calls = Call.objects.filter(agent=person, started_at__gt=now - LOOK_BACK)
    newest = calls.order_by("-started_at").values_list("started_at", flat=True).first()
    if newest is None or now - newest >= PAUSE:
        return newest
    before = Window(Lag("started_at"), order_by=F("started_at").asc())
    paused = calls.annotate(before=before).filter(started_at__gte=F("before") + PAUSE)
    return paused.order_by("-started_at").values_list("before", flat=True).first()
