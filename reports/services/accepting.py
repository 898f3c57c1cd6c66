"""Accepting what a report proposes: one transaction, by the two lists of product.md §3."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services import deciding
from reports.services.acts import ACTS

Kind = Proposal.Kind
ALL_AT_ONCE = (Kind.REORDER, Kind.FEATURE, Kind.MOVE, Kind.WRITE)
MOST_AT_ONCE = 200


@dataclass
class Accepted:
    """How many were, and of the others why not, by proposal."""

    number: int = 0
    refused: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def accept(proposal: Proposal, *, by: Agent, chosen: Mapping[str, Any] | None = None) -> Proposal:
    """Do what is proposed, or what the supervisor ``chosen`` instead; all of it or nothing.

    Locks the proposal, then the entries in order. Raises RuleBrokenError when it was decided on meanwhile,
    or its entries do not allow it any more.
    """
    proposal = deciding.lock_undecided(proposal, by)
    change = {**proposal.change, **(chosen or {})}
    proposal.chosen = change if change != proposal.change else {}
    proposal.decided_by = by
    proposal.applied = ACTS[proposal.kind].apply(proposal, change, by)
    return deciding.decide(
        proposal, Proposal.State.ACCEPTED, by, chosen=proposal.chosen, applied=proposal.applied
    )


def accept_all(proposals: Collection[Proposal], *, by: Agent) -> Accepted:
    """Accept each of these, each in its own transaction; one that is refused holds up no other.

    Raises RuleBrokenError for kinds that are looked at one by one, and for more than `MOST_AT_ONCE`.
    """
    if any(proposal.kind not in ALL_AT_ONCE for proposal in proposals):
        raise RuleBrokenError(_("To retire, combine or split is decided one by one."))
    if len(proposals) > MOST_AT_ONCE:
        raise RuleBrokenError(_("At most %(most)s at once.") % {"most": MOST_AT_ONCE})
    told = Accepted()
    for proposal in proposals:
        try:
            accept(proposal, by=by)
        except RuleBrokenError as broken:
            told.refused[proposal.pk] = str(broken)
        else:
            told.number += 1
    return told
