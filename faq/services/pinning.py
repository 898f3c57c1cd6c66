"""A person's own pins: no knowledge changes, so nothing is audited."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from faq import leading
from faq.models import Entry, Pin
from kb.lib.errors import RuleBrokenError

MOST_PINS = 50


@transaction.atomic
def pin(entry: Entry, *, by: Agent) -> None:
    """Keep the entry at hand; again changes nothing.

    Locks the person, so that the limit holds. Raises RuleBrokenError when the list is full.
    """
    Agent.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    others = Pin.objects.filter(person=by).exclude(entry=entry)
    if others.count() >= MOST_PINS:
        raise RuleBrokenError(_("You have %(most)s pins already; take one off first.") % {"most": MOST_PINS})
    Pin.objects.get_or_create(person=by, entry=entry)


def unpin(entry: Entry, *, by: Agent) -> None:
    """Take the entry off the person's list, and what was combined into it."""
    Pin.objects.filter(person=by, entry__in=[entry.pk, *leading.leading_to(entry.pk)]).delete()
