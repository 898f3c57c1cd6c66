"""Split an entry that answers two questions: a draft of the second one, with the wordings that ask it.

The wordings leave the old entry only when the new one is out, or callers' words would find neither.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.models import Agent
from faq.models import Entry, Revision, SimilarQuestion
from faq.services import curating, drafting
from faq.services.curating import Curation
from faq.services.drafting import Text
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services.acts import begun, seats
from reports.services.acts.base import (
    Change,
    Field,
    Told,
    drop_wordings,
    entry_of,
    tell_wordings,
    tidy_question,
    tidy_texts,
    used_entry,
)


def apply(proposal: Proposal, change: Change, by: Agent) -> Told:
    """The draft begins with the answer as it is; whoever writes keeps what the second question needs."""
    entry = used_entry(proposal)
    live: Revision = entry.live_revision  # type: ignore[assignment]  # what is in use has a text
    question, texts = tidy_question(change.get("question")), tidy_texts(change.get("similar"))
    if question == live.question:
        raise RuleBrokenError(_("The second question is the entry’s own; say what else is asked."))
    draft = drafting.create_entry(
        replace(Text.of(live), question=question, attachment_ids=()),
        by=by,
        category=entry.category,
        similar_questions=[text for text in texts if text != question],
        is_restricted=entry.is_restricted,
    )
    seats.give_reason(draft, proposal)
    seats.tell_writers(draft, proposal, by)
    moving = SimilarQuestion.objects.filter(entry=entry, text__in=[question, *texts])
    return {**begun.told(draft), "moving": {str(row.pk): row.text for row in moving}}


def fields(proposal: Proposal) -> list[Field]:
    """The new entry, and the wordings that left the old one."""
    found = begun.field(proposal)
    gone = _gone(proposal)
    parts = [found] if found else []
    if gone:
        parts.append(Field("similar", _("Similar questions of the old entry"), gone, [_("moved")], True))
    return parts


def undo(proposal: Proposal, back: Collection[str], by: Agent) -> Told:
    """The wordings come back at once; the seats are asked about an entry that is out."""
    told: Told = {}
    gone = _gone(proposal)
    if "similar" in back and gone:
        _add(entry_of(proposal), gone, by)
        told["similar"] = gone
    if "entry" in back:
        told |= begun.take_back(proposal, by)
    return told


def move_wordings(proposal: Proposal) -> None:
    """The new entry is out: take from the old one what asks the new one, unless somebody changed it since."""
    old = entry_of(proposal)
    drop_wordings(old, list(proposal.applied["moving"]), proposal.decided_by)


def _gone(proposal: Proposal) -> list[str]:
    if not Entry.objects.filter(pk=proposal.applied["entry"], live_revision__isnull=False).exists():
        return []
    left = SimilarQuestion.objects.filter(entry=proposal.entry_id).values_list("text", flat=True)
    return [text for text in proposal.applied["moving"].values() if text not in set(left)]


def _add(entry: Entry, texts: Sequence[str], by: Agent) -> None:
    before = list(entry.similar_questions.values_list("text", flat=True))
    curating.apply([Curation(entry.pk, {}, similar_questions=[*before, *texts])], by=by)
    tell_wordings(entry, before, [*before, *texts], by)
