"""The site's own dictionary: read by those who keep entries findable, changed by system administrators."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID, row_id
from search import dictionaries, dictionary_files, trials
from search.dictionary_lines import Line, LineKind, lexicon_of, read_line
from search.models import DictionaryChange, DictionaryVersion, Trial
from search.tokenizer import normalise

PAGE_LINES = 100


@require_safe
def dictionary_list(request: HttpRequest) -> HttpResponse:
    """One kind of lines, ``?kind=``; ``?q=`` narrows them, ``?edit=`` puts one into the form."""
    reader_of(request)
    return _page(request, _kind(request.GET.get("kind")), text=request.GET.get("edit", ""))


@require_POST
def add_line(request: HttpRequest) -> HttpResponse:
    """Let the next version have a line, instead of the one in ``instead_of`` if there is one."""
    person, kind, text = changer_of(request), _kind(request.POST.get("kind")), request.POST.get("text", "")

    def act() -> None:
        before = request.POST.get("instead_of", "")
        instead_of = read_line(kind, before) if before else None
        dictionaries.add(read_line(kind, text), by=person, instead_of=instead_of)

    return _done(request, kind, act, text=text)


@require_safe
def export_lines(request: HttpRequest) -> HttpResponse:
    """Every line of the dictionary in force as a CSV file, which can be read in again."""
    reader_of(request)
    content = dictionary_files.write(dictionaries.lines_in_force())
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="dictionary.csv"'
    return response


@require_POST
def import_lines(request: HttpRequest) -> HttpResponse:
    """Put the lines of a CSV file among the changes; all or none."""
    person, file = changer_of(request), request.FILES.get("file")

    def act() -> None:
        data = file.read(dictionary_files.MOST_BYTES + 1) if file else b""
        dictionaries.add_all(dictionary_files.read(data), by=person)

    return _done(request, LineKind.SYNONYMS, act)


@require_POST
def remove_line(request: HttpRequest) -> HttpResponse:
    """Let the next version have a line no more."""
    person, kind = changer_of(request), _kind(request.POST.get("kind"))
    return _done(
        request,
        kind,
        lambda: dictionaries.remove(read_line(kind, request.POST.get("text", "")), by=person),
    )


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one waiting change."""
    changer_of(request)
    change = get_object_or_404(DictionaryChange, pk=_id(pk))
    return _done(request, LineKind(change.kind), lambda: dictionaries.take_back(change))


@require_POST
def forget_changes(request: HttpRequest) -> HttpResponse:
    """Forget every waiting change."""
    changer_of(request)
    return _done(request, _kind(request.POST.get("kind")), dictionaries.forget_changes)


@require_POST
def try_changes(request: HttpRequest) -> HttpResponse:
    """Have the waiting changes tried by the worker."""
    person = changer_of(request)
    return _done(request, _kind(request.POST.get("kind")), lambda: trials.try_dictionary(by=person))


@require_POST
def put_in_force(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the changes in force that this trial tried."""
    person = changer_of(request)
    trial = get_object_or_404(Trial, pk=_id(pk), kind=Trial.Kind.DICTIONARY)
    return _done(request, LineKind.SYNONYMS, lambda: dictionaries.put_in_force(trial, by=person))


@require_safe
def version_list(request: HttpRequest) -> HttpResponse:
    """Every version there was, the newest first."""
    return _versions(request)


@require_POST
def go_back(request: HttpRequest) -> HttpResponse:
    """Put an earlier version in force again; without one, the built-in dictionary."""
    person, number = changer_of(request), request.POST.get("version", "")
    earlier = None
    if number:
        earlier = get_object_or_404(DictionaryVersion, pk=row_id(number))
    try:
        dictionaries.go_back(earlier, by=person)
    except RuleBrokenError as broken:
        return _versions(request, str(broken))
    return redirect("search:dictionary-versions")


def reader_of(request: HttpRequest) -> Agent:
    """Whoever asks, if they may read dictionaries and figures of searches; else PermissionDenied."""
    if not isinstance(request.user, Agent) or not permissions.may_view_dictionaries(request.user):
        raise PermissionDenied
    return request.user


def dictionary_trial(waiting: list[DictionaryChange]) -> tuple[Trial | None, bool]:
    """The newest trial of the dictionary and whether it tried exactly what waits now."""
    trial = (
        Trial.objects.filter(kind=Trial.Kind.DICTIONARY).select_related("asked_by").order_by("-pk").first()
    )
    if trial is None or not waiting:
        return None, False
    after = lexicon_of(dictionaries.next_lines(dictionaries.lines_in_force(), waiting)).version
    return trial, (trial.before_ref, trial.after_ref) == (dictionaries.version_in_force(), after)


def _page(
    request: HttpRequest, kind: LineKind, *, text: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    every = dictionaries.lines_in_force()
    lines = [line for line in every if line.kind == kind]
    asked = request.GET.get("q", "").strip()
    if asked:
        wanted = normalise(asked)
        lines = [line for line in lines if any(wanted in normalise(word) for word in line.members)]
    waiting = dictionaries.waiting_changes()
    trial, is_current = dictionary_trial(waiting)
    context: dict[str, Any] = {
        "kind": kind,
        "kinds": [(each, sum(line.kind == each for line in every)) for each in LineKind],
        "page": Paginator(_newest_first(lines), PAGE_LINES).get_page(request.GET.get("page")),
        "count": len(lines),
        "asked": asked,
        "version": DictionaryVersion.objects.select_related("made_by").order_by("-pk").first(),
        "waiting": waiting,
        "leaving": {"、".join(change.members) for change in waiting if change.is_removal},
        "trial": trial,
        "is_current": is_current,
        "may_change": permissions.may_change_dictionaries(reader_of(request)),
        "text": text,
        "instead_of": request.POST.get("instead_of", request.GET.get("edit", "")),
        "error": error,
    }
    return render(request, "search/dictionary_list.html", context, status=status)


def _versions(request: HttpRequest, error: str = "") -> HttpResponse:
    reader = reader_of(request)
    versions = DictionaryVersion.objects.select_related("made_by").defer("content").order_by("-pk")
    context = {
        "page": Paginator(versions, PAGE_LINES).get_page(request.GET.get("page")),
        "in_force": dictionaries.version_in_force(),
        "built_in": dictionaries.built_in().version,
        "may_change": permissions.may_change_dictionaries(reader),
        "error": error,
    }
    return render(request, "search/dictionary_versions.html", context, status=422 if error else 200)


def _done(request: HttpRequest, kind: LineKind, act: Callable[[], object], *, text: str = "") -> HttpResponse:
    """Do it and show the list again, or the same page with the sentence that says why not."""
    try:
        act()
    except RuleBrokenError as broken:
        return _page(request, kind, text=text, error=str(broken), status=422)
    return redirect(f"{reverse('search:dictionary-list')}?{urlencode({'kind': kind.value})}")


def _newest_first(lines: list[Line]) -> list[Line]:
    return lines[::-1]


def _kind(value: str | None) -> LineKind:
    try:
        return LineKind(value or LineKind.SYNONYMS)
    except ValueError as error:
        raise Http404 from error


def changer_of(request: HttpRequest) -> Agent:
    person = reader_of(request)
    if not permissions.may_change_dictionaries(person):
        raise PermissionDenied
    return person


def _id(number: int) -> int:
    if number > BIGGEST_ID:
        raise Http404
    return number
