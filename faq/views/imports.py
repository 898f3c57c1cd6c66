"""Imports: bring a file, see row by row what it would do, apply it, undo it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts import permissions
from accounts.models import Agent, BusinessLine
from faq.exchange import pasted
from faq.exchange.labels import LABELS
from faq.models import Entry, ImportRun
from faq.services import import_reads, import_runs
from kb.lib.errors import RuleBrokenError

RUNS_OF_A_PAGE = 50
MOST_PASTED = 500_000  # characters; what is more comes as a file
MOST_LEFT = 1000
State = ImportRun.State


@require_safe
@login_required
def import_list(request: HttpRequest) -> HttpResponse:
    """Bring a file or paste rows, and all imports there were, the newest first."""
    return _list(request, importer_of(request))


@require_POST
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file or pasted rows, and show the import, which the worker reads meanwhile."""
    person = importer_of(request)
    try:
        name, content = _brought(request)
        run = import_runs.upload(name, content, by=person, options=_options(request))
    except RuleBrokenError as broken:
        return _list(request, person, str(broken))
    return redirect("faq:import", run.key)


@require_safe
@login_required
def import_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far the import is, what it would do row by row, or what it did."""
    return _detail(request, importer_of(request), _run(key))


@require_safe
@login_required
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far the worker is; the page asks until there is something to see, and then reads itself anew."""
    importer_of(request)
    run = _run(key)
    if run.state in import_runs.AT_WORK and not import_runs.is_forgotten(run, timezone.now()):
        return render(request, "faq/partials/import_progress.html", {"run": run})
    return HttpResponseClientRefresh()


@require_POST
@login_required
def read(request: HttpRequest, key: UUID) -> HttpResponse:
    """Preview again, with other options, or with the fields told of its columns."""
    person, run = importer_of(request), _run(key)
    names = request.POST.getlist("column")
    fields = request.POST.getlist("field")
    told = {name: field for name, field in zip(names, fields, strict=False) if field != "?"}
    columns = {name: "" if field == "-" else field for name, field in told.items()}

    def act() -> None:
        import_runs.read_again(run, by=person, options=_options(request), columns=columns or None)

    return _done(request, person, run, act)


@require_POST
@login_required
def apply(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let the worker do what the preview shows."""
    person, run = importer_of(request), _run(key)
    return _done(request, person, run, lambda: import_runs.ask_to_apply(run, by=person))


@require_POST
@login_required
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let the worker undo it as one."""
    person, run = importer_of(request), _run(key)
    return _done(request, person, run, lambda: import_runs.ask_to_undo(run, by=person))


def importer_of(request: HttpRequest) -> Agent:
    """Whoever asks, if they may import; else PermissionDenied."""
    if not isinstance(request.user, Agent) or not permissions.may_import(request.user):
        raise PermissionDenied
    return request.user


def _run(key: UUID) -> ImportRun:
    return get_object_or_404(ImportRun.objects.for_pages(), key=key)


def _brought(request: HttpRequest) -> tuple[str, bytes]:
    """Name and bytes of what was brought; a file goes before pasted rows."""
    file = request.FILES.get("file")
    if file is not None:
        return file.name or "", file.read(import_runs.LARGEST_UPLOAD + 1)
    text = request.POST.get("rows", "")
    if not text.strip():
        raise RuleBrokenError(_("Choose a file, or paste rows with their header."))
    if len(text) > MOST_PASTED:
        raise RuleBrokenError(_("That is too much to paste; save it as a file and choose that."))
    name = _("pasted")
    return f"{name}.csv", pasted.as_csv(text)


def _options(request: HttpRequest) -> dict[str, Any]:
    line = request.POST.get("line", "")
    known = BusinessLine.objects.filter(is_active=True, code=line).exists()
    return {
        "line": line if known else "",
        "make_lines": request.POST.get("make_lines") == "1",
        "publish": request.POST.get("publish") == "1",
    }


def _done(request: HttpRequest, person: Agent, run: ImportRun, act: Callable[[], object]) -> HttpResponse:
    """Do it and show the import, or the same page with the sentence that says why not."""
    try:
        act()
    except RuleBrokenError as broken:
        return _detail(request, person, _run(run.key), str(broken))
    return redirect("faq:import", run.key)


def _choices(person: Agent) -> dict[str, Any]:
    return {
        "lines": BusinessLine.objects.filter(is_active=True).order_by("name"),
        "may_publish": permissions.may_publish_unsigned(person),
        "labels": LABELS,
    }


def _list(request: HttpRequest, person: Agent, error: str = "") -> HttpResponse:
    runs = Paginator(ImportRun.objects.for_pages(), RUNS_OF_A_PAGE)
    context = {
        **_choices(person),
        "page": runs.get_page(request.GET.get("page")),
        "largest": import_runs.LARGEST_UPLOAD,
        "largest_mb": import_runs.LARGEST_UPLOAD // 1_000_000,
        "most_pasted": MOST_PASTED,
        "too_large": import_runs.too_large(),
        "rows": request.POST.get("rows", "")[:MOST_PASTED],
        "options": _options(request),
        "error": error,
    }
    return render(request, "faq/import_list.html", context, status=422 if error else 200)


def _detail(request: HttpRequest, person: Agent, run: ImportRun, error: str = "") -> HttpResponse:
    columns = import_reads.columns(run)
    is_forgotten = import_runs.is_forgotten(run, timezone.now())
    is_mine = run.importer_id == person.pk
    context = {
        **_choices(person),
        "run": run,
        "preview": import_reads.preview(
            run, person, status=request.GET.get("status", ""), page=request.GET.get("page", "")
        ),
        "columns": columns,
        "is_foreign": import_reads.are_foreign(columns),
        "is_unmapped": any(column.field is None for column in columns),
        "options": run.options,
        "is_at_work": run.state in import_runs.AT_WORK and not is_forgotten,
        "is_forgotten": is_forgotten,
        "may_read_again": is_mine
        and (run.state in {State.READY, State.FAILED} or (is_forgotten and run.state != State.UNDOING)),
        "may_apply": is_mine and run.state == State.READY and _has_work(run),
        "may_undo": run.state == State.DONE or (is_forgotten and run.state == State.UNDOING),
        "is_mine": is_mine,
        "left": _left(run, person),
        "error": error or run.error,
    }
    return render(request, "faq/import_detail.html", context, status=422 if error else 200)


def _left(run: ImportRun, person: Agent) -> list[dict[str, Any]]:
    """What undoing has left, of the entries this person may see."""
    left = run.outcome.get("left", [])[:MOST_LEFT]
    seen = Entry.objects.filter(pk__in=[one["entry"] for one in left]).unrestricted_for(person)
    known = set(seen.values_list("pk", flat=True)) if left else set()
    return [one for one in left if one["entry"] in known]


def _has_work(run: ImportRun) -> bool:
    counts = run.counts
    return not counts.get("error") and bool(counts.get("new") or counts.get("changed"))
