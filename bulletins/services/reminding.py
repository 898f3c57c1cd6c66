"""One reminder of a must-read bulletin, to those who have not read it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from bulletins.models import Bulletin
from bulletins.services import announcing
from bulletins.services.locking import lock_running
from bulletins.services.publishing import check_writer
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError


def can_be_reminded_of(bulletin: Bulletin, *, at: datetime) -> bool:
    """Whether `remind` would go out at that moment, where somebody has not read it."""
    return bulletin.is_must_read and bulletin.reminded_at is None and bulletin.is_in_force(at)


@transaction.atomic
def remind(bulletin: Bulletin, *, by: Agent) -> int:
    """Tell everybody of its audience who has not read it, once a version; how many they are.

    Locks the bulletin, so of two reminders one goes out. Raises RuleBrokenError when they were reminded
    already, the bulletin is not in force or need not be read, or everybody has read it.
    """
    check_writer(by)
    bulletin, now = lock_running(bulletin), database_now()
    if not bulletin.is_must_read:
        raise RuleBrokenError(_("Nobody has to read this bulletin."))
    if not bulletin.is_in_force(now):
        raise RuleBrokenError(_("This bulletin is not in force."))
    if bulletin.reminded_at is not None:
        raise RuleBrokenError(_("They were reminded already; there is one reminder."))
    people = list(bulletin.not_read_by)
    if not people:
        raise RuleBrokenError(_("Everybody has read it."))
    bulletin.reminded_at = now
    bulletin.save(update_fields=["reminded_at"])
    audit.record(by, "bulletin.reminded", bulletin, version=bulletin.version, people=len(people))
    announcing.reminded(bulletin, people)
    return len(people)
