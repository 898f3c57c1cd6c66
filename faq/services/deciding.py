"""What the seats' verdict does, by what they were asked: the one place where that is told apart."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from faq.models import Entry, EntryState, Purpose, Revision, RevisionState
from faq.services import announcing, publishing, scheduling
from faq.services.locking import database_now
from faq.signals import request_carried_out
from kb.lib.errors import RuleBrokenError


def approve(revision: Revision, *, by: Agent) -> None:
    """Every seat has approved. The caller holds the entry's lock, here and below.

    Raises RuleBrokenError when the entry was withdrawn after the text had been submitted: nobody who signed
    meant to bring it back.
    """
    match revision.purpose:
        case Purpose.WITHDRAWAL:
            publishing.withdraw(revision.entry, by=by, reason=revision.reason)
            _close(revision, RevisionState.DONE, by)
        case Purpose.EMERGENCY:
            _close(revision, RevisionState.DONE, by)
        case Purpose.RESTORATION:
            publishing.restore(revision.entry, by=by)
            _close(revision, RevisionState.DONE, by)
            publishing.publish_due([revision.entry_id], at=database_now())
        case _:
            _let_out(revision, by)


def reject(revision: Revision, *, by: Agent, reason: str) -> None:
    """One seat has rejected: the text or the request goes back; an emergency withdrawal is undone at once."""
    if revision.purpose == Purpose.EMERGENCY:
        if revision.entry.state == EntryState.WITHDRAWN:
            publishing.restore(revision.entry, by=by)
        _close(revision, RevisionState.DISCARDED, by)
    elif revision.state == RevisionState.IN_REVIEW:
        revision.state = RevisionState.REJECTED
        revision.save(update_fields=["state"])
    announcing.sent_back(revision, by=by, reason=reason)


def _close(request: Revision, state: RevisionState, by: Agent) -> None:
    request.state = state
    request.save(update_fields=["state"])
    audit.record(by, f"request.{state}", request, entry=request.entry_id, purpose=request.purpose)
    if state == RevisionState.DONE:
        announcing.carried_out(request)
        request_carried_out.send(sender=Revision, revision=request, by=by)


def _let_out(revision: Revision, by: Agent) -> None:
    """Publish, schedule, or take the mark "not yet signed" away."""
    entry = revision.entry
    if revision.state != RevisionState.IN_REVIEW:
        entry.is_unsigned = False
        entry.save(update_fields=["is_unsigned"])
        audit.record(by, "entry.signed", entry, revision=revision.pk)
        return
    if was_withdrawn_since(revision, entry):
        raise RuleBrokenError(
            _(
                "The entry was withdrawn after this text had been submitted, so it stays out. "
                "If the text shall bring it back, its authors take it back and submit it again."
            )
        )
    if _replaces_later(revision, database_now()):
        scheduling.schedule(revision, by=by)
        announcing.scheduled(revision)
        return
    publishing.publish(revision, by=by)
    revision.refresh_from_db()
    announcing.published(revision)


def was_withdrawn_since(revision: Revision, entry: Entry) -> bool:
    """Whether the entry went out of use after the seats were handed this text."""
    if entry.state != EntryState.WITHDRAWN or entry.withdrawn_at is None:
        return False
    return entry.withdrawn_at > (revision.submitted_at or revision.changed_at)


def _replaces_later(revision: Revision, now: datetime) -> bool:
    """Whether the text begins later while another is, or will be, in force until then: that stays live.

    Without one the text is published at once: its validity keeps it back until the second it begins.
    """
    begins, entry = revision.valid_from, revision.entry
    if begins is None or begins <= now or entry.state != EntryState.PUBLISHED:
        return False
    has_begun = entry.valid_from is None or entry.valid_from < begins
    has_ended = entry.valid_until is not None and entry.valid_until <= now
    return has_begun and not has_ended
