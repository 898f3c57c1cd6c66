"""Combined entries: from when on, and until when, the old one's address leads to the other."""

from collections.abc import Collection

from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.models import Agent
from faq import leading
from faq.models import Entry, EntryState, Redirect
from faq.services.locking import lock_entry


@transaction.atomic
def lead(entry: Entry, into: Entry, *, by: Agent) -> Redirect | None:
    """Let a withdrawn entry's address lead to the other from now on. Locks the entry.

    None where it cannot: the entry is in use (again), leads somewhere already, or the other one leads to it.
    """
    entry = lock_entry(entry.pk)
    is_in_use = entry.state != EntryState.WITHDRAWN
    is_circle = leading.targets([into.pk]).get(into.pk, into.pk) == entry.pk
    if is_in_use or is_circle or Redirect.objects.in_force().filter(entry=entry).exists():
        return None
    redirect = Redirect.objects.create(entry=entry, into=into, made_by=by)
    audit.record(by, "entry.redirected", entry, into=into.pk)
    return redirect


@transaction.atomic
def end_of_used(entry_ids: Collection[int]) -> None:
    """End the redirects of those of these entries that are in use; the caller holds their locks."""
    back = Redirect.objects.in_force().filter(entry__in=entry_ids, entry__state=EntryState.PUBLISHED)
    for redirect in back.select_related("entry"):
        Redirect.objects.filter(pk=redirect.pk).update(undone_at=Now())
        audit.record(None, "entry.redirect_ended", redirect.entry, into=redirect.into_id)
