"""Flags: an agent says what is not right with an entry."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from faq.models import Entry, Flag, FlagReason
from kb.lib.errors import RuleBrokenError

MOST_CHARACTERS = 500


@transaction.atomic
def raise_flag(entry: Entry, *, by: Agent, reason: FlagReason, text: str = "") -> Flag:
    """Make it a task for the owning line; the same person's open flag of the same reason stays the only one.

    Locks the entry, so that a double send finds the first one. Raises RuleBrokenError when the text is
    too long.
    """
    Entry.objects.select_for_update().get(pk=entry.pk)
    if len(text) > MOST_CHARACTERS:
        raise RuleBrokenError(_("The note may have at most %(most)s characters.") % {"most": MOST_CHARACTERS})
    open_flag = Flag.objects.filter(entry=entry, raised_by=by, reason=reason, answered_at=None).first()
    if open_flag is not None:
        return open_flag
    flag = Flag.objects.create(entry=entry, raised_by=by, reason=reason, text=text.strip())
    audit.record(by, "entry.flagged", entry, flag=flag.pk, reason=reason)
    return flag
