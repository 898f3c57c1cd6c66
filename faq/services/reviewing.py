"""Joint review: a text is submitted, and every seat has to approve exactly this text."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent, BusinessLine
from faq.models import Entry, Revision, RevisionState, Seat, SignOff, Verdict
from faq.services import publishing
from faq.services.locking import database_now, lock_revision
from kb.lib.errors import RuleBrokenError

CALL_CENTRE = None  # where a seat is told by its line, the call centre's has none


def seats(revision: Revision) -> set[int | None]:
    """Every seat the text needs: the call centre's (None), and one per line, told by the line's key."""
    others = revision.lines_concerned.values_list("pk", flat=True)
    return {CALL_CENTRE, revision.line_id, *others}


def approved_seats(revision: Revision) -> set[int | None]:
    """The seats that have approved exactly this text."""
    approvals = revision.sign_offs.filter(verdict=Verdict.APPROVED, voided_at=None)
    return set(approvals.values_list("line_id", flat=True))


@transaction.atomic
def submit(revision: Revision, *, by: Agent) -> Revision:
    """Hand a draft to its seats; from now on an edit takes it back. Locks the entry.

    Raises RuleBrokenError when it is not a draft or was sent back and not changed since.
    """
    revision = lock_revision(revision)
    if revision.state != RevisionState.DRAFT:
        raise RuleBrokenError(_("Only a draft can be submitted."))
    revision.state = RevisionState.IN_REVIEW
    revision.save(update_fields=["state"])
    audit.record(by, "draft.submitted", revision, entry=revision.entry_id)
    return revision


@transaction.atomic
def sign_off(
    revision: Revision,
    *,
    seat: Seat,
    reviewer: Agent,
    verdict: Verdict,
    line: BusinessLine | None = None,
    comment: str = "",
) -> Revision:
    """Record one seat's verdict, and publish once every seat has approved this text.

    Locks the entry first, so of two last sign-offs at the same moment exactly one publishes. ``line`` names a
    line's seat. A rejection sends the text back to its authors. A text published without sign-off is signed
    in the same way: it stays live, and its last seat takes the mark away.
    Raises RuleBrokenError when the revision is not in review, the seat is not asked or taken already, a
    rejection has no reason, or the reviewer wrote the text, does not stand for that seat, or fills another.
    """
    revision = lock_revision(revision)
    _check_open(revision)
    _check_seat(revision, seat, line)
    _check_reviewer(revision, line, reviewer)
    if verdict == Verdict.REJECTED and not comment.strip():
        raise RuleBrokenError(_("Say why you reject the text."))
    SignOff.objects.create(
        revision=revision, seat=seat, line=line, reviewer=reviewer, verdict=verdict, comment=comment.strip()
    )
    detail = {"seat": seat, "line": line.code if line else None, "entry": revision.entry_id}
    audit.record(reviewer, f"revision.{verdict}", revision, **detail)
    if verdict == Verdict.REJECTED:
        _send_back(revision)
    elif seats(revision) <= approved_seats(revision):
        _complete(revision, reviewer)
    return revision


def _check_open(revision: Revision) -> None:
    is_live_unsigned = revision.entry.is_unsigned and revision.entry.live_revision_id == revision.pk
    if revision.state != RevisionState.IN_REVIEW and not is_live_unsigned:
        raise RuleBrokenError(_("This text is not in review (any more)."))


def _check_seat(revision: Revision, seat: Seat, line: BusinessLine | None) -> None:
    if (seat == Seat.LINE) != (line is not None):
        raise RuleBrokenError(_("Name the business line whose seat it is."))
    key = line.pk if line else CALL_CENTRE
    if key not in seats(revision):
        raise RuleBrokenError(_("This text does not need that seat."))
    if revision.sign_offs.filter(voided_at=None, line_id=key).exists():
        raise RuleBrokenError(_("This seat has given its verdict already."))


def _check_reviewer(revision: Revision, line: BusinessLine | None, reviewer: Agent) -> None:
    if not permissions.may_fill_seat(reviewer, line):
        raise RuleBrokenError(_("You do not stand for this seat."))
    if not Entry.objects.filter(pk=revision.entry_id).unrestricted_for(reviewer).exists():
        raise RuleBrokenError(_("You do not stand for this seat."))
    if revision.authors.filter(pk=reviewer.pk).exists():
        raise RuleBrokenError(_("Nobody signs a text they wrote."))
    if revision.sign_offs.filter(voided_at=None, reviewer=reviewer).exists():
        raise RuleBrokenError(_("You already fill another seat of this text."))


def _send_back(revision: Revision) -> None:
    if revision.state == RevisionState.IN_REVIEW:
        revision.state = RevisionState.REJECTED
        revision.save(update_fields=["state"])


def _complete(revision: Revision, reviewer: Agent) -> None:
    """Every seat has approved: publish, schedule, or take the mark "not yet signed" away."""
    entry = revision.entry
    if revision.state != RevisionState.IN_REVIEW:
        entry.is_unsigned = False
        entry.save(update_fields=["is_unsigned"])
        audit.record(reviewer, "entry.signed", entry, revision=revision.pk)
    elif _replaces_later(revision, database_now()):
        revision.state = RevisionState.SCHEDULED
        revision.save(update_fields=["state"])
        audit.record(reviewer, "revision.scheduled", revision, entry=entry.pk)
    else:
        publishing.publish(revision, by=reviewer)
        revision.refresh_from_db()


def _replaces_later(revision: Revision, now: datetime) -> bool:
    """Whether the text begins later while another is in force until then, which has to stay live.

    Without one the text is published at once: its validity keeps it back until the second it begins.
    """
    return revision.valid_from is not None and revision.valid_from > now and revision.entry.is_in_force(now)
