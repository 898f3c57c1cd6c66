"""What accepting and undoing do, by the kind of proposal; each kind in a module of its own."""

from collections.abc import Mapping

from reports.models import Proposal
from reports.services.acts import combine, feature, move, reorder, retire, split, write
from reports.services.acts.base import Act, Field

ACTS: Mapping[str, Act] = {
    Proposal.Kind.REORDER: reorder,
    Proposal.Kind.FEATURE: feature,
    Proposal.Kind.MOVE: move,
    Proposal.Kind.COMBINE: combine,
    Proposal.Kind.SPLIT: split,
    Proposal.Kind.RETIRE: retire,
    Proposal.Kind.WRITE: write,
}

__all__ = ["ACTS", "Act", "Field"]
