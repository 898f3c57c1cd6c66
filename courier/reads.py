"""What stands under a person's bell, and which mails are where."""

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import Agent
from courier.models import Mail, MailFile, Notification


def unseen(person: Agent) -> int:
    """How many lines under the bell are new; read from an index that holds the new ones alone."""
    return Notification.objects.filter(person=person, seen_at__isnull=True).count()


def bell_of(person: Agent) -> QuerySet[Notification]:
    """A person's own lines, newest first."""
    return Notification.objects.filter(person=person)


def outbox(state: str, asked: str) -> QuerySet[Mail]:
    """Mails in a state, of those whose reader's name holds ``asked``; newest first."""
    files = Prefetch("files", MailFile.objects.defer("content"))
    found = Mail.objects.filter(state=state).select_related("to").prefetch_related(files)
    for word in asked.split()[:10]:
        named = Q(to__display_name__icontains=word) | Q(to__username__icontains=word)
        found = found.filter(named | Q(to__email__icontains=word))
    return found


def counts() -> dict[str, int]:
    """How many mails there are in each state."""
    return dict(Mail.objects.order_by().values_list("state").annotate(number=Count("pk")))
