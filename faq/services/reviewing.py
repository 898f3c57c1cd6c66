"""Joint review: a text is submitted, and every seat has to approve exactly this text."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent, BusinessLine
from faq.models import Purpose, Revision, RevisionState, Seat, SignOff, Verdict
from faq.services import announcing, deciding
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

    Whoever was asked by name to sign hears of it. Raises RuleBrokenError when it is not a draft or was sent
    back and not changed since.
    """
    revision = lock_revision(revision)
    if revision.state != RevisionState.DRAFT:
        raise RuleBrokenError(_("Only a draft can be submitted."))
    revision.state = RevisionState.IN_REVIEW
    revision.submitted_at = database_now()
    revision.save(update_fields=["state", "submitted_at"])
    audit.record(by, "draft.submitted", revision, entry=revision.entry_id)
    announcing.submitted(revision)
    return revision


@transaction.atomic
def take_back(revision: Revision, *, by: Agent) -> Revision:
    """Make a text in review, or one that waits for its time, a draft again; every seat is void.

    Locks the entry. Raises RuleBrokenError for anything else.
    """
    revision = lock_revision(revision)
    is_out = revision.state in (RevisionState.IN_REVIEW, RevisionState.SCHEDULED)
    if not is_out or revision.purpose != Purpose.TEXT:
        raise RuleBrokenError(_("This text is not in review (any more)."))
    revision.state = RevisionState.DRAFT
    revision.save(update_fields=["state"])
    void_seats(revision)
    audit.record(by, "draft.taken_back", revision, entry=revision.entry_id)
    return revision


def void_seats(revision: Revision) -> None:
    """What was signed stays as history and counts no more. The caller holds the entry's lock."""
    SignOff.objects.filter(revision=revision, voided_at=None).update(voided_at=database_now())


@transaction.atomic
def sign_off(
    revision: Revision,
    *,
    seat: Seat,
    reviewer: Agent,
    verdict: Verdict,
    line: BusinessLine | None = None,
    comment: str = "",
    seen_at: datetime | None = None,
) -> Revision:
    """Record one seat's verdict, and publish once every seat has approved this text.

    Locks the entry first, so of two last sign-offs at the same moment exactly one publishes. ``line`` names a
    line's seat. ``seen_at`` is the ``changed_at`` of the text the reviewer read: nobody signs another.
    A rejection sends the text back to its authors. A text published without sign-off is signed in the same
    way: it stays live, and its last seat takes the mark away. Requests to withdraw or restore are signed like
    texts; what a verdict does to each says `deciding`.
    Raises RuleBrokenError when the revision is not in review, the seat is not asked or taken already, a
    rejection has no reason, or the reviewer wrote the text, does not stand for that seat, or fills another.
    """
    revision = lock_revision(revision)
    _check_open(revision)
    if seen_at is not None and seen_at != revision.changed_at:
        raise RuleBrokenError(_("The text was changed meanwhile; read it again before you sign."))
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
        deciding.reject(revision, by=reviewer, reason=comment.strip())
    elif seats(revision) <= approved_seats(revision):
        deciding.approve(revision, by=reviewer)
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


def may_sign(revision: Revision, line: BusinessLine | None, reviewer: Agent) -> bool:
    """Whether this person could fill that seat of the text."""
    try:
        _check_reviewer(revision, line, reviewer)
    except RuleBrokenError:
        return False
    return True


def _check_reviewer(revision: Revision, line: BusinessLine | None, reviewer: Agent) -> None:
    if not permissions.may_fill_seat(reviewer, line):
        raise RuleBrokenError(_("You do not stand for this seat."))
    if not Revision.objects.filter(pk=revision.pk).open_to(reviewer).exists():
        raise RuleBrokenError(_("You do not stand for this seat."))
    if revision.authors.filter(pk=reviewer.pk).exists():
        raise RuleBrokenError(_("Nobody signs a text they wrote."))
    if revision.sign_offs.filter(voided_at=None, reviewer=reviewer).exists():
        raise RuleBrokenError(_("You already fill another seat of this text."))
