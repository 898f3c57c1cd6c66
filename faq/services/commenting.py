"""Remarks on one field of a text that is being written or signed; settled one by one, and kept."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from faq.comparing import FIELDS
from faq.models import Comment, Revision
from faq.models.revision import OPEN_STATES
from faq.services.locking import database_now, lock_revision
from kb.lib.errors import RuleBrokenError

LONGEST = 2_000


@transaction.atomic
def comment(revision: Revision, *, field: str, text: str, by: Agent) -> Comment:
    """Write a remark. Locks the entry.

    Raises RuleBrokenError on an unknown field, no or too many words, or a text that is not open any more.
    """
    revision = lock_revision(revision)
    is_unsigned = revision.entry.is_unsigned and revision.entry.live_revision_id == revision.pk
    if revision.state not in OPEN_STATES and not is_unsigned:
        raise RuleBrokenError(_("This text is closed; nobody works on it any more."))
    if field not in FIELDS:
        raise RuleBrokenError(_("Choose which part of the text you mean."))
    if not text.strip():
        raise RuleBrokenError(_("The comment is empty."))
    if len(text) > LONGEST:
        raise RuleBrokenError(_("A comment may have at most %(most)s characters.") % {"most": LONGEST})
    return Comment.objects.create(revision=revision, field=field, text=text.strip(), written_by=by)


@transaction.atomic
def resolve(remark: Comment, *, by: Agent) -> Comment:
    """Say that a remark is settled. Locks the comment. Raises RuleBrokenError when it is already."""
    remark = Comment.objects.select_for_update().get(pk=remark.pk)
    if remark.resolved_at is not None:
        raise RuleBrokenError(_("This comment is settled already."))
    remark.resolved_by, remark.resolved_at = by, database_now()
    remark.save(update_fields=["resolved_by", "resolved_at"])
    return remark
