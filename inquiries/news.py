"""What is new for a person: the unread lines of their bell about inquiries, and how much waits in the bar."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now, TruncDate

from accounts import permissions
from accounts.models import Agent
from courier.models import Notification
from inquiries.models import OPEN_STATES, Absence, Inquiry, Round
from kb.lib.months import SITE_ZONE

KEYS = "inquiry-"
MOST = 20
OPEN, LATE = "inquiries_open", "inquiries_late"
NAMES = (OPEN, LATE)
_NUMBER = re.compile(r"/inquiries/(\d+)/")


@dataclass(frozen=True)
class News:
    """One unread line about an inquiry."""

    id: int
    inquiry: int
    text: str


def unread(person: Agent) -> list[News]:
    """The newest first; one query."""
    lines = Notification.objects.filter(person=person, seen_at__isnull=True, key__startswith=KEYS)
    found = [(line, _NUMBER.fullmatch(line.address)) for line in lines[:MOST]]
    return [News(line.pk, int(number[1]), line.text) for line, number in found if number]


def waiting_for(person: Agent) -> dict[str, QuerySet[Any]]:
    """What the bar counts: open ones for who answers, late ones for who chases. No query of its own."""
    found: dict[str, QuerySet[Any]] = {}
    if permissions.may_answer_inquiries(person):
        today: Any = TruncDate(Now(), tzinfo=SITE_ZONE)
        away = Absence.objects.filter(substitute=person, starts_on__lte=today, ends_on__gte=today)
        stood_in_for = away.filter(person__lines=OuterRef("line"))
        mine = Q(assigned_to=person) | Q(assigned_to__in=away.values("person"))
        lines = Q(line__in=sorted(person.line_ids)) | Q(Exists(stood_in_for))
        found[OPEN] = Inquiry.objects.filter(mine | lines, state__in=OPEN_STATES)
    if permissions.may_chase_inquiries(person):
        late = Q(replied_at__isnull=True, reply_due_at__lte=Now()) | Q(answer_due_at__lte=Now())
        rounds = Round.objects.filter(late, answered_at__isnull=True, number=F("inquiry__round"))
        found[LATE] = rounds.filter(inquiry__state__in=OPEN_STATES)
    return found
