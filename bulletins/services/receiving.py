"""That somebody has read a bulletin: by one click, or by the right answer."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from bulletins.models import Bulletin, Receipt
from kb.lib.errors import RuleBrokenError


class WrongAnswerError(RuleBrokenError):
    """The question was not answered, or not right; nothing is stored of it."""


@transaction.atomic
def take_receipt(bulletin: Bulletin, *, by: Agent, version: int, choice: int | None = None) -> None:
    """Note that this person has read this version; again changes nothing.

    Needs no lock: a receipt says which version it is of. Raises RuleBrokenError when the bulletin is over,
    is not meant for this person or has a newer version, WrongAnswerError when its question is not answered
    right.
    """
    current = Bulletin.objects.told_to(by).filter(pk=bulletin.pk).first()
    if current is None:
        raise RuleBrokenError(_("This bulletin is not in force any more."))
    if current.version != version:
        raise RuleBrokenError(_("This bulletin has changed meanwhile; read it again."))
    if current.quiz and choice != current.right_choice:
        raise WrongAnswerError(
            _("Choose an answer.")
            if choice is None
            else _("That is not right. Read it again, then try again.")
        )
    Receipt.objects.bulk_create(
        [Receipt(bulletin=current, person=by, version=version)], ignore_conflicts=True
    )
