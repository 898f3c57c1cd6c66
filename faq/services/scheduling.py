"""Texts that come into force later than they are signed: to the second, and late rather than never.

A job waits for exactly that moment; a sweep every minute finds what a job has missed, such as a text whose
entry was withdrawn at its time and restored since.
"""

import logging

from django.db import transaction

from accounts import audit
from accounts.models import Agent
from faq.models import Revision, RevisionState
from faq.services import publishing
from faq.services.locking import database_now
from kb.lib import jobs

logger = logging.getLogger(__name__)
CLOCK = "clock"  # a worker of its own takes this queue, so that no long job makes a text late


@transaction.atomic
def schedule(revision: Revision, *, by: Agent) -> None:
    """Let a text that every seat has signed wait for its time. The caller holds the entry's lock."""
    revision.state = RevisionState.SCHEDULED
    revision.save(update_fields=["state"])
    audit.record(by, "revision.scheduled", revision, entry=revision.entry_id)
    jobs.defer(
        "faq.publish_when_due", queue=CLOCK, schedule_at=revision.valid_from, entry_id=revision.entry_id
    )


def publish_what_is_due() -> int:
    """Publish every scheduled text whose time has come, each by itself; how many they were."""
    at = database_now()
    entry_ids = list(Revision.objects.due(at).order_by("valid_from", "pk").values_list("entry_id", flat=True))
    published = 0
    for entry_id in entry_ids:
        try:
            published += len(publishing.publish_due([entry_id], at=at))
        except Exception:
            logger.exception("The scheduled text of entry %s could not be published.", entry_id)
    return published
