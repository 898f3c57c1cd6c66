"""The opened entry and what an agent does with it besides using it."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import permissions
from accounts.models import Agent
from accounts.requests import AgentRequest
from bulletins import bulletin_reads
from faq import leading
from faq.leading import Led
from faq.models import Entry, FlagReason, Revision
from faq.services import flagging, pinning
from kb.home.freshness import found_instead, freshness
from kb.home.reading import opened_entry
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID, row_id

DESK = "X-Wenqu-Desk"


class FlagForm(forms.Form):
    """Why, and one line about it if the agent has the time."""

    reason = forms.ChoiceField(choices=FlagReason, label=gettext_lazy("What is not right?"))
    text = forms.CharField(required=False, label=gettext_lazy("One line about it"))


@require_safe
@login_required
@vary_on_headers(DESK)
def entry_detail(request: AgentRequest, pk: int) -> HttpResponse:
    """The opened entry: the piece alone for the desk, a page of its own for everybody else."""
    for_desk = DESK in request.headers
    entry, led = opened_entry(pk, request.user), _came_from(request, pk)
    if entry is None or entry.is_withdrawn:
        instead = found_instead(min(pk, BIGGEST_ID), request.user)
        if instead and not for_desk:
            return redirect(f"{reverse('entry-detail', args=[instead])}?from={pk}")
        if instead:
            entry, led = opened_entry(instead, request.user), leading.led_from(pk)
    if entry is None:
        raise Http404
    template = "kb/partials/entry.html" if for_desk else "kb/entry_detail.html"
    context = {
        "entry": entry,
        "bulletins": bulletin_reads.about_entry(entry.id, request.user),
        "led": led,
        "reasons": FlagReason.choices,
        "for_desk": for_desk,
        "may_write": permissions.may_write_entries_of(request.user, entry.concerned_line_ids),
        "counts": for_desk and permissions.acts_as_agent(request.user),
        "has_history": _has_history(entry.id, request.user),
        "may_withdraw": permissions.may_write_entries(request.user),
    }
    response = render(request, template, context)
    response["Cache-Control"] = "private, no-store"
    return response


def _came_from(request: AgentRequest, pk: int) -> Led | None:
    """The combined entry whose address led here, if ``?from=`` tells the truth."""
    old = row_id(request.GET.get("from", ""))
    led = leading.led_from(old) if old else None
    return led if led and led.into_id == pk else None


def _has_history(pk: int, reader: Agent) -> bool:
    """Whether there is a text of it that they may read beside the live one; agents are not even looked up."""
    if not permissions.may_read_history(reader):
        return False
    return Revision.objects.readable_by(reader).filter(entry=pk).exists()


@require_safe
@login_required
def entry_state(request: AgentRequest, pk: int) -> JsonResponse:
    """Whether the text with the seal ``?seen=`` is still the one to read; an open page asks now and then."""
    found = freshness(min(pk, BIGGEST_ID), request.GET.get("seen", ""), request.user)
    response = JsonResponse(vars(found))
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def flag_entry(request: AgentRequest, pk: int) -> HttpResponse:
    """Take a flag; answers the sentence the agent reads, 422 when it is refused."""
    entry = get_object_or_404(Entry.objects.visible_to(request.user), pk=pk)
    form = FlagForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("Choose what is not right."), status=422, content_type="text/plain")
    reason = FlagReason(form.cleaned_data["reason"])
    try:
        flagging.raise_flag(entry, by=request.user, reason=reason, text=form.cleaned_data["text"])
    except RuleBrokenError as broken:
        return HttpResponse(str(broken), status=422, content_type="text/plain")
    return HttpResponse(
        _("Flagged. The owning line has been told and will answer you."), content_type="text/plain"
    )


@require_POST
@login_required
def pin_entry(request: AgentRequest, pk: int) -> HttpResponse:
    """Put the entry on the person's own list (``pinned=1``) or take it off."""
    entry = get_object_or_404(Entry.objects.visible_to(request.user), pk=pk)
    if request.POST.get("pinned") != "1":
        pinning.unpin(entry, by=request.user)
        return HttpResponse(_("Taken off your pins."), content_type="text/plain")
    try:
        pinning.pin(entry, by=request.user)
    except RuleBrokenError as broken:
        return HttpResponse(str(broken), status=422, content_type="text/plain")
    return HttpResponse(_("Pinned: it is on your start now."), content_type="text/plain")
