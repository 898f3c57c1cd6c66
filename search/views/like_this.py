"""Asked by the editor: which entries look like the draft, and what it could be filed under."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from kb.lib.row_ids import row_id
from search import matching
from search.engines.base import EXACT
from search.suggested_fields import suggest

MOST_SHOWN = 5
MOST_ASKED = 3
LONGEST_ASKED = 300
OTHER_TEXTS = ("key_points", "script", "answer", "similar_questions")


@dataclass(frozen=True)
class Near:
    """An entry that looks like the draft; ``is_exact`` when it has the very same question."""

    pk: int
    question: str
    line: str
    similar: str
    is_exact: bool


@require_safe
@login_required
def like_this(request: HttpRequest) -> HttpResponse:
    """The entries nearest to ``?q=`` and the first of ``&similar=``; ``&entry=`` is the draft's own."""
    writer = _linker_of(request)
    similar = request.GET.get("similar", "").split("\n")
    asked = [text.strip()[:LONGEST_ASKED] for text in [request.GET.get("q", ""), *similar]]
    own = row_id(request.GET.get("entry", ""))
    found: dict[int, Near] = {}
    for text in list(filter(None, asked))[:MOST_ASKED]:
        for each in matching.find(writer, text, limit=MOST_SHOWN, wants_nearest=False).matches:
            row = each.entry
            is_exact = each.match.found_by in EXACT
            if row["pk"] != own and (row["pk"] not in found or is_exact):
                found[row["pk"]] = Near(
                    row["pk"], row["live_revision__question"], row["line__name"], each.similar, is_exact
                )
    nearest = sorted(found.values(), key=lambda near: not near.is_exact)[:MOST_SHOWN]
    return _piece(request, "search/partials/like_this.html", {"nearest": nearest, "is_asked": any(asked)})


@require_POST
@login_required
def suggest_fields(request: HttpRequest) -> HttpResponse:
    """Keywords, category and line for the form as it was sent, each to take with a click."""
    writer = _writer_of(request)
    told = request.POST
    suggested = suggest(
        writer,
        told.get("question", "")[:LONGEST_ASKED],
        [told.get(name, "") for name in OTHER_TEXTS],
        entry_id=row_id(request.GET.get("entry", "")),
        has=told.get("keywords", "").splitlines()[:200],
    )
    context = {
        "keywords": suggested.keywords,
        "categories": [one for one in suggested.categories if one.value != told.get("category")],
        "lines": [one for one in suggested.lines if one.value != told.get("line")],
    }
    return _piece(request, "search/partials/suggested_fields.html", context)


def _writer_of(request: HttpRequest) -> Agent:
    if not isinstance(request.user, Agent) or not permissions.may_write_entries(request.user):
        raise PermissionDenied
    return request.user


def _linker_of(request: HttpRequest) -> Agent:
    """Who writes entries, and who links them to bulletins."""
    person = request.user
    if isinstance(person, Agent) and permissions.may_write_bulletins(person):
        return person
    return _writer_of(request)


def _piece(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    response = render(request, template, context)
    response["Cache-Control"] = "private, no-store"
    return response
