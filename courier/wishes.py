"""How somebody wishes to be written to, and the one mail a day of those who wish that."""

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.utils.translation import ngettext, override

from accounts.models import Agent
from courier import letters
from courier.models import Mail, MailWish
from courier.telling import write


@transaction.atomic
def set_daily(person: Agent, *, is_daily: bool) -> None:
    """What waits for the daily mail still comes with it."""
    MailWish.objects.update_or_create(person=person, defaults={"is_daily": is_daily})


def is_daily(person: Agent) -> bool:
    return MailWish.objects.filter(person=person, is_daily=True).exists()


@transaction.atomic
def send_daily(day: date) -> int:
    """Put what was kept for each person into one mail; how many mails.

    Locks what is kept, so that it goes into one mail, however often this runs. Whoever has left gets none.
    """
    kept = Mail.objects.filter(state=Mail.State.COLLECTED, part_of=None, to__is_active=True)
    of_person: dict[Agent, list[Mail]] = defaultdict(list)
    for mail in kept.select_related("to").select_for_update(of=("self",)).order_by("written_at", "pk"):
        of_person[mail.to].append(mail)
    for person, mails in of_person.items():
        _gather(person, mails, day)
    return len(of_person)


def _gather(person: Agent, mails: list[Mail], day: date) -> None:
    with override(letters.language_of(person)):
        subject = ngettext("%(number)s message of %(day)s", "%(number)s messages of %(day)s", len(mails))
        title = subject % {"number": len(mails), "day": day}
        body = letters.daily(mails)
    daily = write(person, title, body, key=f"daily-{day}-{mails[-1].pk}")
    Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(part_of=daily)
