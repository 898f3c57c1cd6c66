"""Take an entry out of use: the seats are asked."""

from collections.abc import Collection

from accounts.models import Agent
from reports.models import Proposal
from reports.services.acts import seats
from reports.services.acts.base import Change, Field, Told, used_entry


def apply(proposal: Proposal, change: Change, by: Agent) -> Told:  # noqa: ARG001
    """There is nothing to choose."""
    entry = used_entry(proposal)
    return {"request": seats.ask_withdrawal(entry, proposal, by).pk}


def fields(proposal: Proposal) -> list[Field]:
    """The request, or what it led to."""
    found = seats.withdrawal_field(proposal)
    return [found] if found else []


def undo(proposal: Proposal, back: Collection[str], by: Agent) -> Told:
    """Drop the request, or ask the seats to bring the entry back."""
    return seats.take_withdrawal_back(proposal, by) if "use" in back else {}
