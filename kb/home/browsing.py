"""A category read from top to bottom: what the desk lists for a category's chip while the box is empty."""

from collections import defaultdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from accounts.models import Agent
from faq.models import Category, Entry
from kb.lib.row_ids import row_id

MOST_ROWS = 200


@require_safe
@login_required
def category_entries(request: HttpRequest) -> JsonResponse:
    """The groups of the list for ``?category=``, narrowed by ``line`` and ``kind`` as the search is."""
    asked = request.GET
    found = groups(
        request.user,  # type: ignore[arg-type]
        row_id(asked.get("category", "")) or 0,
        line=asked.get("line", ""),
        kind=asked.get("kind", ""),
    )
    response = JsonResponse({"groups": found})
    response["Cache-Control"] = "private, no-store"
    return response


def groups(person: Agent, category_id: int, *, line: str = "", kind: str = "") -> list[dict[str, Any]]:
    """The category's own entries in their order, then those of each category below it; two queries."""
    below = Q(pk=category_id) | Q(ancestor_ids__contains=[category_id])
    paths = dict(Category.objects.filter(below).order_by("path").values_list("pk", "path"))
    entries = Entry.objects.findable_by(person).filter(category__in=paths)
    if line and line.isprintable():
        entries = entries.of_line(line)
    if kind:
        entries = entries.filter(kind=kind)
    rows: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    columns = ("category_id", "pk", "live_revision__question", "line__name", "valid_until")
    in_order = entries.in_category_order().values_list(*columns)
    for category, pk, question, owner, until in in_order:
        rows[category].append({"id": pk, "question": question, "line": owner, "until": until})
    return _cut([{"title": path, "rows": rows[pk]} for pk, path in paths.items() if rows[pk]])


def _cut(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """No more rows than a list can be read through."""
    left, shown = MOST_ROWS, []
    for group in found:
        if left > 0:
            shown.append(group | {"rows": group["rows"][:left]})
            left -= len(group["rows"])
    return shown
