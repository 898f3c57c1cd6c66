"""Questions asked in vain: information administrators write an entry, add the wordings to one, or ignore."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Agent, BusinessLine
from faq.models import Entry
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID, row_id
from search import gaps, matching
from search.models import Gap

PAGE_LINES = 50
State = Gap.State


@dataclass(frozen=True)
class Candidate:
    """An entry that the wordings may belong to."""

    pk: int
    question: str
    line: str


@require_safe
def gap_list(request: HttpRequest) -> HttpResponse:
    """Those that are open, or were decided on, ``?state=``."""
    worker_of(request)
    state = _state(request.GET.get("state"))
    counts = dict(Gap.objects.order_by().values_list("state").annotate(Count("pk")))
    order = ["-calls", "pk"] if state == State.OPEN else ["-decided_at", "pk"]
    rows = Gap.objects.filter(state=state).defer("keys").order_by(*order)
    rows = rows.select_related("entry__live_revision", "decided_by")
    context = {
        "state": state,
        "states": [(each, counts.get(each, 0)) for each in State],
        "page": Paginator(rows, PAGE_LINES).get_page(request.GET.get("page")),
        "fewest": gaps.FEWEST_CALLS,
    }
    return render(request, "search/gap_list.html", context)


@require_safe
def gap_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One gap with its wordings and the entries near it; ``?q=`` looks for others, also by number."""
    worker = worker_of(request)
    return _page(request, worker, _gap(pk))


@require_POST
def ignore_gap(request: HttpRequest, pk: int) -> HttpResponse:
    """Never list it again."""
    worker, gap = worker_of(request), _gap(pk)
    return _done(request, worker, gap, lambda: gaps.ignore(gap, by=worker))


@require_POST
def reopen_gap(request: HttpRequest, pk: int) -> HttpResponse:
    """List an ignored one again."""
    worker, gap = worker_of(request), _gap(pk)
    return _done(request, worker, gap, lambda: gaps.reopen(gap, by=worker))


@require_POST
def add_to_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the chosen wordings similar questions of an entry."""
    worker, gap = worker_of(request), _gap(pk)
    entry = get_object_or_404(Entry.objects.findable_by(worker), pk=row_id(request.POST.get("entry", "")))
    texts = request.POST.getlist("text")
    return _done(request, worker, gap, lambda: gaps.add_to(gap, entry, texts, by=worker))


@require_POST
def write_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an entry of a line with the chosen wordings, and open its editor."""
    worker, gap = worker_of(request), _gap(pk)
    line = get_object_or_404(BusinessLine, is_active=True, pk=row_id(request.POST.get("line", "")))
    question, texts = request.POST.get("question", ""), request.POST.getlist("text")
    try:
        entry = gaps.write_entry(gap, question, texts, line=line, by=worker)
    except RuleBrokenError as broken:
        return _page(request, worker, _gap(pk), str(broken))  # decided on meanwhile, perhaps
    return redirect("faq:draft", entry.revisions.get().pk)


def worker_of(request: HttpRequest) -> Agent:
    """Whoever asks, if gaps are theirs to work off; else PermissionDenied."""
    if not isinstance(request.user, Agent) or not permissions.may_work_off_gaps(request.user):
        raise PermissionDenied
    return request.user


def _page(request: HttpRequest, worker: Agent, gap: Gap, error: str = "") -> HttpResponse:
    asked = request.GET.get("q", "").strip() or gap.wording
    chosen = set(request.POST.getlist("text")) if error else set(gap.texts)
    context = {
        "gap": gap,
        "wordings": [(text, calls, text in chosen) for text, calls in gap.wordings],
        "asked": asked,
        "candidates": _candidates(worker, asked) if gap.state == State.OPEN else [],
        "question": request.POST.get("question", gap.wording),
        "lines": BusinessLine.objects.filter(is_active=True).order_by("name"),
        "line": request.POST.get("line", ""),
        "error": error,
    }
    return render(request, "search/gap_detail.html", context, status=422 if error else 200)


def _candidates(worker: Agent, asked: str) -> list[Candidate]:
    """What a search finds, or first the entry of that number."""
    found = []
    if number := row_id(asked):
        numbered = Entry.objects.findable_by(worker).filter(pk=number)
        found = [
            Candidate(*row) for row in numbered.values_list("pk", "live_revision__question", "line__name")
        ]
    matches = [match.entry for match in matching.find(worker, asked).matches]
    return found + [
        Candidate(entry["pk"], entry["live_revision__question"], entry["line__name"])
        for entry in matches
        if entry["pk"] not in {one.pk for one in found}
    ]


def _done(request: HttpRequest, worker: Agent, gap: Gap, act: Callable[[], object]) -> HttpResponse:
    """Do it and show the list, or the same page with the sentence that says why not."""
    try:
        act()
    except RuleBrokenError as broken:
        return _page(request, worker, Gap.objects.filter(pk=gap.pk).first() or gap, str(broken))
    return redirect(reverse("search:gaps"))


def _gap(pk: int) -> Gap:
    return get_object_or_404(
        Gap.objects.select_related("entry__live_revision", "decided_by"), pk=min(pk, BIGGEST_ID)
    )


def _state(value: str | None) -> State:
    try:
        return State(value or State.OPEN)
    except ValueError as error:
        raise Http404 from error
