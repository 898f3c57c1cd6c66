"""How well searches end, and what changes would make of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions, settings
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID
from search import dictionaries, quality, training
from search.models import Trial
from search.views.dictionaries import changer_of, dictionary_trial, reader_of

MOST_TRIALS = 20


@require_safe
def quality_detail(request: HttpRequest) -> HttpResponse:
    """Last month's figures, the twelve months before, and the latest trials."""
    return _quality(request)


@require_POST
def train_ranker(request: HttpRequest) -> HttpResponse:
    """Let the worker train a ranker from what is there now; the page shows how far it is."""
    administrator = changer_of(request)
    try:
        training.ask(administrator)
    except RuleBrokenError as broken:
        return _quality(request, str(broken))
    return redirect("search:quality")


@require_POST
def switch_ranker(request: HttpRequest) -> HttpResponse:
    """Switch learned ranking off or on, on every node within seconds."""
    administrator = changer_of(request)
    settings.change("learned_ranker", int(request.POST.get("on") == "1"), by=administrator)
    return redirect("search:quality")


@require_safe
def trial_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a trial is, or its figures; the page asks until it has ended."""
    reader = reader_of(request)
    if pk > BIGGEST_ID:
        raise Http404
    trial = get_object_or_404(Trial.objects.select_related("asked_by"), pk=pk)
    newest, is_current = dictionary_trial(dictionaries.waiting_changes())
    context = {
        "trial": trial,
        "is_current": is_current and newest == trial,
        "may_change": permissions.may_change_dictionaries(reader),
    }
    return render(request, "search/partials/trial.html", context)


def _quality(request: HttpRequest, error: str = "") -> HttpResponse:
    reader = reader_of(request)
    months = quality.months_of_quality(timezone.now())
    context = {
        "last": months[-1],
        "months": months[::-1],
        "first_month": months[0].month,
        "has_searches": any(one.figures.searches for one in months),
        "curves": [
            ("recall-5", quality.curve(months, "recall_at_5")),
            ("recall-1", quality.curve(months, "recall_at_1")),
        ],
        "may_change": permissions.may_change_dictionaries(reader),
        "ranker": training.state(),
        "error": error,
        "trials": Trial.objects.select_related("asked_by").defer("payload").order_by("-pk")[:MOST_TRIALS],
    }
    return render(request, "search/quality_detail.html", context, status=422 if error else 200)
