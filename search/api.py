"""``GET search``, ``suggest`` and ``inquiries/like``: asked at every key, so nothing is more than needed."""

import time
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import BusinessLine
from accounts.permissions import may_explain_search
from faq.models import Kind
from inquiries.glance import Glance
from search import correcting, in_progress, matching, suggesting
from search.matching import Filters, Found
from search.schema import (
    InProgressAnswerSerializer,
    InProgressSerializer,
    SearchAnswerSerializer,
    SuggestAnswerSerializer,
)

MOST_ASKED = 50
FARTHEST = 500
MOST_FILTERS = 20
LONGEST_TEXT = 10_000

QUERY = OpenApiParameter("q", str, description="The caller's words; the first 300 characters count.")
LIMIT = OpenApiParameter("limit", int, description=f"At most so many matches, 1 to {MOST_ASKED}.", default=8)
FILTERS = [
    OpenApiParameter("line", str, many=True, description="Codes of business lines; own or concerned."),
    OpenApiParameter("kind", str, many=True, enum=Kind.values),
    OpenApiParameter(
        "category", int, many=True, description="Ids of categories; what is filed below counts."
    ),
]
EXPLAIN = OpenApiParameter(
    "explain",
    str,
    enum=["0", "1"],
    default="0",
    description="With 1 each match says why it stands where it does. Administrators only; others get 403.",
)


class Search(APIView):
    """Entries in force that this person may see, best first."""

    @extend_schema(
        summary="Search",
        parameters=[QUERY, *FILTERS, LIMIT, OpenApiParameter("offset", int, default=0), EXPLAIN],
        responses=SearchAnswerSerializer,
    )
    def get(self, request: Request) -> Response:
        """Each answer has an id of its own; nothing is stored until the client logs the search."""
        began = time.perf_counter()
        asked = request.query_params
        person: Any = request.user
        text, filters, offset = _text(asked), _filters(asked), _number(asked, "offset", 0, 0, FARTHEST)
        answer = matching.find(
            person,
            text,
            filters,
            limit=_number(asked, "limit", 8, 1, MOST_ASKED),
            offset=offset,
            explain=_wants_reasons(request),
        )
        help_ = correcting.help_with(person, text, filters, answer) if offset == 0 else correcting.Help()
        body = {
            "search_id": str(uuid4()),
            "took_ms": 0.0,
            "matches": [_match(found) for found in answer.matches],
            "more": answer.has_more,
            "reduced": answer.is_reduced,
            "nearest": [_match(found) for found in help_.nearest],
            "did_you_mean": list(help_.did_you_mean),
        }
        body["took_ms"] = round((time.perf_counter() - began) * 1000, 2)
        return Response(body, headers={"Cache-Control": "private, no-store"})


class Suggest(APIView):
    """What goes on from what was typed: words and standard questions of entries this person may see now."""

    @extend_schema(summary="Suggestions", parameters=[QUERY], responses=SuggestAnswerSerializer)
    def get(self, request: Request) -> Response:
        """Never from what others typed, and never a word the dictionary hides."""
        found = suggesting.suggestions(request.user, _text(request.query_params))  # type: ignore[arg-type]
        body = [{"kind": each.kind, "text": each.text, "entry": each.entry} for each in found]
        return Response({"suggestions": body}, headers={"Cache-Control": "private, no-store"})


class LikeInquiries(APIView):
    """Forwarded questions that ask the same, with when their reply is due or what was answered."""

    @extend_schema(summary="Inquiries like this", parameters=[QUERY], responses=InProgressAnswerSerializer)
    def get(self, request: Request) -> Response:
        """Asked beside the search and never before it; at most three, the nearest first."""
        found = in_progress.like(request.user, _text(request.query_params))  # type: ignore[arg-type]
        body = {"inquiries": [_in_progress(*each) for each in found]}
        return Response(body, headers={"Cache-Control": "private, no-store"})


def _in_progress(found: Glance, likeness: float) -> dict[str, Any]:
    return dict(InProgressSerializer(found).data) | {"likeness": round(likeness, 3)}


def _match(found: Found) -> dict[str, Any]:
    entry = found.entry
    until = entry["valid_until"]
    reasons = {} if found.explain is None else {"explain": found.explain}
    return reasons | {
        "id": found.match.id,
        "question": entry["live_revision__question"],
        "key_points": entry["live_revision__key_points"],
        "matched_by": found.match.found_by,
        "similar": found.similar or None,
        "score": round(found.match.score, 4),
        "kind": entry["kind"],
        "line": {"code": entry["line__code"], "name": entry["line__name"]},
        "category": {"id": entry["category_id"], "path": entry["category__path"]}
        if entry["category_id"]
        else None,
        "valid_until": until.isoformat() if until else None,
        "highlights": {"question": found.in_question, "similar": found.in_similar},
    }


def _wants_reasons(request: Request) -> bool:
    """Whether somebody who may asks why. Raises PermissionDenied for others: silence would look like none."""
    if _number(request.query_params, "explain", 0, 0, 1) == 0:
        return False
    if not may_explain_search(request.user):  # type: ignore[arg-type]
        raise PermissionDenied(_("Only administrators are told why matches stand where they do."))
    return True


def _text(asked: Any) -> str:
    text: str = asked.get("q", "")
    if len(text) > LONGEST_TEXT:
        raise ValidationError({"q": [_("At most %(most)d characters.") % {"most": LONGEST_TEXT}]})
    return text


def _number(asked: Any, name: str, default: int, least: int, most: int) -> int:
    text = asked.get(name)
    if text is None or text == "":
        return default
    if text.isascii() and text.isdigit() and len(text) <= 6 and least <= int(text) <= most:
        return int(text)
    raise ValidationError(
        {name: [_("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most}]}
    )


def _filters(asked: Any) -> Filters:
    lines, kinds, categories = (_several(asked, name) for name in ("line", "kind", "category"))
    if unknown := [kind for kind in kinds if kind not in Kind.values]:
        raise ValidationError({"kind": [_("Unknown kind: %(kind)s.") % {"kind": unknown[0][:50]}]})
    for category in categories:
        if not (category.isascii() and category.isdigit() and len(category) <= 18):
            raise ValidationError({"category": [_("Not the id of a category.")]})
    return Filters(frozenset(map(_line_id, lines)), frozenset(map(int, categories)), frozenset(kinds))


def _several(asked: Any, name: str) -> list[str]:
    values = [value for value in asked.getlist(name) if value]
    if len(values) > MOST_FILTERS:
        raise ValidationError({name: [_("At most %(most)d values.") % {"most": MOST_FILTERS}]})
    return values


_line_ids: dict[str, int] = {}


def _line_id(code: str) -> int:
    """The id of a line's code; codes are few and stay, so they are read only when one is new."""
    if code not in _line_ids:
        _line_ids.update(BusinessLine.objects.values_list("code", "pk"))
    try:
        return _line_ids[code]
    except KeyError:
        raise ValidationError(
            {"line": [_("Unknown business line: %(code)s.") % {"code": code[:50]}]}
        ) from None
