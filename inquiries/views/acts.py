"""What people do with an inquiry on its page; a refusal shows the page anew with all that was typed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Agent, BusinessLine
from accounts.requests import AgentRequest
from inquiries.models import Inquiry, Message
from inquiries.services import answering, assigning, forwarding, making_entries, pausing
from inquiries.views.detail import inquiry_of, show
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import row_id

SAYING: dict[str, Callable[..., object]] = {
    Message.Kind.REPLY: answering.reply,
    Message.Kind.ANSWER: answering.answer,
    Message.Kind.QUESTION: answering.ask_back,
    Message.Kind.DETAIL: answering.add_detail,
    Message.Kind.NOTE: answering.note,
}


class SayForm(forms.Form):
    """What is said; ``key`` is the form's own, so that sending it twice says it once."""

    key = forms.UUIDField()
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in SAYING])
    text = forms.CharField(required=False, strip=False)


class EndForm(forms.Form):
    """Closing or reopening, and why."""

    key = forms.UUIDField()
    text = forms.CharField(required=False, strip=False)


@require_POST
@login_required
def say(request: AgentRequest, pk: int) -> HttpResponse:
    """Reply, answer, ask back, add details, note: ``kind``."""
    inquiry, form = inquiry_of(request, pk), SayForm(request.POST)
    if not form.is_valid():
        return show(request, inquiry, _("This form is incomplete. Load the page again."))
    told = form.cleaned_data
    act = SAYING[told["kind"]]
    return _done(request, inquiry, lambda: act(inquiry, text=told["text"], by=request.user, key=told["key"]))


@require_POST
@login_required
def assign(request: AgentRequest, pk: int) -> HttpResponse:
    """Give it to one expert of its line."""
    inquiry = inquiry_of(request, pk)
    to = Agent.objects.filter(pk=row_id(request.POST.get("to", "")) or 0, is_active=True).first()
    if to is None:
        return show(request, inquiry, _("Choose a person."))
    return _done(request, inquiry, lambda: assigning.assign(inquiry, to=to, by=request.user))


@require_POST
@login_required
def send_to_line(request: AgentRequest, pk: int) -> HttpResponse:
    """It is another line's."""
    inquiry = inquiry_of(request, pk)
    line = BusinessLine.objects.filter(pk=row_id(request.POST.get("line", "")) or 0).first()
    if line is None:
        return show(request, inquiry, _("Choose a business line."))
    reason = request.POST.get("reason", "")
    return _done(
        request,
        inquiry,
        lambda: assigning.send_to_line(inquiry, line=line, by=request.user, reason=reason),
    )


@require_POST
@login_required
def pause(request: AgentRequest, pk: int) -> HttpResponse:
    """Say why the line cannot go on."""
    inquiry, reason = inquiry_of(request, pk), request.POST.get("reason", "")
    return _done(request, inquiry, lambda: pausing.pause(inquiry, reason=reason, by=request.user))


@require_POST
@login_required
def resume(request: AgentRequest, pk: int) -> HttpResponse:
    """Go on."""
    inquiry = inquiry_of(request, pk)
    return _done(request, inquiry, lambda: pausing.resume(inquiry, by=request.user))


@require_POST
@login_required
def close(request: AgentRequest, pk: int) -> HttpResponse:
    """End it; without an answer only with a reason."""
    return _end(request, pk, lambda inquiry, **told: answering.close(inquiry, **told))


@require_POST
@login_required
def reopen(request: AgentRequest, pk: int) -> HttpResponse:
    """Begin a new round."""
    return _end(
        request,
        pk,
        lambda inquiry, text, **told: answering.reopen(inquiry, reason=text, **told),
    )


@require_POST
@login_required
def join(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask it too, without a call."""
    inquiry = inquiry_of(request, pk)
    return _done(request, inquiry, lambda: forwarding.join(inquiry, by=request.user, call_id=None))


@require_POST
@login_required
def make_entry(request: AgentRequest, pk: int) -> HttpResponse:
    """Begin a draft of question and answer, and go to where it is written."""
    inquiry = inquiry_of(request, pk)
    try:
        draft = making_entries.make_draft(inquiry, by=request.user)
    except RuleBrokenError as broken:
        return show(request, inquiry, str(broken))
    return redirect("faq:draft", draft.pk)


def _end(request: AgentRequest, pk: int, act: Callable[..., object]) -> HttpResponse:
    inquiry, form = inquiry_of(request, pk), EndForm(request.POST)
    if not form.is_valid():
        return show(request, inquiry, _("This form is incomplete. Load the page again."))
    told: dict[str, Any] = form.cleaned_data
    return _done(request, inquiry, lambda: act(inquiry, by=request.user, **told))


def _done(request: AgentRequest, inquiry: Inquiry, act: Callable[[], object]) -> HttpResponse:
    """Do it and show it anew; what went out of sight by it leads to the list."""
    try:
        act()
    except RuleBrokenError as broken:
        return show(request, inquiry_of(request, inquiry.pk), str(broken))
    if Inquiry.objects.visible_to(request.user).filter(pk=inquiry.pk).exists():
        return redirect("inquiries:inquiry", inquiry.pk)
    return redirect("inquiries:inquiry-list")
