"""Similar questions that calls have taught: read and decided on by those who tend the entries."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions, settings
from accounts.models import Agent
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID, row_id
from search import similar_questions
from search.models import ProposedQuestion
from search.views.dictionaries import changer_of

PAGE_LINES = 50
State = ProposedQuestion.State


@require_safe
def similar_question_list(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, or what was decided, ``?state=``."""
    return _page(request, reader_of(request))


@require_POST
def accept_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it a similar question of its entry."""
    reader = reader_of(request)
    proposal = _decidable(reader, pk)
    return _done(request, reader, lambda: similar_questions.accept(proposal, by=reader))


@require_POST
def reject_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn it down for good."""
    reader = reader_of(request)
    proposal = _decidable(reader, pk)
    return _done(request, reader, lambda: similar_questions.reject(proposal, by=reader))


@require_POST
def decide_chosen(request: HttpRequest) -> HttpResponse:
    """Accept or turn down several, each for itself: one that is refused does not stop the others."""
    reader = reader_of(request)
    act = {"accept": similar_questions.accept, "reject": similar_questions.reject}.get(
        request.POST.get("act", "")
    )
    if act is None:
        raise Http404
    ids = filter(None, map(row_id, request.POST.getlist("proposal")))
    chosen = ProposedQuestion.objects.decidable_by(reader).filter(pk__in=list(ids)[:PAGE_LINES])
    refused = []
    for proposal in chosen:
        try:
            act(proposal, by=reader)
        except RuleBrokenError as broken:
            refused.append(f"{proposal.text}: {broken}")
    return _page(request, reader, "\n".join(refused)) if refused else _back(request)


@require_POST
def switch_learning(request: HttpRequest) -> HttpResponse:
    """Let what is clear be accepted by itself every night, or no longer."""
    administrator = changer_of(request)
    settings.change("accept_learned_questions", int(request.POST.get("on") == "1"), by=administrator)
    return redirect("search:similar-questions")


def reader_of(request: HttpRequest) -> Agent:
    """Whoever asks, if calls teach anything they may read; else PermissionDenied."""
    if not isinstance(request.user, Agent) or not permissions.may_view_learned_questions(request.user):
        raise PermissionDenied
    return request.user


def _decidable(person: Agent, pk: int) -> ProposedQuestion:
    """Also one decided on a moment ago, which is refused with a sentence and not with a 404."""
    proposal = get_object_or_404(
        ProposedQuestion.objects.visible_to(person).select_related("entry__line"), pk=min(pk, BIGGEST_ID)
    )
    if not permissions.may_tend_entries_of(person, proposal.entry.line):
        raise PermissionDenied
    return proposal


def _page(request: HttpRequest, reader: Agent, error: str = "") -> HttpResponse:
    state = _state(request.GET.get("state"))
    visible = ProposedQuestion.objects.visible_to(reader)
    counts = dict(visible.order_by().values_list("state").annotate(Count("pk")))
    order = ["-calls", "pk"] if state == State.WAITING else ["-decided_at", "pk"]
    rows = visible.filter(state=state).order_by(*order)
    rows = rows.select_related("entry__live_revision", "entry__line", "decided_by")
    page = Paginator(rows, PAGE_LINES).get_page(request.POST.get("page") or request.GET.get("page"))
    shown = [row.pk for row in page.object_list]
    context = {
        "state": state,
        "states": [(each, counts.get(each, 0)) for each in State],
        "page": page,
        "decidable": set(
            ProposedQuestion.objects.decidable_by(reader).filter(pk__in=shown).values_list("pk", flat=True)
        ),
        "is_automatic": bool(settings.current()["accept_learned_questions"]),
        "may_switch": permissions.may_change_dictionaries(reader),
        "error": error,
    }
    return render(request, "search/similar_question_list.html", context, status=422 if error else 200)


def _state(value: str | None) -> State:
    try:
        return State(value or State.WAITING)
    except ValueError as error:
        raise Http404 from error


def _done(request: HttpRequest, reader: Agent, act: Callable[[], object]) -> HttpResponse:
    """Do it and show the same page of the list, or the sentence that says why not above it."""
    try:
        act()
    except RuleBrokenError as broken:
        return _page(request, reader, str(broken))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    query = urlencode({"page": request.POST.get("page") or "1"})
    return redirect(f"{reverse('search:similar-questions')}?{query}")
