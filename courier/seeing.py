"""What a person did with the lines under their bell; each is theirs alone."""

from django.db.models.functions import Now

from accounts.models import Agent
from courier.models import Notification


def see(notification: Notification) -> None:
    """Note when it was opened first."""
    Notification.objects.filter(pk=notification.pk, seen_at__isnull=True).update(seen_at=Now())


def see_all(person: Agent, *, up_to: int) -> int:
    """Note that all up to this one were seen; what came while the page was open stays new."""
    unseen = Notification.objects.filter(person=person, seen_at__isnull=True, pk__lte=up_to)
    return unseen.update(seen_at=Now())
