"""A supervisor's verdict on a proposal that changes nothing yet: dismissed for good, later, open again."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.models.proposals import UNDECIDED

State = Proposal.State
LONGEST_REASON = 500


@transaction.atomic
def dismiss(proposal: Proposal, *, by: Agent, reason: str) -> Proposal:
    """Never propose it again, unless its weight doubles.

    Locks the proposal. Raises RuleBrokenError when it was decided on meanwhile, or no reason is given.
    """
    proposal = lock_undecided(proposal, by)
    reason = reason.strip()
    if not reason:
        raise RuleBrokenError(_("Say why."))
    if len(reason) > LONGEST_REASON:
        raise RuleBrokenError(_("The reason may have at most 500 characters."))
    proposal.reason = reason
    return decide(proposal, State.DISMISSED, by, reason=reason)


@transaction.atomic
def later(proposal: Proposal, *, by: Agent) -> Proposal:
    """Put it off. Locks the proposal. Raises RuleBrokenError when it was decided on meanwhile."""
    proposal = lock_undecided(proposal, by)
    if proposal.state == State.LATER:
        raise RuleBrokenError(_("This was put off already."))
    return decide(proposal, State.LATER, by)


@transaction.atomic
def take_back(proposal: Proposal, *, by: Agent) -> Proposal:
    """List one that was dismissed, or put off, as open again.

    Locks the proposal. Raises RuleBrokenError when it is neither, or the same is proposed anew already.
    """
    proposal = _lock(proposal, by)
    if proposal.state not in (State.DISMISSED, State.LATER):
        raise RuleBrokenError(_("Only what was dismissed or put off is opened again."))
    if Proposal.objects.filter(key=proposal.key, state__in=UNDECIDED).exclude(pk=proposal.pk).exists():
        raise RuleBrokenError(_("The same is proposed anew already."))
    proposal.reason = ""
    return decide(proposal, State.OPEN, by)


def lock_undecided(proposal: Proposal, by: Agent) -> Proposal:
    """The proposal as it is now, held. Raises RuleBrokenError when somebody has decided on it meanwhile."""
    proposal = _lock(proposal, by)
    if proposal.state not in UNDECIDED:
        if proposal.decided_by is None:
            raise RuleBrokenError(_("This is no longer proposed."))
        raise RuleBrokenError(
            _("%(person)s has decided on this meanwhile: %(state)s.")
            % {"person": proposal.decided_by, "state": proposal.get_state_display()}
        )
    return proposal


def lock_accepted(proposal: Proposal, by: Agent) -> Proposal:
    """The same for one that was accepted. Raises RuleBrokenError when it was not, or was undone meanwhile."""
    proposal = _lock(proposal, by)
    if proposal.state != State.ACCEPTED:
        raise RuleBrokenError(_("This was undone meanwhile, or never accepted."))
    return proposal


def decide(proposal: Proposal, state: State, by: Agent, **detail: object) -> Proposal:
    """Store the verdict; the caller holds the proposal's lock."""
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, database_now()
    proposal.save(update_fields=["state", "decided_by", "decided_at", "reason", "chosen", "applied"])
    audit.record(by, f"proposal.{state}", proposal, kind=proposal.kind, key=proposal.key, **detail)
    return proposal


def _lock(proposal: Proposal, by: Agent) -> Proposal:
    if not permissions.may_decide_proposals(by):
        raise RuleBrokenError(_("The reshuffle is for supervisors to decide."))
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("decided_by", "category")
    return rows.get(pk=proposal.pk)
