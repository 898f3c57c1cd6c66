"""On the first of each month, one mail to each person about all the entries they have to review."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from accounts.roles import Role
from courier import telling
from faq.models import Entry
from kb.lib.months import Month

MOST_LISTED = 50
EVERY_LINE = None  # information administrators answer for what no line's expert does


@transaction.atomic
def remind(month: Month) -> int:
    """Write the mails about what is due until the end of this month; how many people have one.

    The same month again writes nobody a second one.
    """
    due: dict[Agent, list[Entry]] = defaultdict(list)
    for entry, people in responsible(_due(month)):
        for person in people:
            due[person].append(entry)
    for person, entries in due.items():
        _remind(person, entries, month)
    return len(due)


def _remind(person: Agent, entries: list[Entry], month: Month) -> None:
    def subject() -> str:
        return ngettext(
            "%(number)s entry to review in %(month)s",
            "%(number)s entries to review in %(month)s",
            len(entries),
        ) % {"number": len(entries), "month": str(month)}

    key = f"review-due-{month}"
    telling.send_mail([person], subject, lambda: _body(entries, month), key=key)
    telling.tell([person], subject, key=key, address=f"{reverse('work')}#review_due")


def responsible(entries: Iterable[Entry]) -> Iterable[tuple[Entry, list[Agent]]]:
    """Each entry with who answers for its review.

    That is who was made responsible, else the experts of the owning line, else information administrators;
    only people who are here, and of a restricted entry only those of its lines.
    """
    experts: dict[int | None, list[Agent]] = defaultdict(list)
    for person in _people(Role.BUSINESS_EXPERT):
        for line in person.lines.all():
            experts[line.pk].append(person)
    experts[EVERY_LINE] = _people(Role.INFORMATION_ADMINISTRATOR)
    for entry in entries:
        owner = entry.review_owner
        chosen = [owner] if owner is not None and owner.is_active else []
        for people in (chosen, experts[entry.line_id], experts[EVERY_LINE]):
            allowed = [
                person for person in people if entry.is_open_to([line.pk for line in person.lines.all()])
            ]
            if allowed:
                yield entry, allowed
                break


def _people(role: Role) -> list[Agent]:
    people = Agent.objects.filter(groups__name=role, is_active=True).prefetch_related("lines")
    return list(people.order_by("pk"))


def _due(month: Month) -> list[Entry]:
    entries = Entry.objects.in_force().filter(review_due_on__lt=month.later(1).first_day)
    entries = entries.select_related("live_revision", "review_owner").prefetch_related("review_owner__lines")
    return list(entries.order_by("review_due_on", "pk"))


def _body(entries: list[Entry], month: Month) -> str:
    lines = [f"{entry.review_due_on}  {entry}" for entry in entries[:MOST_LISTED]]
    if len(entries) > MOST_LISTED:
        lines.append(_("… and %(number)s more") % {"number": len(entries) - MOST_LISTED})
    sentence = _("These entries are due for review until the end of %(month)s:") % {"month": str(month)}
    return "\n".join([sentence, "", *lines, "", telling.in_mail(reverse("work"))])
