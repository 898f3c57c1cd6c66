"""An answer becomes an entry: a draft in one step, and the agents who asked hear when it comes out."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent
from faq.models import EntryState, Revision, RevisionState
from faq.services import drafting
from faq.services.locking import database_now
from inquiries.models import Inquiry, Message
from inquiries.services import announcing
from inquiries.services.locking import lock
from kb.lib.errors import RuleBrokenError


@transaction.atomic
def make_draft(inquiry: Inquiry, *, by: Agent) -> Revision:
    """Make an entry's draft of question and answer; the other callers' wordings are its similar questions.

    A second call gives the same entry's draft, unless that was given up. Locks the inquiry. Raises
    RuleBrokenError without an answer, or when the person does not write entries of the line.
    """
    inquiry = lock(inquiry)
    if not permissions.may_write_entries_of(by, [inquiry.line_id]):
        raise RuleBrokenError(_("You do not write entries of this line."))
    made = _text_of_entry(inquiry)
    if made is not None:
        return made
    answer = inquiry.messages.filter(kind=Message.Kind.ANSWER).order_by("-pk").first()
    if answer is None:
        raise RuleBrokenError(_("There is no answer yet to make an entry of."))
    draft = drafting.create_entry(
        drafting.Text(inquiry.question, inquiry.line, answer=answer.text),
        by=by,
        similar_questions=_wordings(inquiry),
    )
    inquiry.entry, inquiry.entry_published_at = draft.entry, None
    inquiry.save(update_fields=["entry", "entry_published_at"])
    audit.record(by, "inquiry.made_entry", inquiry, entry=draft.entry_id)
    return draft


@transaction.atomic
def note_published(entry_ids: Collection[int]) -> None:
    """Stamp the inquiries whose entry has come out, and tell who asked. The entries are locked."""
    waiting = Inquiry.objects.filter(
        entry__in=entry_ids,
        entry__state=EntryState.PUBLISHED,
        entry__live_revision__isnull=False,
        entry_published_at__isnull=True,
    ).order_by("pk")
    for inquiry in waiting.select_for_update(of=("self",), no_key=True).select_related("entry"):
        assert inquiry.entry is not None  # noqa: S101
        inquiry.entry_published_at = database_now()
        inquiry.save(update_fields=["entry_published_at"])
        announcing.came_out(inquiry, inquiry.entry)


def _text_of_entry(inquiry: Inquiry) -> Revision | None:
    """The newest text of the entry made of it, unless all were given up before any came out."""
    if inquiry.entry is None:
        return None
    texts = inquiry.entry.revisions.order_by("-number")
    return texts.exclude(state=RevisionState.DISCARDED).first()


def _wordings(inquiry: Inquiry) -> list[str]:
    """What the callers' agents searched for; what was masked in is no wording of a question."""
    asked = inquiry.askers.exclude(words__in=["", inquiry.question]).values_list("words", flat=True)
    return [words for words in dict.fromkeys(asked) if "*" not in words]
