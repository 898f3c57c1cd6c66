"""Bulletins that begin later than they are published: to the second, and late rather than never.

A job waits for exactly that moment; a sweep every minute finds what a job has missed.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F

from bulletins.models import Bulletin
from bulletins.services import announcing
from bulletins.services.locking import lock_bulletin
from faq.services.locking import database_now
from faq.services.scheduling import CLOCK
from kb.lib import jobs
from kb.lib.errors import RuleBrokenError

logger = logging.getLogger(__name__)


def begin_or_wait(bulletin: Bulletin, *, at: datetime) -> None:
    """Tell its audience, or let a job do so when its time comes. The caller holds the bulletin's lock."""
    if bulletin.starts_at is None or bulletin.starts_at <= at:
        announcing.begun(bulletin, at=at)
        return
    jobs.defer(
        "bulletins.announce_when_due",
        queue=CLOCK,
        schedule_at=bulletin.starts_at,
        bulletin_id=bulletin.pk,
    )


@transaction.atomic
def announce_due(pk: int) -> bool:
    """Tell of that bulletin if its time has come and nobody was told yet; whether it did. Locks it."""
    try:
        bulletin = lock_bulletin(Bulletin(pk=pk))
    except RuleBrokenError:  # a draft that was discarded
        return False
    at = database_now()
    if bulletin.announced_at is not None or not bulletin.is_in_force(at):
        return False
    announcing.begun(bulletin, at=at)
    return True


def announce_what_is_due() -> int:
    """Each bulletin by itself; how many they were."""
    due = Bulletin.objects.in_force().filter(announced_at=None)
    told = 0
    for pk in list(due.order_by(F("starts_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)):
        try:
            told += announce_due(pk)
        except Exception:
            logger.exception("Bulletin %s could not be announced.", pk)
    return told
