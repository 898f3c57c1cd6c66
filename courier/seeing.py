"""What a person did with the lines under their bell; each is theirs alone."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import Agent
from courier.models import Notification, PushEvent
from courier.pushing import push


@transaction.atomic
def see(notification: Notification) -> None:
    """Note when it was opened first."""
    if Notification.objects.filter(pk=notification.pk, seen_at__isnull=True).update(seen_at=Now()):
        _show(notification.person, fewer=1)


@transaction.atomic
def see_all(person: Agent, *, up_to: int) -> int:
    """Note that all up to this one were seen; what came while the page was open stays new."""
    unseen = Notification.objects.filter(person=person, seen_at__isnull=True, pk__lte=up_to)
    seen = unseen.update(seen_at=Now())
    if seen:
        _show(person, fewer=seen)
    return seen


@transaction.atomic
def see_about(person: Agent, address: str) -> int:
    """Note that what leads to this address was seen: its page has just been read."""
    seen = Notification.objects.filter(person=person, seen_at__isnull=True, address=address).update(
        seen_at=Now()
    )
    if seen:
        _show(person, fewer=seen)
    return seen


def _show(person: Agent, *, fewer: int) -> None:
    """The person's other open pages count down as well."""
    push(PushEvent.Kind.BELL, {"more": -fewer}, people=[person])
