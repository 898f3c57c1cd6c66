"""What needs every seat: requests and texts made of a proposal, with its evidence as their reason."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Agent
from accounts.roles import Role
from courier import telling
from faq.models import Entry, EntryState, Purpose, Revision, RevisionState
from faq.models.revision import OPEN_STATES
from faq.services import announcing, drafting, reviewing, withdrawing
from faq.services.drafting import Text
from kb.lib.errors import RuleBrokenError
from reports import wordings
from reports.models import Proposal
from reports.services.acts.base import Field, Told, entry_of

LONGEST_REASON = 500
SHORTENED = "…"


def reason_of(proposal: Proposal) -> str:
    """The evidence in the site's language, and where all of it is read."""
    with override(settings.LANGUAGE_CODE):
        address = telling.in_mail(reverse("reports:proposal", args=[proposal.pk]))
        said = wordings.reason(proposal)
    room = LONGEST_REASON - len(address) - 1
    if len(said) > room:
        said = said[: room - len(SHORTENED)] + SHORTENED
    return f"{said} {address}"


def ask_withdrawal(entry: Entry, proposal: Proposal, by: Agent) -> Revision:
    """Ask every seat to take it out of use."""
    request = withdrawing.request_withdrawal(entry, by=by, reason=reason_of(proposal))
    tell_seats(request, proposal, by)
    return request


def ask_restoration(entry: Entry, proposal: Proposal, by: Agent) -> Revision:
    """Ask every seat to bring it back: what was proposed is undone."""
    with override(settings.LANGUAGE_CODE):
        reason = _("Undone: %(reason)s") % {"reason": reason_of(proposal)}
    request = withdrawing.request_restoration(entry, by=by, reason=reason[:LONGEST_REASON])
    tell_seats(request, proposal, by)
    return request


def hand_in(entry: Entry, text: Text, proposal: Proposal, by: Agent) -> Revision:
    """Make a text of an entry in use and hand it to its seats."""
    draft = begin(entry, text, proposal, by)
    draft = reviewing.submit(draft, by=by)
    tell_seats(draft, proposal, by)
    return draft


def begin(entry: Entry, text: Text, proposal: Proposal, by: Agent) -> Revision:
    """Make a draft of an entry in use that somebody will finish."""
    draft = drafting.save_draft(drafting.new_draft(entry, by=by), text, by=by)
    return give_reason(draft, proposal)


def give_reason(draft: Revision, proposal: Proposal) -> Revision:
    """Let a draft say what it came from."""
    draft.reason = reason_of(proposal)
    draft.save(update_fields=["reason"])
    return draft


def is_ours(revision: Revision | None, proposal: Proposal) -> bool:
    """Whether it is still open and nobody else has written in it."""
    if revision is None or revision.state not in OPEN_STATES:
        return False
    return set(revision.authors.values_list("pk", flat=True)) <= {proposal.decided_by_id}


def close(revision: Revision, by: Agent) -> None:
    """Give up an open text or request."""
    if revision.purpose == Purpose.TEXT:
        drafting.discard(revision, by=by)
    else:
        withdrawing.drop(revision, by=by)


def withdrawal_field(proposal: Proposal) -> Field | None:
    """What became of the request to withdraw; None where nothing is left to take back."""
    request = Revision.objects.filter(pk=proposal.applied["request"]).first()
    entry = entry_of(proposal)
    label, before = _("Use"), [_("in use")]
    if request is None:
        return None
    if request.state in OPEN_STATES:
        now = [_("in use; the seats are asked to withdraw it")]
        return Field("use", label, before, now, is_ours(request, proposal))
    if request.state != RevisionState.DONE or entry.state != EntryState.WITHDRAWN:
        return None
    if Revision.objects.filter(entry=entry).open_requests().exists():
        return None
    again = entry.revisions.exclude(purpose=Purpose.TEXT).filter(number__gt=request.number)
    return Field("use", label, before, [_("withdrawn")], not again.exists())


def take_withdrawal_back(proposal: Proposal, by: Agent) -> Told:
    """Drop the request while the seats are asked; when they have signed, ask them to bring the entry back."""
    request = Revision.objects.get(pk=proposal.applied["request"])
    if request.state in OPEN_STATES:
        close(request, by)
        return {"dropped": request.pk}
    return {"restoration": ask_restoration(entry_of(proposal), proposal, by).pk}


def tell_seats(revision: Revision, proposal: Proposal, by: Agent) -> None:
    """Everybody who may sign hears that there is something to sign."""
    lines = {revision.line_id, *revision.lines_concerned.values_list("pk", flat=True)}
    seats = Q(groups__name=Role.CALL_CENTRE_EXPERT)
    seats |= Q(groups__name=Role.BUSINESS_EXPERT, lines__in=lines)
    people = Agent.objects.filter(seats, is_active=True).exclude(pk=by.pk).distinct()
    with override(settings.LANGUAGE_CODE):
        said = _("%(purpose)s to sign, from the reshuffle: %(question)s") % {
            "purpose": revision.get_purpose_display(),
            "question": revision.question[:120],
        }
    _tell(revision, people, said, proposal, announcing.address(revision))


def tell_writers(draft: Revision, proposal: Proposal, by: Agent) -> None:
    """Information administrators, and the experts of its line, hear that a draft waits to be written."""
    writers = Q(groups__name=Role.INFORMATION_ADMINISTRATOR)
    writers |= Q(groups__name=Role.BUSINESS_EXPERT, lines=draft.line)
    people = Agent.objects.filter(writers, is_active=True).exclude(pk=by.pk).distinct()
    with override(settings.LANGUAGE_CODE):
        said = _("A draft from the reshuffle waits to be written: %(question)s") % {
            "question": draft.question[:120]
        }
    _tell(draft, people, said, proposal, reverse("faq:draft", args=[draft.pk]))


def _tell(revision: Revision, people: Iterable[Agent], said: str, proposal: Proposal, address: str) -> None:
    hearers = [one for one in people if Revision.objects.filter(pk=revision.pk).open_to(one).exists()]
    telling.tell(hearers, said, key=f"proposal-{proposal.pk}-{revision.pk}", address=address)


def open_revision(pk: int | None) -> Revision | None:
    """That text while it is open."""
    return Revision.objects.open().filter(pk=pk).first() if pk else None


def check_nobody_asks(entry: Entry) -> None:
    """Raises RuleBrokenError while the seats are asked to withdraw this entry."""
    if Revision.objects.filter(entry=entry).open_requests().exists():
        raise RuleBrokenError(
            _("The seats are being asked about the entry that is to stay; wait until they have answered.")
        )
