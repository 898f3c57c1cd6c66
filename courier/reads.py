"""What stands under a person's bell, and which mails are where."""

from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Agent
from courier.models import Mail, Notification
from kb.lib.fields import CurrentSnapshot


@dataclass(frozen=True)
class Bell:
    """How many lines are new, and the transactions that had ended then: what is pushed later adds to it."""

    unseen: int
    snapshot: str


def bell(person: Agent) -> Bell:
    """One query, from an index that holds the new ones alone."""
    new = Notification.objects.filter(person=person, seen_at__isnull=True)
    found = new.aggregate(unseen=Count("pk"), snapshot=Coalesce(Max(CurrentSnapshot()), CurrentSnapshot()))
    return Bell(**found)


def unseen(person: Agent) -> int:
    return bell(person).unseen


def bell_of(person: Agent) -> QuerySet[Notification]:
    """A person's own lines, newest first."""
    return Notification.objects.filter(person=person)


def mails_to(person: Agent) -> QuerySet[Mail]:
    """Whatever was written to a person, newest first; a daily mail stands for its parts."""
    return Mail.objects.filter(to=person, part_of=None)


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
