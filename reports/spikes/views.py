"""Spikes as pages: what runs now, what has been, one spike with its course."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from accounts.requests import AgentRequest
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID
from reports.models import Spike
from reports.spikes import alerting, handling, picture

PAGE_LINES = 50


@require_safe
@login_required
def spike_list(request: AgentRequest) -> HttpResponse:
    """What runs now, then what has been, the latest first."""
    spikes = Spike.objects.visible_to(_reader(request)).alerts().with_names()
    running = list(spikes.running())
    ended = spikes.filter(ended_at__isnull=False).order_by("-started_at", "-pk")
    page = Paginator(ended, PAGE_LINES).get_page(request.GET.get("page"))
    context = {
        "running": [_shown(spike) for spike in running],
        "page": page,
        "ended": [_shown(spike) for spike in page],
    }
    return render(request, "reports/spike_list.html", context)


@require_safe
@login_required
def spike_detail(request: AgentRequest, pk: int) -> HttpResponse:
    """One spike: how it went, what was typed, what is part of it."""
    return _page(request, _spike(_reader(request), pk))


@require_POST
@login_required
def acknowledge(request: AgentRequest, pk: int) -> HttpResponse:
    """Say that one sees to it."""
    spike = _spike(_handler(request), pk)
    try:
        handling.acknowledge(spike, by=request.user)
    except RuleBrokenError as broken:
        return _page(request, _spike(request.user, pk), str(broken))
    return redirect("reports:spike", pk)


@require_POST
@login_required
def prepare_bulletin(request: AgentRequest, pk: int) -> HttpResponse:
    """One click from the alert to a bulletin that only has to be read over."""
    spike = _spike(_handler(request), pk)
    try:
        bulletin = handling.prepare_bulletin(spike, by=request.user)
    except RuleBrokenError as broken:
        return _page(request, _spike(request.user, pk), str(broken))
    return redirect("bulletins:bulletin-edit", bulletin.pk)


def _reader(request: AgentRequest) -> Agent:
    if not permissions.may_read_reports(request.user):
        raise PermissionDenied
    return request.user


def _handler(request: AgentRequest) -> Agent:
    if not permissions.may_handle_spikes(request.user):
        raise PermissionDenied
    return request.user


def _spike(reader: Agent, pk: int) -> Spike:
    return get_object_or_404(Spike.objects.visible_to(reader).with_names(), pk=min(pk, BIGGEST_ID))


def _shown(spike: Spike) -> dict[str, object]:
    return {"spike": spike, "name": alerting.name_of(spike), "sentence": alerting.sentence(spike)}


def _page(request: AgentRequest, spike: Spike, error: str = "") -> HttpResponse:
    absorbed = Spike.objects.visible_to(request.user).with_names().filter(absorbed_by=spike)
    course = picture.course(spike, database_now())
    context = {
        **_shown(spike),
        "course": course,
        "drawing": picture.draw_course(spike, course) if course else "",
        "absorbed": [_shown(one) for one in absorbed.order_by("-calls", "pk")],
        "may_handle": permissions.may_handle_spikes(request.user),
        "error": error,
    }
    return render(request, "reports/spike_detail.html", context, status=422 if error else 200)
