"""The page of one inquiry, as a page of its own or as a piece for the desk, and joining it."""

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.requests import AgentRequest
from courier import seeing
from faq.services.locking import database_now
from inquiries import addresses
from inquiries.models import Inquiry
from inquiries.opened import open_inquiry
from kb.lib.row_ids import BIGGEST_ID

DESK = "X-Wenqu-Desk"
TYPED = ("text", "reason", "kind")


@require_safe
@login_required
@vary_on_headers(DESK)
def inquiry_detail(request: AgentRequest, pk: int) -> HttpResponse:
    """How it stands and what was said; what the bell says of it has then been read."""
    inquiry = inquiry_of(request, pk)
    seeing.see_about(request.user, addresses.of(inquiry))
    return show(request, inquiry)


def inquiry_of(request: AgentRequest, pk: int) -> Inquiry:
    """The inquiry of that number, if this person may know of it; else 404."""
    return get_object_or_404(
        Inquiry.objects.visible_to(request.user).select_related("line"), pk=min(pk, BIGGEST_ID)
    )


def show(request: AgentRequest, inquiry: Inquiry, error: str = "") -> HttpResponse:
    """The page; after a refusal with the sentence that says why, and with what was typed."""
    is_piece = DESK in request.headers
    template = "inquiries/partials/desk_inquiry.html" if is_piece else "inquiries/inquiry_detail.html"
    context = {
        "opened": open_inquiry(inquiry, request.user, database_now()),
        "key": uuid4(),
        "typed": {name: request.POST.get(name, "") for name in TYPED},
        "failed": request.resolver_match.url_name if error and request.resolver_match else "",
        "error": error,
    }
    response = render(request, template, context, status=422 if error else 200)
    response["Cache-Control"] = "private, no-store"
    return response
