"""Undoing what was accepted, at any time.

What nobody has changed since is reversed. For the rest the supervisor has seen both states and says field by
field which shall be.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services import deciding
from reports.services.acts import ACTS, Field
from reports.services.acts.base import lock_touched

BEFORE, NOW = "before", "now"


class ChoiceNeededError(RuleBrokenError):
    """Somebody has changed something since; ``fields`` holds both states of everything, to choose from."""

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__(_("Some of it was changed since. Choose for each which state shall be."))
        self.fields = fields


@transaction.atomic
def undo(
    proposal: Proposal, *, by: Agent, fields: Mapping[str, str] | None = None, seen: str | None = None
) -> Proposal:
    """Reverse it; ``fields`` says "before" or "now" for what was changed since, and may for the rest.

    Locks the proposal, then its entries in order. ``seen`` is the `digest` of the states the person chose
    from. Raises ChoiceNeededError where a choice is missing or other states were seen, and RuleBrokenError
    when it was undone meanwhile or an entry does not allow it.
    """
    proposal, wanted = deciding.lock_accepted(proposal, by), fields or {}
    act = ACTS[proposal.kind]
    lock_touched(proposal)
    found = act.fields(proposal)
    is_open = any(not field.is_ours and wanted.get(field.name) not in (BEFORE, NOW) for field in found)
    if is_open or (seen is not None and seen != digest(found)):
        raise ChoiceNeededError(found)
    back = {field.name for field in found if wanted.get(field.name, BEFORE) == BEFORE}
    told = act.undo(proposal, back, by)
    proposal.applied = {**proposal.applied, "undone": told}
    proposal.state = Proposal.State.UNDONE
    proposal.undone_by, proposal.undone_at = by, database_now()
    proposal.save(update_fields=["applied", "state", "undone_by", "undone_at"])
    audit.record(by, "proposal.undone", proposal, kind=proposal.kind, back=sorted(back), told=told)
    return proposal


def digest(fields: Sequence[Field]) -> str:
    """Names these states, so that nobody chooses from others than they saw."""
    told = [[field.name, list(field.before), list(field.now), field.is_ours] for field in fields]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, default=str).encode()).hexdigest()[:16]
