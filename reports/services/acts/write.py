"""Write an entry for what is asked in vain: a draft that somebody finishes."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import Agent, BusinessLine
from faq.models import Revision
from faq.services import drafting
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services.acts import begun, seats
from reports.services.acts.base import Change, Field, Told, tidy_question, tidy_texts
from reports.services.acts.feature import line_of
from search import gaps
from search.models import Gap


def apply(proposal: Proposal, change: Change, by: Agent) -> Told:
    """Takes the gap up, so that it is not listed as open any more."""
    line = line_of(change.get("line"))
    if line is None:
        raise RuleBrokenError(_("Choose a business line."))
    question, texts = tidy_question(change.get("question")), tidy_texts(change.get("similar"))
    draft = _draft(proposal.gap_key, question, texts, line, by)
    seats.give_reason(draft, proposal)
    seats.tell_writers(draft, proposal, by)
    return begun.told(draft)


def fields(proposal: Proposal) -> list[Field]:
    """The new entry."""
    found = begun.field(proposal)
    return [found] if found else []


def undo(proposal: Proposal, back: Collection[str], by: Agent) -> Told:
    """The question is a gap again from the next night on, for nothing answers it."""
    return begun.take_back(proposal, by) if "entry" in back else {}


def _draft(key: str, question: str, texts: list[str], line: BusinessLine, by: Agent) -> Revision:
    """Raises RuleBrokenError when somebody has decided on the gap meanwhile."""
    gap = Gap.objects.filter(key=key).order_by("-pk").first() if key else None
    if gap is None:  # no longer asked these weeks; it was asked then
        similar = [text for text in texts if text != question]
        return drafting.create_entry(drafting.Text(question, line), by=by, similar_questions=similar)
    entry = gaps.write_entry(gap, question, texts, line=line, by=by)
    return entry.revisions.get()
