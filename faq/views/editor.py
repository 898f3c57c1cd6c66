"""The page of the editor, filled: with a draft, with what was sent and refused, or with what was kept."""

import json
from collections import defaultdict
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.models import Agent
from accounts.requests import AgentRequest
from faq import sheet as sheets
from faq import wording
from faq.models import Autosave, Category, Comment, Kind, Revision, RevisionState, Significance
from faq.sheet import Sheet
from faq.views.draft_form import DraftForm, lines_for
from faq.views.pages import Sent
from faq.views.previewing import faces


@dataclass(frozen=True)
class VariantRow:
    """One variant's fields as they stand in the form."""

    name: str
    key_points: str
    answer: str
    script: str


def begun_from(revision: Revision, current: Sheet) -> Sent:
    """A form that nobody has changed yet."""
    return Sent(current, revision.changed_at, sheets.digests(current))


def empty(writer: Agent) -> Sheet:
    """A new entry's form; whoever has one line writes for it."""
    lines = sorted(writer.line_ids)
    line = [str(lines[0])] if len(lines) == 1 else [""]
    return sheets.normal({"kind": [Kind.FAQ], "significance": [Significance.MEDIUM], "line": line})


def editor(
    request: AgentRequest,
    revision: Revision | None,
    told: Sent,
    *,
    kept: Autosave | None = None,
    form: DraftForm | None = None,
    error: str = "",
) -> HttpResponse:
    """The form with these words in it; 422 when it was sent and refused."""
    sheet = told.sheet
    concerned = sheet["lines_concerned"]
    own_lines = [int(pk) for pk in [*sheet["line"], *concerned] if pk.isdecimal() and len(pk) < 19]
    lines, all_lines = lines_for(request.user, own_lines if revision else ())
    context = {
        "revision": revision,
        "sheet": {name: values[0] if values else "" for name, values in sheet.items()},
        "variants": [
            VariantRow(*row) for row in zip(*(sheet[name] for name in sheets.VARIANTS), strict=True)
        ],
        "kinds": Kind.choices,
        "significances": Significance.choices,
        "lines": lines,
        "concerned": [(line, str(line.pk) in concerned) for line in all_lines],
        "categories": Category.objects.order_by("path"),
        "limits": {
            "question": wording.LONGEST_QUESTION,
            "text": wording.LONGEST_TEXT,
            "name": wording.LONGEST_VARIANT_NAME,
            "similar": wording.MOST_SIMILAR_QUESTIONS,
            "variants": wording.MOST_VARIANTS,
        },
        "seen_at": told.seen_at.isoformat() if told.seen_at else "",
        "seen": json.dumps(told.seen),
        "kept": kept,
        "errors": form.errors if form else {},
        "form_errors": form.non_field_errors() if form else [],
        "error": error,
        "comments": _comments(revision),
        "is_taken": bool(request.GET.get("take")),
        "news": _news(request, revision),
        "is_out": revision is not None
        and revision.state in {RevisionState.IN_REVIEW, RevisionState.SCHEDULED},
    }
    is_refused = bool(error or (form and form.errors))
    return _private(render(request, "faq/draft_form.html", context, status=422 if is_refused else 200))


def reader(request: AgentRequest, revision: Revision, error: str = "") -> HttpResponse:
    """A text that is not this person's to change, or not open any more."""
    context = {
        "revision": revision,
        "question": revision.question,
        "faces": faces(sheets.of(revision, request.user)),
        "error": error,
    }
    return _private(render(request, "faq/draft_detail.html", context, status=422 if error else 200))


def _comments(revision: Revision | None) -> dict[str, list[Comment]]:
    """What reviewers remarked and nobody has settled yet, by the part it is about."""
    found: dict[str, list[Comment]] = defaultdict(list)
    if revision is not None:
        opened = Comment.objects.filter(revision=revision, resolved_at=None)
        for comment in opened.select_related("written_by"):
            found[comment.field].append(comment)
    return dict(found)


def _news(request: AgentRequest, revision: Revision | None) -> str:
    """The moment of the save that just happened, for the line beside the buttons."""
    if revision is None or not request.GET.get("saved"):
        return ""
    return date_format(localtime(revision.changed_at), "H:i:s")


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
