"""What one person answered in a month: for them and their own supervisor, one at a time, never ranked."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Agent
from accounts.requests import AgentRequest
from accounts.roles import Role
from faq.services.locking import database_now
from inquiries.figures import figures_of_person
from kb.lib.months import Month
from kb.lib.row_ids import row_id


@require_safe
@login_required
def person_figures(request: AgentRequest) -> HttpResponse:
    """The figures of ``?person=`` in ``?month=``; without them one's own, or the first of the team, now."""
    if not permissions.may_have_answer_figures(request.user):
        raise PermissionDenied
    people, this_month = _people(request.user), Month.of(database_now())
    month = _month(request.GET.get("month"), this_month)
    wanted = request.GET.get("person")
    person = _chosen(people, row_id(wanted)) if wanted else next(iter(people), None)
    context = {
        "people": people,
        "person": person,
        "figures": figures_of_person(person, month, reader=request.user) if person else None,
        "month": month,
        "before": month.later(-1),
        "after": month.later(1) if month < this_month else None,
        "has_figures": True,
    }
    response = render(request, "inquiries/person_figures.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _people(reader: Agent) -> list[Agent]:
    """Whoever answers of the reader and their team: the reader first, the others by name."""
    answering = Agent.objects.filter(groups__name=Role.BUSINESS_EXPERT.value)
    found = answering.filter(Q(pk=reader.pk) | Q(supervisor=reader)).order_by("display_name", "username")
    return sorted(found, key=lambda person: person.pk != reader.pk)


def _chosen(people: list[Agent], pk: int | None) -> Agent:
    for person in people:
        if person.pk == pk:
            return person
    raise Http404


def _month(text: str | None, latest: Month) -> Month:
    if not text:
        return latest
    try:
        month = Month.parse(text)
    except ValueError as error:
        raise Http404 from error
    if month > latest:
        raise Http404
    return month
