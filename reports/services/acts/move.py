"""File an entry in another category, at once; or give it to another line, which its seats sign."""

from collections.abc import Collection
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent, BusinessLine
from faq.models import Category, Entry, Revision
from faq.services import curating
from faq.services.curating import Curation
from faq.services.drafting import Text
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services.acts import seats
from reports.services.acts.base import Change, Field, Told, entry_of, used_entry
from reports.services.acts.feature import line_of


def apply(proposal: Proposal, change: Change, by: Agent) -> Told:
    """The old line stays concerned, so that it signs that the entry goes."""
    entry = used_entry(proposal)
    if "category" in change:
        return _file(entry, change["category"], by)
    line = line_of(change.get("line"))
    if line is None or line.pk == entry.line_id:
        raise RuleBrokenError(_("Choose another business line than the one that owns it."))
    live = Text.of(_live(entry))
    concerned = [one for one in [*live.lines_concerned, live.line] if one.pk != line.pk]
    draft = seats.hand_in(entry, replace(live, line=line, lines_concerned=concerned), proposal, by)
    return {
        "line": {
            "before": live.line.pk,
            "after": line.pk,
            "concerned": [one.pk for one in live.lines_concerned],
        },
        "draft": draft.pk,
    }


def fields(proposal: Proposal) -> list[Field]:
    """The category, or the line with the text that was to change it."""
    entry = entry_of(proposal)
    if "category" in proposal.applied:
        told = proposal.applied["category"]
        if entry.category_id == told["before"]:
            return []
        is_ours = entry.category_id == told["after"]
        return [
            Field("category", _("Category"), [_path(told["before"])], [_path(entry.category_id)], is_ours)
        ]
    told, draft = proposal.applied["line"], seats.open_revision(proposal.applied["draft"])
    before = [str(BusinessLine.objects.get(pk=told["before"]))]
    if draft is not None:
        now = [_("%(line)s; the seats are asked about another one") % {"line": entry.line}]
        return [Field("line", _("Business line"), before, now, seats.is_ours(draft, proposal))]
    if entry.line_id == told["before"]:
        return []
    return [Field("line", _("Business line"), before, [str(entry.line)], entry.line_id == told["after"])]


def undo(proposal: Proposal, back: Collection[str], by: Agent) -> Told:
    """The category at once; the line by closing what is open, else by asking the seats for the one before."""
    entry = entry_of(proposal)
    if "category" in back:
        told = proposal.applied["category"]
        return _file(entry, told["before"], by, position=told["position"])
    if "line" not in back:
        return {}
    draft = seats.open_revision(proposal.applied["draft"])
    if draft is not None:
        seats.close(draft, by)
        return {"dropped": draft.pk}
    told = proposal.applied["line"]
    lines = BusinessLine.objects.in_bulk([told["before"], *told["concerned"]])
    text = replace(
        Text.of(_live(entry)),
        line=lines[told["before"]],
        lines_concerned=[lines[pk] for pk in told["concerned"] if pk in lines],
    )
    return {"draft": seats.hand_in(entry, text, proposal, by).pk}


def _file(entry: Entry, category_id: int | None, by: Agent, position: int | None = None) -> Told:
    category = Category.objects.filter(pk=category_id).first() if category_id else None
    if category_id and category is None:
        raise RuleBrokenError(_("The category is not there any more."))
    if entry.category_id == category_id:
        raise RuleBrokenError(_("The entry is filed there already."))
    before = {"category": entry.category_id, "position": entry.position}
    place = {} if position is None else {"position": position}
    curating.apply([Curation(entry.pk, {"category": category, **place})], by=by)
    told = {"before": {"category": _path(entry.category_id)}, "after": {"category": _path(category_id)}}
    audit.record(by, "entry.curated", entry, **told)
    return {"category": {"before": before["category"], "after": category_id, "position": before["position"]}}


def _path(category_id: int | None) -> str:
    category = Category.objects.filter(pk=category_id).first() if category_id else None
    return category.path if category else _("no category")


def _live(entry: Entry) -> Revision:
    if entry.live_revision is None:
        raise RuleBrokenError(_("The entry is no longer in use; somebody withdrew it meanwhile."))
    return entry.live_revision
