"""The desk: the agent's only screen."""

from typing import Any

from django.conf import settings as site
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from accounts import settings
from accounts.permissions import acts_as_agent, may_explain_search, may_forward
from accounts.requests import AgentRequest
from faq.models import Entry
from hits import combined
from kb.home.filters import Choices, choices_for
from kb.home.forwarding import experts_by_line
from kb.home.start import start_for
from kb.home.texts import desk_texts
from kb.lib.months import Month

MOST_COUNTS = 5000


@require_safe
@login_required
@ensure_csrf_cookie
def desk(request: AgentRequest) -> HttpResponse:
    """The page; ``?call=ID&q=words`` comes from the telephone system and is read by the page's script."""
    choices = choices_for(request.user)
    context = {
        "config": _config(request, choices),
        "texts": desk_texts(),
        "choices": choices,
        "start": start_for(request.user, database_now()),
        "first_query": request.GET.get("q", "")[:200],
    }
    return render(request, "kb/desk.html", context)


@require_safe
@login_required
def start(request: AgentRequest) -> HttpResponse:
    """What the empty box shows, anew: the desk asks when a call begins."""
    return render(request, "kb/partials/start.html", {"start": start_for(request.user, database_now())})


@require_safe
@login_required
def counts(request: AgentRequest) -> JsonResponse:
    """This month's hits by entry, for the bars; the desk asks now and then, so that no key waits for them."""
    counted = dict(combined.month_counts(Month.of(database_now()))[:MOST_COUNTS])
    findable = Entry.objects.findable_by(request.user).filter(pk__in=counted)
    response = JsonResponse({pk: counted[pk] for pk in findable.values_list("pk", flat=True)})
    response["Cache-Control"] = "private, max-age=60"
    return response


def database_now() -> Any:
    """The one clock that all of us share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def _config(request: AgentRequest, choices: Choices) -> dict[str, Any]:
    in_force, experts = settings.current(), experts_by_line()
    return {
        "person": request.user.pk,
        "counts": acts_as_agent(request.user),
        "dwell_seconds": in_force["dwell_seconds"],
        "call_idle_minutes": in_force["call_idle_minutes"],
        "csrf_cookie": site.CSRF_COOKIE_NAME,
        "language": request.LANGUAGE_CODE,
        "explains": may_explain_search(request.user),
        "forwards": may_forward(request.user),
        "lines": {code: {"name": name, "experts": experts.get(code, [])} for code, name, _ in choices.lines},
        "own_line": next((code for code, _, is_own in choices.lines if is_own), ""),
    }
