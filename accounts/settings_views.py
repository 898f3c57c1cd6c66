"""What system administrators set: working hours, how long mail links stay good, and the heads of lines."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import lines, permissions, settings
from accounts.models import Agent, BusinessLine, SettingValue
from accounts.requests import AgentRequest
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID, row_id

SHOWN = ("working_hours", "answer_link_days")
MOST_PAST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def site_settings(request: AgentRequest) -> HttpResponse:
    """Both settings with what they were before; by POST new values, all or none."""
    keeper = _keeper(request)
    if request.method != "POST":
        return _show(request)
    sent = {name: request.POST.get(name, "").replace("\0", "").strip()[:200] for name in SHOWN}
    try:
        settings.change_several(sent, by=keeper)
    except RuleBrokenError as broken:
        return _show(request, sent, str(broken))
    return redirect(reverse("accounts:settings") + "?saved")


@require_POST
@login_required
def line_head(request: AgentRequest, pk: int) -> HttpResponse:
    """Choose the head of one line; nobody when none is sent."""
    keeper = _keeper(request)
    line = get_object_or_404(BusinessLine, pk=min(pk, BIGGEST_ID))
    chosen = request.POST.get("head", "")
    head = Agent.objects.filter(pk=row_id(chosen) or 0, is_active=True).first()
    try:
        if chosen and head is None:
            raise RuleBrokenError(_("Choose a person."))
        lines.set_head(line, head=head, by=keeper)
    except RuleBrokenError as broken:
        return _show(request, error=str(broken))
    return redirect(reverse("accounts:settings") + "?saved#heads")


def _keeper(request: AgentRequest) -> Agent:
    if not (request.user.is_active and permissions.may_change_settings(request.user)):
        raise PermissionDenied
    return request.user


def _show(request: AgentRequest, sent: dict[str, str] | None = None, error: str = "") -> HttpResponse:
    in_force = {
        "working_hours": settings.text("working_hours"),
        "answer_link_days": settings.current()["answer_link_days"],
    }
    past = SettingValue.objects.filter(name__in=SHOWN).select_related("set_by").order_by("-pk")
    context = {
        "values": sent or in_force,
        "days": settings.DEFINITIONS["answer_link_days"],
        "lines": lines.with_choices(),
        "past": past[:MOST_PAST],
        "is_saved": "saved" in request.GET and not error,
        "error": error,
    }
    return render(request, "accounts/settings.html", context, status=422 if error else 200)
