"""The page a mail's link leads to: one inquiry, answered by one person, without a log-in.

It shows nothing but this inquiry, and a link that cannot be used, whatever the reason, shows one page.
"""

from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from faq.services.locking import database_now
from inquiries.due_words import due
from inquiries.models import AnswerLink, Message
from inquiries.services import answering_by_mail, limiting, linking
from kb.lib.errors import RuleBrokenError
from kb.lib.peers import sender_address

# With "no-referrer" browsers send the origin "null", which the check of forms refuses; this tells no path.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "strict-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


class AnswerForm(forms.Form):
    """What is said, and as what."""

    key = forms.UUIDField()
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in answering_by_mail.ACTS])
    text = forms.CharField(required=False, strip=False)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The inquiry and a form; by POST a first reply, the answer, or a question back."""
    if limiting.is_too_often(token, sender_address(request)):
        return _page(request, "too_often", status=429)
    if request.method == "POST":
        return _answer(request, token)
    link = linking.verify(token)
    return _page(request, "gone", status=404) if link is None else _show(request, link)


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        error = _("This form is incomplete. Load the page again.")
    else:
        told = form.cleaned_data
        try:
            answering_by_mail.redeem(
                token, kind=Message.Kind(told["kind"]), text=told["text"], key=told["key"]
            )
        except RuleBrokenError as broken:
            error = str(broken)
        else:
            return _page(request, "done", {"kind": told["kind"]})
    link = linking.verify(token)
    return _page(request, "gone", status=404) if link is None else _show(request, link, error)


def _show(request: HttpRequest, link: AnswerLink, error: str = "") -> HttpResponse:
    inquiry, now = link.inquiry, database_now()
    running = inquiry.rounds.get(number=inquiry.round)
    said = inquiry.messages.filter(round=inquiry.round).exclude(kind=Message.Kind.NOTE)
    context = {
        "inquiry": inquiry,
        "reply": due(running.reply_due_at, running.replied_at, running.closed_at, now),
        "answer": due(
            running.answer_due_at,
            running.answered_at,
            running.closed_at,
            now,
            is_provisional=running.is_provisional,
        ),
        "said": said,
        "asked": inquiry.askers.count(),
        "key": uuid4(),
        "typed": request.POST.get("text", ""),
        "error": error,
    }
    return _page(request, "form", context, status=422 if error else 200)


def _page(
    request: HttpRequest, what: str, context: dict[str, object] | None = None, status: int = 200
) -> HttpResponse:
    page = {"what": what, **(context or {})}
    response = render(request, "inquiries/answer_by_mail.html", page, status=status)
    for name, value in HEADERS.items():
        response[name] = value
    return response
