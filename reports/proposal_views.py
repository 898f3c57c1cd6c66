"""The reshuffle's page: one list by kind, worked with the keyboard, or with forms where no script runs."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from faq.models import Entry
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID, row_id
from reports import proposal_reads
from reports.models import Proposal
from reports.proposal_forms import Chosen, chosen_from
from reports.proposal_page import body_of, context_of, states_of
from reports.proposal_reads import TABS, Names, readable, row_of
from reports.services import accepting, deciding, undoing
from reports.services.undoing import ChoiceNeededError

Kind, State = Proposal.Kind, Proposal.State
FROM_LIST = "HX-Request"


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Those that are open, or what ``?state=`` names, grouped by kind."""
    reader = _reader(request)
    return _list(request, reader, _state(request.GET.get("state")))


@require_safe
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal with its evidence and preview: a page, or the piece that opens in the list."""
    reader, found = _look_up(request, pk)
    if FROM_LIST in request.headers:
        return render(request, "reports/partials/proposal_body.html", body_of(found, reader))
    return render(request, "reports/proposal_detail.html", context_of(found, reader))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """As it is proposed, or with ``change`` as the form says."""
    person, found = _to_decide(request, pk)

    def act() -> None:
        chosen = chosen_from(found, request.POST)
        _check_seen(chosen, person)
        accepting.accept(found, by=person, chosen=chosen or None)

    return _done(request, person, found, act)


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """For good, with a reason."""
    person, found = _to_decide(request, pk)
    reason = request.POST.get("reason", "")
    return _done(request, person, found, lambda: deciding.dismiss(found, by=person, reason=reason))


@require_POST
def later(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it off."""
    person, found = _to_decide(request, pk)
    return _done(request, person, found, lambda: deciding.later(found, by=person))


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one again that was dismissed or put off."""
    person, found = _to_decide(request, pk)
    return _done(request, person, found, lambda: deciding.take_back(found, by=person))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Reverse what was accepted; ``choose-NAME`` says before or now for what was changed since."""
    person, found = _to_decide(request, pk)
    fields = {
        name.removeprefix("choose-"): str(value)
        for name, value in request.POST.items()
        if name.startswith("choose-")
    }
    seen = request.POST.get("seen")
    return _done(request, person, found, lambda: undoing.undo(found, by=person, fields=fields, seen=seen))


@require_http_methods(["GET", "HEAD", "POST"])
def accept_all(request: HttpRequest) -> HttpResponse:
    """Ask once, with their number, and accept exactly those that were shown."""
    person = _decider(request)
    kind = request.POST.get("kind") or request.GET.get("kind")
    if kind not in accepting.ALL_AT_ONCE:
        raise Http404
    rows = readable(person).filter(state=State.OPEN, kind=kind).order_by("-weight", "pk")
    if request.method != "POST":
        shown = list(rows[: accepting.MOST_AT_ONCE])
        names = Names.of(shown, person)
        context = {"kind": Kind(kind), "rows": [row_of(one, names) for one in shown]}
        return render(request, "reports/proposal_accept_all.html", context)
    wanted = [pk for text in request.POST.getlist("proposal") if (pk := row_id(text)) is not None]
    told = accepting.accept_all(list(rows.filter(pk__in=wanted)), by=person)
    refused = readable(person).filter(pk__in=told.refused)
    names = Names.of(refused, person)
    return render(
        request,
        "reports/proposal_accepted.html",
        {
            "kind": Kind(kind),
            "number": told.number,
            "meanwhile": len(set(wanted)) - told.number - len(told.refused),
            "refused": [(row_of(one, names), told.refused[one.pk]) for one in refused],
        },
    )


def _list(request: HttpRequest, reader: Agent, state: Proposal.State) -> HttpResponse:
    context: dict[str, Any] = {
        "state": state,
        "tabs": proposal_reads.tallies(reader),
        "groups": proposal_reads.groups(reader, state),
        "may_decide": permissions.may_decide_proposals(reader),
    }
    return render(request, "reports/proposal_list.html", context)


def _done(request: HttpRequest, person: Agent, found: Proposal, act: Callable[[], object]) -> HttpResponse:
    """In the list its line and the numbers of all states anew; else the list, or its page and why not."""
    error, states = "", None
    try:
        act()
    except ChoiceNeededError as needed:
        error, states = str(needed), states_of(needed.fields, found, person)
    except RuleBrokenError as broken:
        error = str(broken)
    was = found.state
    found = get_object_or_404(readable(person), pk=found.pk)
    status = 422 if error else 200
    if FROM_LIST in request.headers:
        context = context_of(found, person, error=error, states=states)
        if error:
            return render(request, "reports/partials/proposal_row.html", context, status=status)
        context |= {"tabs": proposal_reads.tallies(person), "state": was}
        return render(request, "reports/partials/proposal_decided.html", context)
    if error:
        context = context_of(found, person, error=error, states=states)
        return render(request, "reports/proposal_detail.html", context, status=status)
    return redirect(f"{reverse('reports:proposal-list')}?state={was}")


def _reader(request: HttpRequest) -> Agent:
    if not isinstance(request.user, Agent) or not permissions.may_read_reports(request.user):
        raise PermissionDenied
    return request.user


def _decider(request: HttpRequest) -> Agent:
    if not isinstance(request.user, Agent) or not permissions.may_decide_proposals(request.user):
        raise PermissionDenied
    return request.user


def _look_up(request: HttpRequest, pk: int) -> tuple[Agent, Proposal]:
    """For who reads reports, and for who signs or writes what was made of it."""
    reader = request.user
    may = isinstance(reader, Agent) and (
        permissions.may_read_reports(reader) or permissions.may_write_entries(reader)
    )
    if not may or not isinstance(reader, Agent):
        raise PermissionDenied
    return reader, get_object_or_404(readable(reader), pk=min(pk, BIGGEST_ID))


def _to_decide(request: HttpRequest, pk: int) -> tuple[Agent, Proposal]:
    person = _decider(request)
    return person, get_object_or_404(readable(person), pk=min(pk, BIGGEST_ID))


def _check_seen(chosen: Chosen, person: Agent) -> None:
    """Raises RuleBrokenError for an entry the person could not find."""
    into = chosen.get("into")
    if into is not None and not Entry.objects.findable_by(person).filter(pk=into).exists():
        raise RuleBrokenError(_("There is no such entry in use."))


def _state(value: str | None) -> Proposal.State:
    if (value or State.OPEN) not in TABS:
        raise Http404
    return State(value or State.OPEN)
