"""The board, one bulletin to read, its receipt, and what an open page asks for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from accounts.requests import AgentRequest
from bulletins import bulletin_reads, receipts
from bulletins.bulletin_reads import Filters
from bulletins.models import Bulletin
from bulletins.services import receiving
from bulletins.views.finding import bulletin_for
from faq import presenting
from faq.models import Entry
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import row_id

IN_PLACE = "X-Wenqu-Card"


@require_safe
@login_required
def board(request: AgentRequest) -> HttpResponse:
    """What is in force for whoever asks, unread first; ``?state=`` and the other filters narrow it."""
    asked = (request.GET.get(name, "").replace("\0", "").strip() for name in ("state", "urgency", "q"))
    filters = Filters(*(text[:200] for text in asked))
    lines, page = bulletin_reads.board(request.user, filters, request.GET.get("page"))
    context = {
        "lines": lines,
        "page": page,
        "filters": filters,
        "states": bulletin_reads.states_for(request.user),
        "urgencies": Bulletin.Urgency.choices,
        "may_write": permissions.may_write_bulletins(request.user),
    }
    return _private(render(request, "bulletins/bulletin_list.html", context))


@require_safe
@login_required
def bulletin_detail(request: AgentRequest, pk: int) -> HttpResponse:
    """One bulletin as its audience reads it; for its writers also what they can do with it."""
    return detail(request, bulletin_for(request.user, pk))


@require_POST
@login_required
def receipt(request: AgentRequest, pk: int) -> HttpResponse:
    """Take the receipt of ``version``, with the answer where it asks one; 422 with a sentence when refused.

    A card answers in its place: the sentence alone.
    """
    bulletin = bulletin_for(request.user, pk)
    version, choice = (row_id(request.POST.get(name, "")) for name in ("version", "choice"))
    try:
        receiving.take_receipt(bulletin, by=request.user, version=version or 0, choice=choice)
    except RuleBrokenError as broken:
        if IN_PLACE in request.headers:
            return HttpResponse(str(broken), status=422, content_type="text/plain")
        return detail(request, bulletin, str(broken), choice=choice)
    if IN_PLACE in request.headers:
        return HttpResponse(status=204)
    return redirect("bulletins:bulletin", bulletin.pk)


@require_safe
@login_required
def now(request: AgentRequest) -> JsonResponse:
    """How many are unread, and the cards to put before this person; open pages ask."""
    unread = bulletin_reads.unread(request.user)
    shown = bulletin_reads.cards(request.user) if unread.has_cards else []
    body = {
        "unread": unread.number,
        "changes_in_ms": unread.changes_in_ms,
        "cards": [
            {"id": one.pk, "version": one.version, "html": _card(request, one)} for one in reversed(shown)
        ],
    }
    response = JsonResponse(body)
    response["Cache-Control"] = "private, no-store"
    return response


def detail(
    request: AgentRequest, bulletin: Bulletin, error: str = "", choice: int | None = None
) -> HttpResponse:
    """The page of one bulletin; 422 when something was refused."""
    at, reader = database_now(), request.user
    word, tone = bulletin_reads.standing(bulletin, at)
    may_write = permissions.may_write_bulletins(reader)
    is_due = Bulletin.objects.unread_by(reader).filter(pk=bulletin.pk).exists()
    context = {
        "bulletin": bulletin,
        "blocks": presenting.blocks(bulletin.body),
        "entries": _entries(bulletin, reader),
        "lines": list(bulletin.lines.all()),
        "roles": bulletin_reads.roles_of(bulletin),
        "tone": bulletin_reads.urgency_tone(bulletin),
        "standing": {"word": word, "tone": tone},
        "read_at": at,
        "is_due": is_due,
        "has_read": bulletin.receipts.filter(person=reader, version=bulletin.version).exists(),
        "may_write": may_write,
        "may_make_entries": permissions.may_write_entries(reader),
        "is_running": not bulletin.is_draft and bulletin.withdrawn_at is None,
        "reading": receipts.share_of(bulletin) if may_write and not bulletin.is_draft else None,
        "choice": choice,
        "error": error,
    }
    return _private(render(request, "bulletins/bulletin_detail.html", context, status=422 if error else 200))


def _entries(bulletin: Bulletin, reader: Agent) -> list[tuple[int, str]]:
    """Those linked entries that this reader may find now."""
    found = Entry.objects.findable_by(reader).filter(bulletins=bulletin)
    return list(found.order_by("position", "pk").values_list("pk", "live_revision__question"))


def _card(request: HttpRequest, bulletin: Bulletin) -> str:
    context = {
        "bulletin": bulletin,
        "blocks": presenting.blocks(bulletin.body),
        "tone": bulletin_reads.urgency_tone(bulletin),
    }
    return render_to_string("bulletins/partials/card.html", context, request)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
