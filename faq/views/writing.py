"""The editor: begin an entry or a change, write, submit, give up; and two texts of one draft side by side."""

import json
from contextlib import suppress
from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import permissions
from accounts.requests import AgentRequest, writer_of
from faq import sheet as sheets
from faq.models import Entry, EntryState, Purpose, Revision
from faq.models.revision import OPEN_STATES
from faq.services import autosaving, drafting, reviewing, writing
from faq.services.drafting import DraftChangedError
from faq.views import conflict
from faq.views.draft_form import DraftForm
from faq.views.editor import begun_from, editor, empty, reader
from faq.views.pages import Sent, posted, sent
from kb.lib.errors import RuleBrokenError

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def entry_new(request: AgentRequest) -> HttpResponse:
    """An empty form; sent, it becomes an entry with its first draft."""
    writer = writer_of(request)
    if request.method != "POST":
        blank = empty(writer)
        kept = autosaving.kept_for(writer, None, blank)
        told = sent(kept.values) if kept and request.GET.get("take") else Sent(blank)
        return editor(request, None, told, kept=None if request.GET.get("take") else kept)
    told = posted(request)
    form = DraftForm(told.sheet, writer=writer)
    if not form.is_valid():
        return editor(request, None, told, form=form)
    try:
        revision = writing.begin(form.writing(), by=writer)
    except RuleBrokenError as broken:
        return editor(request, None, told, form=form, error=str(broken))
    return _after_saving(request, revision)


@require_POST
@login_required
def entry_edit(request: AgentRequest, pk: int) -> HttpResponse:
    """Go to the open draft of an entry; a published one, expired or not, gets a new one."""
    writer = writer_of(request)
    in_use = Entry.objects.unrestricted_for(writer).exclude(state=EntryState.WITHDRAWN)
    entry = get_object_or_404(in_use, pk=pk)
    if not permissions.may_write_entries_of(writer, entry.concerned_line_ids):
        get_object_or_404(Entry.objects.visible_to(writer), pk=pk)
        raise PermissionDenied
    drafts = Revision.objects.open().filter(entry=entry, purpose=Purpose.TEXT)
    if not drafts.exists():
        with suppress(RuleBrokenError):  # somebody began one in this very moment
            drafting.new_draft(entry, by=writer)
    return redirect("faq:draft", get_object_or_404(drafts.readable_by(writer)).pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draft(request: AgentRequest, pk: int) -> HttpResponse:
    """The editor of an open draft; every other text, and for whoever does not write, is only read."""
    may_write = permissions.may_write_entries(request.user)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    found = Revision.objects.readable_by(request.user).select_related(
        "entry__source", "entry__category", "line", "created_by"
    )
    revision = get_object_or_404(found, pk=pk)
    if request.method == "POST":
        return _act(request, revision)
    if not may_write or revision.state not in OPEN_STATES or revision.purpose != Purpose.TEXT:
        return reader(request, revision)
    current = sheets.of(revision, request.user)
    kept = autosaving.kept_for(request.user, revision, current)
    if kept and request.GET.get("take"):
        return editor(request, revision, sent(kept.values))
    return editor(request, revision, begun_from(revision, current), kept=kept)


def _act(request: AgentRequest, revision: Revision) -> HttpResponse:
    """What the pressed button says; a text that is refused comes back as it was sent."""
    if request.POST.get("act") == "discard":
        return _discard(request, revision)
    told = conflict.chosen(request, posted(request), revision)
    if isinstance(told, conflict.Open):
        return _conflict(request, revision, told.sent, error=_("Choose for every part whose words stay."))
    if request.POST.get("act") == "edit":
        return editor(request, revision, told)
    form = DraftForm(told.sheet, writer=request.user, revision=revision)
    if not form.is_valid():
        return editor(request, revision, told, form=form)
    try:
        writing.save(
            revision, form.writing(), by=request.user, seen_at=told.seen_at or LONG_AGO, seen=told.seen
        )
    except DraftChangedError:
        autosaving.keep(told.to_keep(), by=request.user, revision=revision, seen_at=told.seen_at)
        return _conflict(request, Revision.objects.get(pk=revision.pk), told)
    except RuleBrokenError as broken:
        return editor(request, revision, told, form=form, error=str(broken))
    return _after_saving(request, Revision.objects.get(pk=revision.pk))


def _after_saving(request: AgentRequest, revision: Revision) -> HttpResponse:
    """Saved is saved, also when the text cannot be submitted."""
    if request.POST.get("act") != "submit":
        return redirect(f"{reverse('faq:draft', args=[revision.pk])}?saved=1")
    try:
        reviewing.submit(revision, by=request.user)
    except RuleBrokenError as broken:
        current = sheets.of(revision, request.user)
        return editor(request, revision, begun_from(revision, current), error=str(broken))
    return redirect("faq:review", revision.pk)


def _conflict(request: AgentRequest, revision: Revision, told: Sent, error: str = "") -> HttpResponse:
    theirs = sheets.of(revision, request.user)
    base = told.base or told.seen
    context = {
        "revision": revision,
        "differences": conflict.differences(told.sheet, theirs, base),
        "mine": [(name, value) for name, values in told.sheet.items() for value in values],
        "seen_at": revision.changed_at.isoformat(),
        "seen": json.dumps(sheets.digests(theirs)),
        "base": json.dumps(base),
        "writers": ", ".join(map(str, revision.authors.exclude(pk=request.user.pk))),
        "error": error,
    }
    return render(request, "faq/draft_conflict.html", context, status=422)


def _discard(request: AgentRequest, revision: Revision) -> HttpResponse:
    try:
        drafting.discard(revision, by=request.user)
    except RuleBrokenError as broken:
        return reader(request, revision, error=str(broken))
    autosaving.drop(request.user, revision)
    if revision.entry.live_revision_id is None:
        return redirect("desk")
    return redirect("entry-detail", revision.entry_id)
