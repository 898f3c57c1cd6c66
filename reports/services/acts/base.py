"""What every kind of proposal has to be able to do, and what they share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from faq import wording
from faq.models import Entry, EntryState, SimilarQuestion
from faq.services import ordering
from faq.services.locking import lock_entries
from faq.signals import entries_changed
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal

Change = Mapping[str, Any]
Told = dict[str, Any]
Part = str | int
"""A line of text, or an entry's id: who reads it is shown the question if they may know it."""


@dataclass(frozen=True)
class Field:
    """One thing that accepting changed: what it was before, and what it is now.

    ``is_ours`` while it is what accepting made of it: then undoing asks nobody.
    """

    name: str
    label: str
    before: Sequence[Part]
    now: Sequence[Part]
    is_ours: bool


class Act(Protocol):
    """One kind of proposal; the caller holds the proposal's lock and has opened the transaction."""

    def apply(self, proposal: Proposal, change: Change, by: Agent) -> Told:
        """Do it, and tell what was before and after. Locks the entries; raises RuleBrokenError."""
        ...

    def fields(self, proposal: Proposal) -> list[Field]:
        """What of it could still be reversed; what is as before already is not named."""
        ...

    def undo(self, proposal: Proposal, back: Collection[str], by: Agent) -> Told:
        """Reverse these fields, and tell what was done. Raises RuleBrokenError."""
        ...


def entry_of(proposal: Proposal) -> Entry:
    """The entry it is about, as it is now. Raises RuleBrokenError for a proposal without one."""
    if proposal.entry_id is None:
        raise RuleBrokenError(_("This is no longer proposed."))
    return Entry.objects.select_related("live_revision", "category", "line").get(pk=proposal.entry_id)


def used_entry(proposal: Proposal) -> Entry:
    """The entry it is about, locked. Raises RuleBrokenError when it is not in use any more."""
    return next(iter(used([proposal.entry_id]).values()))


def used(entry_ids: Collection[int | None]) -> dict[int, Entry]:
    """These entries, locked in order. Raises RuleBrokenError when one is not in use any more."""
    wanted = {pk for pk in entry_ids if pk is not None}
    found = {entry.pk: entry for entry in lock_entries(wanted) if entry.state == EntryState.PUBLISHED}
    if not wanted or found.keys() != wanted:
        raise RuleBrokenError(_("The entry is no longer in use; somebody withdrew it meanwhile."))
    return found


def lock_touched(proposal: Proposal) -> None:
    """Hold every entry the proposal is about, in order, so that what undoing reads stays true."""
    if proposal.kind == Proposal.Kind.REORDER and proposal.category is not None:
        ordering.lock(proposal.category)
        return
    pks = {proposal.entry_id, proposal.other_id, *(proposal.applied.get(name) for name in ("entry", "into"))}
    lock_entries({pk for pk in pks if pk is not None})


def drop_wordings(entry: Entry, rows: Collection[int | str], by: Agent | None) -> None:
    """Take these similar questions from an entry; a wording that somebody wrote anew is another row.

    It locks no entry: it is called while another one is held, and what takes both does so in their order.
    """
    before = list(entry.similar_questions.values_list("pk", "text"))
    gone = {int(pk) for pk in rows}
    after = [text for pk, text in before if pk not in gone]
    if len(after) == len(before):
        return
    SimilarQuestion.objects.filter(entry=entry, pk__in=gone).delete()
    tell_wordings(entry, [text for _pk, text in before], after, by)
    if entry.state == EntryState.PUBLISHED:
        entries_changed.send(sender=Entry, entry_ids=[entry.pk])


def tell_wordings(entry: Entry, before: list[str], after: list[str], by: Agent | None) -> None:
    """The audit row of changed similar questions."""
    told = {"before": {"similar_questions": before}, "after": {"similar_questions": after}}
    audit.record(by, "entry.curated", entry, **told)


def tidy_question(value: Any) -> str:
    """The question as it is stored. Raises RuleBrokenError when there is none, or it is too long."""
    question = wording.tidy_line(str(value or ""))
    if not question or len(question) > wording.LONGEST_QUESTION:
        raise RuleBrokenError(_("The question is missing or too long."))
    return question


def tidy_texts(values: Any) -> list[str]:
    """Wordings as they are stored, none twice. Raises RuleBrokenError when one is too long, or too many."""
    texts = list(dict.fromkeys(filter(None, (wording.tidy_line(str(value)) for value in values or ()))))
    if any(len(text) > wording.LONGEST_QUESTION for text in texts):
        raise RuleBrokenError(_("A similar question is too long."))
    if len(texts) > wording.MOST_SIMILAR_QUESTIONS:
        raise RuleBrokenError(
            _("An entry has at most %(most)s similar questions; take one out first.")
            % {"most": wording.MOST_SIMILAR_QUESTIONS}
        )
    return texts
