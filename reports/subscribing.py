"""Who gets which report by mail."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent, BusinessLine
from kb.lib.errors import RuleBrokenError
from reports.models import Subscription


def is_subscribed(person: Agent, line: BusinessLine | None) -> bool:
    return Subscription.objects.filter(person=person, line=line).exists()


@transaction.atomic
def subscribe(person: Agent, line: BusinessLine | None) -> None:
    """Send this scope's report to the person from the next one on; asking again changes nothing.

    Raises RuleBrokenError for somebody without a mail address.
    """
    Agent.objects.select_for_update().get(pk=person.pk)
    if not person.email:
        raise RuleBrokenError(_("Your account has no mail address. Ask a system administrator to add one."))
    Subscription.objects.get_or_create(person=person, line=line)


@transaction.atomic
def unsubscribe(person: Agent, line: BusinessLine | None) -> None:
    Subscription.objects.filter(person=person, line=line).delete()
