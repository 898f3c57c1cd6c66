"""The one place where an entry comes into force or goes out of it, whatever door the act came by."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent
from faq.models import Entry, EntryState, Purpose, Revision, RevisionState
from faq.models.revision import OPEN_STATES
from faq.services import announcing
from faq.services.locking import database_now, lock_entries, lock_entry
from faq.signals import entries_changed
from kb.lib.errors import RuleBrokenError

# Whatever the lists and filters read of an entry is copied from its live revision here and nowhere else.
_PUT_IN_FORCE = """
UPDATE faq_entry
   SET state = 'published',
       live_revision_id = revision.id,
       kind = revision.kind,
       line_id = revision.line_id,
       concerned_line_ids = ARRAY(
           SELECT revision.line_id
           UNION
           SELECT businessline_id FROM faq_revision_lines_concerned WHERE revision_id = revision.id
           ORDER BY 1
       ),
       valid_from = revision.valid_from,
       valid_until = revision.valid_until,
       is_unsigned = %(is_unsigned)s,
       published_at = COALESCE(faq_entry.published_at, %(at)s),
       changed_at = %(at)s,
       withdrawn_at = NULL
  FROM faq_revision AS revision
 WHERE revision.id = ANY(%(revisions)s) AND faq_entry.id = revision.entry_id
"""


@transaction.atomic
def publish(revision: Revision, *, by: Agent | None, as_unsigned: bool = False) -> Entry:
    """Make this revision the live text; the text before it is superseded.

    Locks the entry. It does not look at seats: who signs does (`reviewing.sign_off`); everybody else needs
    ``as_unsigned`` and the permission for it. ``by`` is None when the clock publishes.
    Raises RuleBrokenError when the revision is not open any more, or the person may not publish so.
    """
    return publish_all([revision], by=by, as_unsigned=as_unsigned)[0]


@transaction.atomic
def publish_all(revisions: Sequence[Revision], *, by: Agent | None, as_unsigned: bool = False) -> list[Entry]:
    """`publish` for many revisions of different entries, with a few statements whatever their number."""
    entry_ids = [revision.entry_id for revision in revisions]
    lock_entries(entry_ids)
    if as_unsigned and (by is None or not permissions.may_publish_unsigned(by)):
        raise RuleBrokenError(_("You may not publish without sign-off."))
    pks = [revision.pk for revision in revisions]
    open_texts = Revision.objects.filter(pk__in=pks, state__in=OPEN_STATES, purpose=Purpose.TEXT)
    if open_texts.count() != len(set(pks)):
        raise RuleBrokenError(_("This text is no longer a draft; it was published or replaced meanwhile."))
    _overtake(entry_ids, by)
    _put_in_force(pks, entry_ids, is_unsigned=as_unsigned)
    entries = Entry.objects.select_related("live_revision").in_bulk(entry_ids)
    detail = {"as_unsigned": True} if as_unsigned else {}
    audit.record_all(
        by,
        "entry.published",
        [(entries[revision.entry_id], {"revision": revision.pk, **detail}) for revision in revisions],
    )
    entries_changed.send(sender=Entry, entry_ids=entry_ids)
    return [entries[pk] for pk in entry_ids]


def _put_in_force(revision_ids: list[int], entry_ids: list[int], *, is_unsigned: bool) -> None:
    at = database_now()
    before = Revision.objects.filter(entry__in=entry_ids, state=RevisionState.PUBLISHED)
    before.update(state=RevisionState.SUPERSEDED, superseded_at=at)
    Revision.objects.filter(pk__in=revision_ids).update(state=RevisionState.PUBLISHED, published_at=at)
    with connection.cursor() as cursor:
        cursor.execute(_PUT_IN_FORCE, {"revisions": revision_ids, "at": at, "is_unsigned": is_unsigned})


def _overtake(entry_ids: list[int], by: Agent | None) -> None:
    """A new text ends the requests that repeat the one before: nobody asked whether this one shall go."""
    requests = Revision.objects.filter(entry__in=entry_ids).open_requests()
    overtaken = list(requests)
    if not overtaken:
        return
    Revision.objects.filter(pk__in=[request.pk for request in overtaken]).update(
        state=RevisionState.DISCARDED
    )
    audit.record_all(
        by, "request.overtaken", [(request, {"entry": request.entry_id}) for request in overtaken]
    )
    for request in overtaken:
        announcing.overtaken(request)


@transaction.atomic
def publish_due(entry_ids: Collection[int], *, at: datetime) -> list[Entry]:
    """Publish the scheduled texts of these entries whose time has come; the seats have signed them before.

    A withdrawn entry stays out: its scheduled text waits until the entry is restored.
    """
    lock_entries(entry_ids)
    due = list(Revision.objects.filter(entry__in=entry_ids).due(at))
    published = publish_all(due, by=None)
    for revision in due:
        announcing.published(revision)
    return published


@transaction.atomic
def withdraw(entry: Entry, *, by: Agent, reason: str) -> Entry:
    """Take an entry out of use from this second on, and keep it. Locks the entry.

    Whether this person may do it alone (in an emergency) or needs the seats is asked before.
    Raises RuleBrokenError when the entry is not published, or no reason is given.
    """
    entry = lock_entry(entry.pk)
    if entry.state != EntryState.PUBLISHED:
        raise RuleBrokenError(_("Only a published entry can be withdrawn."))
    if not reason.strip():
        raise RuleBrokenError(_("Say why the entry is withdrawn."))
    entry.state = EntryState.WITHDRAWN
    entry.withdrawn_at = entry.changed_at = database_now()
    entry.save(update_fields=["state", "withdrawn_at", "changed_at"])
    audit.record(by, "entry.withdrawn", entry, reason=reason.strip())
    entries_changed.send(sender=Entry, entry_ids=[entry.pk])
    return entry


@transaction.atomic
def withdraw_all(entry_ids: Collection[int], *, by: Agent, reason: str) -> None:
    """`withdraw` for many entries, with a few statements whatever their number; those not published stay."""
    entries = [entry for entry in lock_entries(entry_ids) if entry.state == EntryState.PUBLISHED]
    at = database_now()
    pks = [entry.pk for entry in entries]
    Entry.objects.filter(pk__in=pks).update(state=EntryState.WITHDRAWN, withdrawn_at=at, changed_at=at)
    audit.record_all(by, "entry.withdrawn", [(entry, {"reason": reason}) for entry in entries])
    if pks:
        entries_changed.send(sender=Entry, entry_ids=pks)


@transaction.atomic
def restore(entry: Entry, *, by: Agent) -> Entry:
    """Bring a withdrawn entry back with the text it had. Locks the entry.

    Raises RuleBrokenError when the entry is not withdrawn.
    """
    entry = lock_entry(entry.pk)
    if entry.state != EntryState.WITHDRAWN:
        raise RuleBrokenError(_("Only a withdrawn entry can be restored."))
    entry.state = EntryState.PUBLISHED
    entry.withdrawn_at = None
    entry.changed_at = database_now()
    entry.save(update_fields=["state", "withdrawn_at", "changed_at"])
    audit.record(by, "entry.restored", entry)
    entries_changed.send(sender=Entry, entry_ids=[entry.pk])
    return entry
