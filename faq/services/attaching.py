"""Files beside a text: taken in, put on a draft, taken off it. Their bytes are never changed."""

import secrets
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from faq import file_types
from faq.models import Attachment, Entry, Revision
from faq.services.drafting import Text, save_draft
from faq.services.locking import lock_entry, lock_revision
from kb.lib.errors import RuleBrokenError

MOST_IN_TEXT = 20
MOST_OF_ENTRY = 200  # with those of earlier texts, which stay


@transaction.atomic
def attach(entry: Entry, name: str, content: bytes, *, by: Agent) -> Attachment:
    """Keep a file for an entry; no text carries it yet. The same bytes again are the same row.

    Locks the entry. Raises RuleBrokenError when its bytes are of no type we take or its name says another,
    when it is too large, or when the entry has too many.
    """
    try:
        file_type = file_types.recognise(name, content)
    except ValueError as refused:
        raise RuleBrokenError(str(refused)) from refused
    entry = lock_entry(entry.pk)
    digest = sha256(content).hexdigest()
    kept = entry.attachments.defer("content")
    if same := kept.filter(sha256=digest).first():
        return same
    if kept.count() >= MOST_OF_ENTRY:
        raise RuleBrokenError(_("This entry has as many files as it can keep."))
    attachment = Attachment.objects.create(
        entry=entry,
        key=secrets.token_urlsafe(32),
        name=file_types.tidy_name(name, file_type),
        content_type=file_type.content_type,
        size=len(content),
        sha256=digest,
        content=content,
        added_by=by,
    )
    audit.record(by, "attachment.added", attachment, entry=entry.pk, name=attachment.name, sha256=digest)
    return attachment


@transaction.atomic
def attach_to_draft(draft: Revision, name: str, content: bytes, *, by: Agent) -> Revision:
    """Put a file on a draft, whatever its words are by now: seats signed so far are void, ``by`` an author.

    Locks the entry. Raises RuleBrokenError as `attach` and `drafting.save_draft` do, and on too many files.
    """
    draft = lock_revision(draft)
    attachment = attach(draft.entry, name, content, by=by)
    files = {*_files(draft), attachment.pk}
    if len(files) > MOST_IN_TEXT:
        raise RuleBrokenError(_("A text has at most %(most)s files.") % {"most": MOST_IN_TEXT})
    return save_draft(draft, _with(draft, files), by=by)


@transaction.atomic
def detach_from_draft(draft: Revision, attachment_id: int, *, by: Agent) -> Revision:
    """Take a file off a draft; texts that were live keep it. What is not on it is off it already.

    Locks the entry. Raises RuleBrokenError as `drafting.save_draft` does.
    """
    draft = lock_revision(draft)
    return save_draft(draft, _with(draft, _files(draft) - {attachment_id}), by=by)


def _files(draft: Revision) -> set[int]:
    return set(draft.attachments.values_list("pk", flat=True))


def _with(draft: Revision, attachment_ids: set[int]) -> Text:
    words = {**vars(Text.of(draft)), "attachment_ids": sorted(attachment_ids)}
    return Text(**words)
