"""What somebody answered in a month: their own page, and their own supervisor's. Nobody is ranked."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Agent
from accounts.requests import AgentRequest
from faq import ages
from faq.services.locking import database_now
from inquiries.figures import Kept, Took, figures_of_person
from inquiries.views.lists import has_figures, people_with_figures
from kb.lib.months import Month
from kb.lib.row_ids import row_id


@require_safe
@login_required
def person_figures(request: AgentRequest) -> HttpResponse:
    """One person's month: ``?person=`` among those the reader may know of, ``?month=``."""
    if not has_figures(request.user):
        raise PermissionDenied
    people = people_with_figures(request.user)
    if not people and not request.GET.get("person"):
        return render(request, "inquiries/person_figures.html", {"people": []})
    person = _chosen(request.GET.get("person", ""), people)
    now = Month.of(database_now())
    month = _month(request.GET.get("month", ""), now)
    figures = figures_of_person(person, month, reader=request.user)
    context = {
        "people": people,
        "person": person,
        "month": month,
        "before": month.later(-1),
        "after": month.later(1) if month < now else None,
        "rows": [
            _row(_("First reply"), figures.reply, figures.to_reply),
            _row(_("Final answer"), figures.answer, figures.to_answer),
        ],
        "has_absences": permissions.may_answer_inquiries(request.user)
        or permissions.may_chase_inquiries(request.user),
        "has_figures": True,
    }
    response = render(request, "inquiries/person_figures.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _chosen(text: str, people: list[Agent]) -> Agent:
    if not text:
        return people[0]  # there is somebody then
    for person in people:
        if person.pk == row_id(text):
            return person
    raise Http404


def _month(text: str, now: Month) -> Month:
    try:
        month = Month.parse(text) if text else now
    except ValueError as error:
        raise Http404 from error
    if month > now:
        raise Http404
    return month


def _row(name: str, kept: Kept, took: Took) -> dict[str, object]:
    return {
        "name": name,
        "kept": kept,
        "percent": None if kept.share is None else kept.met * 100 // kept.due,
        "unpaused": None if kept.share is None else kept.met_without_pauses * 100 // kept.due,
        "median": None if took.median_minutes is None else ages.span(took.median_minutes * ages.MINUTE),
        "most": None if took.p90_minutes is None else ages.span(took.p90_minutes * ages.MINUTE),
    }
