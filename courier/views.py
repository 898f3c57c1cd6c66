"""The bell, which is everybody's own, and the outbox of the system administrators."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from accounts.requests import AgentRequest
from courier import reads, retrying, seeing
from courier import wishes as mail_wishes
from courier.models import Mail
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID, row_id

PAGE_LINES = 50


@require_safe
@login_required
def bell(request: AgentRequest) -> HttpResponse:
    """What this person was told, newest first."""
    page = Paginator(reads.bell_of(request.user), PAGE_LINES).get_page(request.GET.get("page"))
    newest = max((notification.pk for notification in page.object_list), default=0)
    context = {"page": page, "newest": newest, "has_outbox": permissions.may_change_settings(request.user)}
    return render(request, "courier/notification_list.html", context)


@require_POST
@login_required
def open_notification(request: AgentRequest, pk: int) -> HttpResponse:
    """Mark one of this person's lines as seen, and go where it leads."""
    notification = get_object_or_404(reads.bell_of(request.user), pk=min(pk, BIGGEST_ID))
    seeing.see(notification)
    address = notification.address
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, None)
    return redirect(address if is_ours else reverse("courier:bell"))


@require_POST
@login_required
def see_all(request: AgentRequest) -> HttpResponse:
    """Mark what the page showed, and what is older, as seen."""
    seeing.see_all(request.user, up_to=row_id(request.POST.get("newest", "")) or 0)
    return redirect("courier:bell")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def wishes(request: AgentRequest) -> HttpResponse:
    """How this person wishes to be written to."""
    if request.method == "POST":
        mail_wishes.set_daily(request.user, is_daily=request.POST.get("mails") == "daily")
        return redirect(reverse("courier:settings") + "?saved")
    context = {"is_daily": mail_wishes.is_daily(request.user), "is_saved": "saved" in request.GET}
    return render(request, "courier/settings.html", context)


@require_safe
@login_required
def my_mails(request: AgentRequest) -> HttpResponse:
    """In the demo, where no mail leaves the house: those to this person."""
    if not settings.WENQU_DEMO:
        raise Http404
    page = Paginator(reads.mails_to(request.user), PAGE_LINES).get_page(request.GET.get("page"))
    return render(request, "courier/my_mails.html", {"page": page})


@require_safe
@login_required
def outbox(request: AgentRequest) -> HttpResponse:
    """Mails by state, ``?state=``, and reader, ``?q=``."""
    administrator_of(request)
    return _outbox(request)


@require_POST
@login_required
def try_again(request: AgentRequest, pk: int) -> HttpResponse:
    """Try a mail that was given up once more."""
    administrator = administrator_of(request)
    mail = get_object_or_404(Mail, pk=min(pk, BIGGEST_ID))
    try:
        retrying.try_again(mail, by=administrator)
    except RuleBrokenError as broken:
        return _outbox(request, str(broken))
    return redirect(reverse("courier:outbox") + "?" + urlencode({"state": Mail.State.FAILED}))


def administrator_of(request: AgentRequest) -> Agent:
    """Whoever asks, if the site is theirs to keep; else PermissionDenied."""
    if not permissions.may_change_settings(request.user):
        raise PermissionDenied
    return request.user


def _outbox(request: AgentRequest, error: str = "") -> HttpResponse:
    state = _state(request.GET.get("state") or _first_state())
    asked = request.GET.get("q", "").replace("\0", "").strip()[:200]
    counts = reads.counts()
    context = {
        "state": state,
        "states": [(each, counts.get(each, 0)) for each in Mail.State],
        "asked": asked,
        "page": Paginator(reads.outbox(state, asked), PAGE_LINES).get_page(request.GET.get("page")),
        "shows_texts": settings.WENQU_DEMO,
        "error": error,
    }
    return render(request, "courier/mail_list.html", context, status=422 if error else 200)


def _first_state() -> str:
    """In the demo mails are looked at, elsewhere those that need somebody."""
    return Mail.State.SENT if settings.WENQU_DEMO else Mail.State.FAILED


def _state(value: str) -> Mail.State:
    try:
        return Mail.State(value)
    except ValueError as error:
        raise Http404 from error
