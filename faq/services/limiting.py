"""How long an entry is in force: shorter at once, longer by every seat (product.md §3)."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent
from faq.models import Entry, EntryState, Revision
from faq.services import curating, drafting, reviewing
from faq.services.curating import Curation
from faq.services.locking import database_now, lock_entry
from kb.lib.errors import RuleBrokenError


def is_shorter(until: datetime | None, than: datetime | None) -> bool:
    """Whether a validity that ends then ends before the other; without an end it is the longest."""
    return until is not None and (than is None or until < than)


@transaction.atomic
def shorten_validity(entry: Entry, *, until: datetime, by: Agent) -> Entry:
    """Let the entry end earlier, at once; the audit row tells what was before. Locks the entry.

    Raises RuleBrokenError when it is not shorter, lies in the past, ends before it begins, or the entry is
    not published, or the person may not.
    """
    if not permissions.may_curate(by):
        raise RuleBrokenError(_("You may not shorten the validity."))
    entry = lock_entry(entry.pk)
    if entry.state != EntryState.PUBLISHED:
        raise RuleBrokenError(_("Only a published entry has a validity to change."))
    if not is_shorter(until, entry.valid_until):
        raise RuleBrokenError(_("That is not shorter; a longer validity needs every seat."))
    if until < database_now():
        raise RuleBrokenError(_("The end lies in the past."))
    if entry.valid_from is not None and until <= entry.valid_from:
        raise RuleBrokenError(_("The validity ends before it begins."))
    before = entry.valid_until
    curating.apply([Curation(entry.pk, {"valid_until": until})], by=by)
    audit.record(
        by,
        "entry.validity_shortened",
        entry,
        before={"valid_until": before.isoformat() if before else None},
        after={"valid_until": until.isoformat()},
    )
    entry.valid_until = until
    return entry


@transaction.atomic
def request_longer_validity(entry: Entry, *, until: datetime | None, by: Agent, reason: str) -> Revision:
    """Ask every seat for a longer validity: a draft with the live words and the new end, submitted.

    Without ``until`` the entry has no end any more. Locks the entry. Raises RuleBrokenError when it is not
    longer, a draft is open, no reason is given, or the person may not.
    """
    if not permissions.may_write_entries(by):
        raise RuleBrokenError(_("You may not ask for this."))
    if not reason.strip():
        raise RuleBrokenError(_("Say why."))
    entry = lock_entry(entry.pk)
    if until == entry.valid_until or is_shorter(until, entry.valid_until):
        raise RuleBrokenError(_("That is not longer; a shorter validity is set at once."))
    draft = drafting.new_draft(entry, by=by)
    draft = drafting.save_draft(draft, replace(drafting.Text.of(draft), valid_until=until), by=by)
    draft.reason = reason.strip()[:500]
    draft.save(update_fields=["reason"])
    return reviewing.submit(draft, by=by)
