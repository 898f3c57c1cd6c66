"""Entries as files to download: what the filters of the entry list find, and the template of an import."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Agent, BusinessLine
from faq import exchange
from faq.exchange import Content
from faq.filtering import EntryFilters
from faq.models import EntryState
from faq.models.entry import EntryQuerySet
from faq.services import exporting
from faq.views.imports import importer_of
from kb.lib.errors import RuleBrokenError

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
}
NAMES = {"xlsx": "XLSX", "csv": "CSV", "jsonl": "JSONL"}


@require_safe
@login_required
def entry_export(request: HttpRequest) -> HttpResponseBase:
    """The filtered entries as a file of ``?format=``; without one, how many they are and the choice."""
    person = request.user
    if not isinstance(person, Agent) or not permissions.may_read_history(person):
        raise PermissionDenied
    filters = EntryFilters.from_query(request.GET)
    found = _chosen(filters, person)
    suffix = request.GET.get("format", "")
    if suffix not in TYPES:
        return _choice(request, filters, found)
    try:
        with TemporaryDirectory() as place:
            path = Path(place) / f"entries.{suffix}"
            exporting.export(path, found, reader=person)
            return _download(path, f"wenqu-{timezone.localdate():%Y-%m-%d}.{suffix}")
    except RuleBrokenError as broken:
        return _choice(request, filters, found, str(broken))


@require_safe
@login_required
def import_template(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """An empty table with one invented row that shows how its cells are filled."""
    importer_of(request)
    if suffix not in ("xlsx", "csv"):
        raise Http404
    with TemporaryDirectory() as place:
        path = Path(place) / f"template.{suffix}"
        exchange.write(path, [_example()])
        return _download(path, f"wenqu-template.{suffix}")


def _chosen(filters: EntryFilters, person: Agent) -> EntryQuerySet:
    """A file cannot tell that an entry is withdrawn, so those only come when they are asked for."""
    found = filters.entries(person)
    return found if filters.state == "withdrawn" else found.exclude(state=EntryState.WITHDRAWN)


def _choice(
    request: HttpRequest, filters: EntryFilters, found: EntryQuerySet, error: str = ""
) -> HttpResponse:
    query = urlencode(filters.as_query())
    context = {
        "count": found.count(),
        "filters": filters,
        "links": [(name, f"?{urlencode({'format': suffix})}&{query}") for suffix, name in NAMES.items()],
        "error": error,
    }
    return render(request, "faq/entry_export.html", context, status=422 if error else 200)


def _download(path: Path, name: str) -> FileResponse:
    """The file is gone from its place, and ends with the answer."""
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = TYPES[path.suffix[1:]]
    response["Cache-Control"] = "private, no-store"
    return response


def _example() -> Content:
    line = BusinessLine.objects.filter(is_active=True).order_by("pk").values_list("code", flat=True).first()
    return Content(
        external_id="example-1",
        line=line or "CREDITCARD",
        category=_("Cards/Loss"),
        question=_("Example, delete this row: how do I report a lost card?"),
        similar_questions=(_("my card is gone"), _("somebody took my card")),
        key_points=(_("Verify who is calling"), _("Block the card at once"), _("Offer a new card")),
        answer=_("Reporting is free of charge.\n\n> Internal: ask for the last four digits."),
        script=_("Your card is blocked from now on."),
        keywords=(_("lost"), _("block")),
        source=_("Example notice\nhttps://bank.example/notice\n2026-01-31"),
        review_due_on=timezone.localdate().replace(month=12, day=31),
    )
