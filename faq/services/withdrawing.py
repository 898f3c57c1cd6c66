"""Taking an entry out of use and bringing it back: requests that the seats sign like a text.

A request is a revision that repeats the live text, says why, and is in review at once. Who makes it is its
author and does not sign it. An open draft of the entry is no obstacle.
"""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent
from faq.models import Entry, EntryState, Purpose, Revision, RevisionState
from faq.services import publishing
from faq.services.drafting import Text
from faq.services.locking import database_now, lock_entry, lock_revision
from faq.services.reviewing import void_seats
from kb.lib.errors import RuleBrokenError
from kb.lib.workdays import same_time_next_workday


@transaction.atomic
def request_withdrawal(entry: Entry, *, by: Agent, reason: str, seen: int | None = None) -> Revision:
    """Ask every seat to take the entry out of use; until the last has agreed it stays. Locks the entry.

    ``seen`` is the key of the text the person read. Raises RuleBrokenError when the entry is not published,
    another text is live, the seats are asked about it already, or no reason is given.
    """
    entry = _locked(entry, by, EntryState.PUBLISHED, seen)
    _check_nothing_asked(entry)
    return _ask(entry, Purpose.WITHDRAWAL, by, reason)


@transaction.atomic
def withdraw_at_once(entry: Entry, *, by: Agent, reason: str, seen: int | None = None) -> Revision:
    """Take the entry out now, in an emergency; the seats are due by this clock time on the next working day.

    A rejection brings it back at once. A request to withdraw it that was still open is closed for this one.
    Locks the entry. Raises RuleBrokenError like `request_withdrawal`, and where the person may not do it.
    """
    if not permissions.may_withdraw_at_once(by):
        raise RuleBrokenError(_("You may not withdraw an entry alone."))
    entry = _locked(entry, by, EntryState.PUBLISHED, seen)
    for request in Revision.objects.filter(entry=entry).open_requests():
        _set_state(request, RevisionState.DISCARDED, by, "request.replaced")
    entry = publishing.withdraw(entry, by=by, reason=reason)
    return _ask(entry, Purpose.EMERGENCY, by, reason)


@transaction.atomic
def request_restoration(entry: Entry, *, by: Agent, reason: str) -> Revision:
    """Ask every seat to bring a withdrawn entry back with the text it had. Locks the entry.

    Raises RuleBrokenError when it is not withdrawn, the seats are asked about it already (in an emergency
    withdrawal a rejection brings it back), or no reason is given.
    """
    entry = _locked(entry, by, EntryState.WITHDRAWN, None)
    _check_nothing_asked(entry)
    return _ask(entry, Purpose.RESTORATION, by, reason)


@transaction.atomic
def ask_again(request: Revision, *, by: Agent, reason: str) -> Revision:
    """Ask the seats anew after a rejection; who asks is an author of the request too. Locks the entry.

    Raises RuleBrokenError when it was not sent back, or no reason is given.
    """
    request = _locked_request(request, by)
    if request.state != RevisionState.REJECTED:
        raise RuleBrokenError(_("Only a request that was sent back can be asked again."))
    request.reason = _reason(reason)
    request.state = RevisionState.IN_REVIEW
    request.changed_at = request.submitted_at = database_now()
    request.save(update_fields=["reason", "state", "changed_at", "submitted_at"])
    request.authors.add(by)
    void_seats(request)
    audit.record(by, "request.asked_again", request, entry=request.entry_id, reason=request.reason)
    return request


@transaction.atomic
def drop(request: Revision, *, by: Agent) -> Revision:
    """Ask no more; the entry stays as it is. Locks the entry.

    Raises RuleBrokenError for a request that is closed, and for an emergency withdrawal: that one ends with
    the seats' verdict only.
    """
    request = _locked_request(request, by)
    if request.state not in (RevisionState.IN_REVIEW, RevisionState.REJECTED):
        raise RuleBrokenError(_("This request is closed already."))
    if request.purpose == Purpose.EMERGENCY:
        raise RuleBrokenError(_("An emergency withdrawal ends when its seats have signed or rejected it."))
    return _set_state(request, RevisionState.DISCARDED, by, "request.dropped")


def _locked(entry: Entry, by: Agent, state: EntryState, seen: int | None) -> Entry:
    if not permissions.may_ask_the_seats(by):
        raise RuleBrokenError(_("You may not ask for this."))
    entry = lock_entry(entry.pk)
    if entry.state != state:
        words = {
            EntryState.PUBLISHED: _("Only a published entry can be withdrawn."),
            EntryState.WITHDRAWN: _("Only a withdrawn entry can be restored."),
        }
        raise RuleBrokenError(words[state])
    if seen is not None and seen != entry.live_revision_id:
        raise RuleBrokenError(
            _("A new text was published a moment ago; read it before you withdraw the entry.")
        )
    return entry


def _locked_request(request: Revision, by: Agent) -> Revision:
    if not permissions.may_ask_the_seats(by):
        raise RuleBrokenError(_("You may not ask for this."))
    request = lock_revision(request)
    if request.purpose == Purpose.TEXT:
        raise RuleBrokenError(_("This is a text, not a request."))
    return request


def _check_nothing_asked(entry: Entry) -> None:
    if Revision.objects.filter(entry=entry).open_requests().exists():
        raise RuleBrokenError(_("The seats are being asked about this entry already."))


def _ask(entry: Entry, purpose: Purpose, by: Agent, reason: str) -> Revision:
    live = entry.live_revision
    assert live is not None  # noqa: S101  a published or withdrawn entry has a text
    text, now = Text.of(live), database_now()
    last: int | None = entry.revisions.aggregate(last=Max("number"))["last"]
    request = Revision.objects.create(
        entry=entry,
        number=(last or 0) + 1,
        purpose=purpose,
        reason=_reason(reason),
        state=RevisionState.IN_REVIEW,
        created_by=by,
        submitted_at=now,
        due_at=same_time_next_workday(now) if purpose == Purpose.EMERGENCY else None,
        **text.columns(),
    )
    request.lines_concerned.set(text.lines_concerned)
    request.attachments.set(text.attachment_ids)
    request.authors.add(by)
    audit.record(by, f"request.{purpose}", request, entry=entry.pk, reason=request.reason)
    return request


def _set_state(request: Revision, state: RevisionState, by: Agent, act: str) -> Revision:
    request.state = state
    request.save(update_fields=["state"])
    audit.record(by, act, request, entry=request.entry_id, purpose=request.purpose)
    return request


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise RuleBrokenError(_("Say why."))
    if len(reason) > 500:
        raise RuleBrokenError(_("The reason may have at most 500 characters."))
    return reason
