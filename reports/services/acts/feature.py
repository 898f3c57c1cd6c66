"""Put an entry on the hot list: at once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Agent, BusinessLine
from faq.comparing import moment
from faq.models import Feature
from faq.services import featuring
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services.acts.base import Change, Field, Told, used_entry

DAYS = 31


def apply(proposal: Proposal, change: Change, by: Agent) -> Told:
    """For everybody or one line, on top, until its days are over."""
    entry = used_entry(proposal)
    pinned = featuring.feature(entry, line=line_of(change.get("line")), days=_days(change), by=by)
    return {"feature": {"id": pinned.pk, **featuring.as_told(pinned)}}


def fields(proposal: Proposal) -> list[Field]:
    """Ours while it ends when we said; one that ended by itself or was taken off is as before."""
    told = proposal.applied["feature"]
    pinned = Feature.objects.filter(pk=told["id"]).first()
    if pinned is None:
        return []
    now = _("on the hot list until %(at)s") % {"at": moment(pinned.ends_at) or "–"}
    is_ours = _ends(told) == pinned.ends_at
    return [Field("feature", _("Hot list"), [_("not on the hot list")], [now], is_ours)]


def undo(proposal: Proposal, back: Collection[str], by: Agent) -> Told:
    """Take it off again."""
    pinned = Feature.objects.filter(pk=proposal.applied["feature"]["id"]).first()
    if "feature" not in back or pinned is None:
        return {}
    featuring.unfeature(pinned.entry, line=pinned.line, by=by)
    return {"feature": "off"}


def line_of(pk: Any) -> BusinessLine | None:
    """The line of that id; None is everybody. Raises RuleBrokenError for one that is not active."""
    if pk is None:
        return None
    line = BusinessLine.objects.filter(pk=pk, is_active=True).first()
    if line is None:
        raise RuleBrokenError(_("Choose a business line."))
    return line


def _days(change: Change) -> int:
    try:
        return int(change.get("days", DAYS))
    except (TypeError, ValueError):
        raise RuleBrokenError(_("The days are a whole number.")) from None


def _ends(told: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(told["ends_at"]) if told["ends_at"] else None
