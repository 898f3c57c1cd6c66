"""Lists of inquiries, what is due next, and what is new."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Agent, BusinessLine
from accounts.requests import AgentRequest
from accounts.roles import Role
from faq.services.locking import database_now
from inquiries import due_words, listing, news
from kb.lib.row_ids import row_id

PAGE_LINES = 50
VIEWS = {
    listing.MINE: gettext_lazy("Asked by me"),
    listing.WORK: gettext_lazy("Mine to answer"),
    listing.ALL: gettext_lazy("All of them"),
}
STATES = {
    listing.OPEN: gettext_lazy("Open"),
    listing.LATE: gettext_lazy("Overdue"),
    listing.ANSWERED: gettext_lazy("Answered"),
    listing.CLOSED: gettext_lazy("Closed"),
    "": gettext_lazy("Any state"),
}
GROUPS = {
    due_words.LATE: (gettext_lazy("Overdue"), "bad"),
    due_words.TODAY: (gettext_lazy("Due today"), "warn"),
    due_words.LATER: (gettext_lazy("Due later"), "soft"),
}


@require_safe
@login_required
def inquiry_list(request: AgentRequest) -> HttpResponse:
    """One of the lists this person has, ``?view=``; of one state, ``?state=``, and line, ``?line=``."""
    views = listing.views_of(request.user)
    view = request.GET.get("view") or views[0]
    state = request.GET.get("state", "" if view == listing.MINE else listing.OPEN)
    if view not in views or state not in STATES:
        raise Http404
    rounds = listing.listed(
        listing.inquiries_of(request.user, view), request.user, state=state, line=_line(request)
    )
    page, now = Paginator(rounds, PAGE_LINES).get_page(request.GET.get("page")), database_now()
    context = {
        "view": view,
        "views": [(name, VIEWS[name]) for name in views],
        "state": state,
        "states": STATES.items(),
        "rows": [listing.row(found, now) for found in page],
        "page": page,
        **_lines(request),
    }
    return render(request, "inquiries/inquiry_list.html", context)


@require_safe
@login_required
def due_next(request: AgentRequest) -> HttpResponse:
    """What concerns this person by its next deadline: late, today, later."""
    rounds = listing.listed(
        listing.due_to(request.user), request.user, state=listing.OPEN, line=_line(request)
    )
    page, now = Paginator(rounds, PAGE_LINES).get_page(request.GET.get("page")), database_now()
    rows = [listing.row(found, now) for found in page]
    groups = [(how, *GROUPS[how], of_it) for how, of_it in listing.by_urgency(rows)]
    return render(
        request, "inquiries/due_next.html", {"groups": groups, "page": page, "now": now, **_lines(request)}
    )


@require_safe
@login_required
def inquiry_news(request: AgentRequest) -> JsonResponse:
    """The unread lines about inquiries and the bar's number; open pages ask when something was pushed."""
    told = news.unread(request.user)
    waiting = sum(rows.count() for rows in news.waiting_for(request.user).values())
    body = {"number": waiting or len(told), "told": [vars(one) for one in told]}
    return JsonResponse(body, headers={"Cache-Control": "private, no-store"})


def people_with_figures(reader: Agent) -> list[Agent]:
    """Whose months this person may read: their own if they answer, and those who answer in their team."""
    answering = Q(is_active=True, groups__name=Role.BUSINESS_EXPERT.value)
    found = Agent.objects.filter(answering, Q(pk=reader.pk) | Q(supervisor=reader)).distinct()
    return sorted(found, key=lambda one: (one.pk != reader.pk, str(one)))


def has_figures(reader: Agent) -> bool:
    """Who has such months at all: whoever answers, and supervisors."""
    return permissions.may_answer_inquiries(reader) or reader.has_role(Role.SUPERVISOR)


def _line(request: AgentRequest) -> int | None:
    return row_id(request.GET.get("line", ""))


def _lines(request: AgentRequest) -> dict[str, object]:
    person = request.user
    return {
        "line": _line(request),
        "lines": BusinessLine.objects.filter(is_active=True),
        "has_absences": permissions.may_answer_inquiries(person) or permissions.may_chase_inquiries(person),
        "has_calendar": permissions.may_change_calendar(person),
        "has_figures": has_figures(person),
    }
