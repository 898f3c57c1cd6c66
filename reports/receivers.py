"""What becomes of accepted proposals when the seats have signed; in the same transaction.

The proposal is read and never locked here: whoever signs holds the entry, and whoever undoes holds the
proposal first.
"""

from typing import Any

from accounts.models import Agent
from faq.models import Entry, EntryState, Purpose, Revision
from reports.models import Proposal
from reports.services.acts import combine, split

Kind, State = Proposal.Kind, Proposal.State


def follow_request(revision: Revision, by: Agent, **_: Any) -> None:
    """Receiver of ``request_carried_out``: a combined entry is out, or back."""
    combined = Proposal.objects.filter(kind=Kind.COMBINE, entry=revision.entry_id)
    if revision.purpose == Purpose.WITHDRAWAL:
        for proposal in combined.filter(state=State.ACCEPTED, applied__request=revision.pk):
            combine.lead(proposal, by)
    if revision.purpose == Purpose.RESTORATION:
        for proposal in combined.filter(state=State.UNDONE, applied__undone__restoration=revision.pk):
            combine.take_wordings(proposal, proposal.applied["undone"].get("similar", []), by)


def follow_split(entry_ids: list[int], **_: Any) -> None:
    """Receiver of ``entries_changed``: what was split off is out, and takes its wordings along."""
    accepted = Proposal.objects.filter(kind=Kind.SPLIT, state=State.ACCEPTED, applied__entry__in=entry_ids)
    out = Entry.objects.filter(state=EntryState.PUBLISHED)
    for proposal in accepted:
        if proposal.applied["moving"] and out.filter(pk=proposal.applied["entry"]).exists():
            split.move_wordings(proposal)
