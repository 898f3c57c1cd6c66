"""An entry that a proposal began: its draft, and what became of it."""

from django.utils.translation import gettext as _

from accounts.models import Agent
from faq.models import Entry, EntryState, Revision
from reports.models import Proposal
from reports.services.acts import seats
from reports.services.acts.base import Field, Told


def told(draft: Revision) -> Told:
    """What is kept of it."""
    return {"entry": draft.entry_id, "draft": draft.pk}


def field(proposal: Proposal) -> Field | None:
    """Its draft, or the entry that came of it; None where it is not there any more."""
    entry = Entry.objects.get(pk=proposal.applied["entry"])
    draft = Revision.objects.open().filter(entry=entry).first()
    label, before = _("New entry"), [_("not there")]
    if entry.state == EntryState.DRAFT and draft is not None:
        is_ours = draft.pk == proposal.applied["draft"] and seats.is_ours(draft, proposal)
        return Field("entry", label, before, [entry.pk, _("is being written")], is_ours)
    if entry.state != EntryState.PUBLISHED or Revision.objects.filter(entry=entry).open_requests().exists():
        return None
    is_ours = entry.live_revision_id == proposal.applied["draft"]
    return Field("entry", label, before, [entry.pk, _("in use")], is_ours)


def take_back(proposal: Proposal, by: Agent) -> Told:
    """Throw the draft away, or ask the seats to withdraw what came of it."""
    entry = Entry.objects.get(pk=proposal.applied["entry"])
    if entry.state == EntryState.PUBLISHED:
        return {"request": seats.ask_withdrawal(entry, proposal, by).pk}
    draft = Revision.objects.open().get(entry=entry)
    seats.close(draft, by)
    return {"dropped": draft.pk}
