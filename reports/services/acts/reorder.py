"""Put a category in another order: at once."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import Agent
from faq.models import Category
from faq.services import ordering
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services.acts.base import Change, Field, Told


def apply(proposal: Proposal, change: Change, by: Agent) -> Told:
    """What left the category meanwhile is passed over, what came stands behind."""
    done = ordering.reorder(_category(proposal), change.get("order", []), by=by)
    return {"order": {"before": done.before, "after": done.after}}


def fields(proposal: Proposal) -> list[Field]:
    """The order as a whole: ours while those that are still there stand as they were put."""
    told = proposal.applied["order"]
    now = ordering.order_of(_category(proposal))
    before = ordering.arranged(now, told["before"])
    if now == before:
        return []
    is_ours = now == ordering.arranged(now, told["after"])
    return [Field("order", _("Order"), before, now, is_ours)]


def undo(proposal: Proposal, back: Collection[str], by: Agent) -> Told:
    """What came since stands behind."""
    if "order" not in back:
        return {}
    done = ordering.reorder(_category(proposal), proposal.applied["order"]["before"], by=by)
    return {"order": {"before": done.before, "after": done.after}}


def _category(proposal: Proposal) -> Category:
    if proposal.category is None:
        raise RuleBrokenError(_("The category is not there any more."))
    return proposal.category
