"""One lock for all that happens to an inquiry, taken first; foreign keys to it do not wait for it."""

from django.utils.translation import gettext as _

from accounts.models import Agent
from inquiries.models import Inquiry, Round
from kb.lib.errors import RuleBrokenError


def lock(inquiry: Inquiry) -> Inquiry:
    """The inquiry as it is now, held until the transaction ends."""
    return (
        Inquiry.objects.select_for_update(of=("self",), no_key=True).select_related("line").get(pk=inquiry.pk)
    )


def lock_open(inquiry: Inquiry) -> Inquiry:
    """The same. Raises RuleBrokenError when it was answered or closed meanwhile."""
    inquiry = lock(inquiry)
    if not inquiry.is_open:
        raise RuleBrokenError(_("This question was answered or closed meanwhile."))
    return inquiry


def running_round(inquiry: Inquiry) -> Round:
    """The round that runs, or ran last. The caller holds the inquiry."""
    return inquiry.rounds.get(number=inquiry.round)


def check_works_on(inquiry: Inquiry, person: Agent) -> None:
    """Raises RuleBrokenError when it is not this person's to work on (`InquiryQuerySet.worked_by`)."""
    if not Inquiry.objects.worked_by(person).filter(pk=inquiry.pk).exists():
        raise RuleBrokenError(_("This question is not yours to work on."))


def check_answers(inquiry: Inquiry, person: Agent) -> None:
    """Raises RuleBrokenError when it is not this person's to answer (`InquiryQuerySet.answered_by`)."""
    if not Inquiry.objects.answered_by(person).filter(pk=inquiry.pk).exists():
        raise RuleBrokenError(_("This question is not yours to answer."))
