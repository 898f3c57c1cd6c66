"""Reviewers who are asked by name, and what becomes of it while they are away."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent, BusinessLine
from faq.models import ReviewRequest, Revision, RevisionState
from faq.models.revision import OPEN_STATES
from faq.services import announcing
from faq.services.locking import database_now, lock_revision
from faq.services.reviewing import CALL_CENTRE, may_sign, seats
from kb.lib.errors import RuleBrokenError


@dataclass(frozen=True)
class HandedOver:
    """How many reviews went to the other person, and how many stay, for the other may not sign them."""

    moved: int
    left: int


@transaction.atomic
def ask_reviewer(
    revision: Revision, *, line: BusinessLine | None, reviewer: Agent, by: Agent
) -> ReviewRequest:
    """Ask a person to fill a seat; ``line`` is None for the call centre's. Who was asked before is no more.

    They hear of it now if the text is in review, else when it is submitted. Anybody else who stands for the
    seat may sign all the same. Locks the entry. Raises RuleBrokenError when the seat is not asked or has
    given its verdict, or the reviewer could not sign.
    """
    if not permissions.may_write_entries(by):
        raise RuleBrokenError(_("You may not ask for this."))
    revision = lock_revision(revision)
    return _ask(revision, line, reviewer, by)


@transaction.atomic
def hand_over(absent: Agent, *, to: Agent, by: Agent) -> HandedOver:
    """Let another person be asked for all that this one was asked for and has not signed.

    What the other may not sign stays where it is, and what is closed to ``by`` is not looked at: somebody of
    its lines hands it over. Locks the entries in their order.
    Raises RuleBrokenError when the person may not hand over, or both are the same.
    """
    if by.pk != absent.pk and not permissions.may_hand_over_reviews(by):
        raise RuleBrokenError(_("You may not hand over somebody else’s reviews."))
    if absent.pk == to.pk:
        raise RuleBrokenError(_("Choose two different people."))
    moved = left = 0
    waiting = ReviewRequest.objects.waiting().open_to(by).filter(reviewer=absent)
    for request in waiting.order_by("revision__entry", "pk").select_related("revision", "line"):
        revision = lock_revision(request.revision)
        try:
            with transaction.atomic():
                _ask(revision, request.line, to, by)
                audit.record(by, "review.handed_over", revision, absent=absent.pk, to=to.pk)
        except RuleBrokenError:
            left += 1
            continue
        moved += 1
    return HandedOver(moved, left)


def _ask(revision: Revision, line: BusinessLine | None, reviewer: Agent, by: Agent) -> ReviewRequest:
    key = line.pk if line else CALL_CENTRE
    is_unsigned = revision.entry.is_unsigned and revision.entry.live_revision_id == revision.pk
    if revision.state not in OPEN_STATES and not is_unsigned:
        raise RuleBrokenError(_("This text is not in review (any more)."))
    if key not in seats(revision):
        raise RuleBrokenError(_("This text does not need that seat."))
    if revision.sign_offs.filter(voided_at=None, line_id=key).exists():
        raise RuleBrokenError(_("This seat has given its verdict already."))
    if not may_sign(revision, line, reviewer):
        raise RuleBrokenError(
            _("%(person)s cannot sign this: not of this seat, an author of it, or in another seat already.")
            % {"person": reviewer}
        )
    request, _is_new = ReviewRequest.objects.update_or_create(
        revision=revision,
        line=line,
        defaults={"reviewer": reviewer, "asked_by": by, "asked_at": database_now()},
    )
    audit.record(by, "review.asked", revision, entry=revision.entry_id, line=key, reviewer=reviewer.pk)
    if revision.state != RevisionState.DRAFT:
        announcing.asked(request)
    return request
