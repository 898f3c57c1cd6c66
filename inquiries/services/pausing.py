"""A pause says why a line cannot go on. It moves no deadline; its minutes stand beside it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from faq.services.locking import database_now
from inquiries.models import Inquiry, Pause
from inquiries.services import texts
from inquiries.services.locking import check_works_on, lock, lock_open
from kb.lib.errors import RuleBrokenError


@transaction.atomic
def pause(inquiry: Inquiry, *, reason: str, by: Agent) -> Pause:
    """Begin a pause, with its reason. Locks the inquiry, so that one runs at a time.

    Raises RuleBrokenError without a reason, when one runs already, or it was answered or closed meanwhile.
    """
    inquiry = lock_open(inquiry)
    check_works_on(inquiry, by)
    why = texts.line(reason, _("Say what you are waiting for."))
    if inquiry.pauses.filter(resumed_at__isnull=True).exists():
        raise RuleBrokenError(_("This question is paused already."))
    begun = Pause.objects.create(
        inquiry=inquiry, round=inquiry.round, reason=why, paused_by=by, paused_at=database_now()
    )
    audit.record(by, "inquiry.paused", inquiry, pause=begun.pk)
    return begun


@transaction.atomic
def resume(inquiry: Inquiry, *, by: Agent) -> Inquiry:
    """End the pause. Locks the inquiry. Raises RuleBrokenError when none runs."""
    inquiry = lock(inquiry)
    check_works_on(inquiry, by)
    if not end_open(inquiry, by=by, at=database_now()):
        raise RuleBrokenError(_("This question is not paused (any more)."))
    return inquiry


def end_open(inquiry: Inquiry, *, by: Agent, at: datetime) -> bool:
    """End the pause that runs, if one does. The caller holds the inquiry."""
    running = inquiry.pauses.filter(resumed_at__isnull=True).first()
    if running is None:
        return False
    running.resumed_at, running.resumed_by = max(at, running.paused_at), by
    running.save(update_fields=["resumed_at", "resumed_by"])
    audit.record(by, "inquiry.resumed", inquiry, pause=running.pk)
    return True
