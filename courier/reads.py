"""What stands under a person's bell, and which mails are where."""

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from accounts.models import Agent
from courier.models import Mail, Notification


def unseen(person: Agent, beginnings: Sequence[str]) -> dict[str, int]:
    """How many lines under the bell are new, by what their keys begin with.

    One query, of an index that holds the new ones alone.
    """
    new = Notification.objects.filter(person=person, seen_at__isnull=True)
    names = {f"n{place}": beginning for place, beginning in enumerate(beginnings)}
    numbers = new.aggregate(
        **{name: Count("pk", filter=Q(key__startswith=beginning)) for name, beginning in names.items()}
    )
    return {beginning: numbers[name] for name, beginning in names.items()}


def bell_of(person: Agent) -> QuerySet[Notification]:
    """A person's own lines, newest first."""
    return Notification.objects.filter(person=person)


def outbox(state: str, asked: str) -> QuerySet[Mail]:
    """Mails in a state, of those whose reader's name holds ``asked``; newest first."""
    found = Mail.objects.filter(state=state).select_related("to")
    for word in asked.split()[:10]:
        named = Q(to__display_name__icontains=word) | Q(to__username__icontains=word)
        found = found.filter(named | Q(to__email__icontains=word))
    return found


def counts() -> dict[str, int]:
    """How many mails there are in each state."""
    return dict(Mail.objects.order_by().values_list("state").annotate(number=Count("pk")))
