"""Files beside a text: read by whoever may read the text, put on drafts by those who write."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from faq import file_types
from faq.models import Attachment, Purpose, Revision
from faq.services import attaching
from faq.services.locking import lock_revision
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID

PIECE = "X-Wenqu-Piece"
ALONE = "default-src 'none'; frame-ancestors 'none'; sandbox"  # a file is no page of ours
SHOWN_IN_BROWSER = {
    kind.content_type for kind in (file_types.PDF, file_types.PNG, file_types.JPG, file_types.WEBP)
}


class FileForm(forms.Form):
    """One file; what it is and whether it is taken says the service."""

    file = forms.FileField(max_length=1000, allow_empty_file=True)


@require_safe
@login_required
def attachment(request: HttpRequest, key: str) -> HttpResponse:
    """The bytes, for whoever may read a text that carries them at this very second."""
    found = get_object_or_404(Attachment.objects.readable_by(_person(request)), key=key)
    is_inline = found.content_type in SHOWN_IN_BROWSER
    disposition = content_disposition_header(as_attachment=not is_inline, filename=found.name)
    return HttpResponse(
        bytes(found.content),
        content_type=found.content_type,
        headers={
            "Content-Disposition": disposition,
            "Content-Security-Policy": ALONE,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draft_attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft's files, and by POST one more; as a piece for the editor, as a page of its own else."""
    writer, draft = _writer_and_draft(request, pk)
    if request.method != "POST":
        return _show(request, draft)
    form = FileForm(request.POST, request.FILES)
    file = form.files.get("file")
    if not form.is_valid() or not isinstance(file, UploadedFile):
        return _show(request, draft, _("Choose a file."))
    if (file.size or 0) > file_types.LARGEST:
        return _show(request, draft, file_types.too_large())
    name, content = file.name or "", file.read()
    return _change(request, draft, lambda: attaching.attach_to_draft(draft, name, content, by=writer))


@require_POST
@login_required
def detach(request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
    """Take a file off a draft."""
    writer, draft = _writer_and_draft(request, pk)
    get_object_or_404(draft.attachments.without_content(), pk=min(attachment_pk, BIGGEST_ID))
    return _change(request, draft, lambda: attaching.detach_from_draft(draft, attachment_pk, by=writer))


def _person(request: HttpRequest) -> Agent:
    if not isinstance(request.user, Agent):
        raise PermissionDenied
    return request.user


def _writer_and_draft(request: HttpRequest, pk: int) -> tuple[Agent, Revision]:
    """Who asks, if they write entries, and the open draft, if they may read it: 403 and 404 else."""
    writer = _person(request)
    if not permissions.may_write_entries(writer):
        raise PermissionDenied
    drafts = Revision.objects.readable_by(writer).open().filter(purpose=Purpose.TEXT)
    return writer, get_object_or_404(drafts.select_related("entry", "line"), pk=min(pk, BIGGEST_ID))


def _change(request: HttpRequest, draft: Revision, act: Callable[[], Revision]) -> HttpResponse:
    """Do it, and go back to where the person came from; the editor gets the piece anew.

    Which text was changed is read under the lock: the editor may only go on from this one if it began there.
    """
    try:
        with transaction.atomic():
            changed_from = lock_revision(draft).changed_at
            saved = act()
    except RuleBrokenError as broken:
        return _show(request, draft, str(broken))
    if PIECE in request.headers:
        return _show(request, saved, changed_from=changed_from)
    there = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(there, allowed_hosts=None):
        return redirect(there)
    return redirect("faq:draft-attach", saved.pk)


def _show(
    request: HttpRequest, draft: Revision, error: str = "", changed_from: datetime | None = None
) -> HttpResponse:
    context = {
        "draft": draft,
        "attachments": draft.attachments.without_content(),
        "attachments_error": error,
        "changed_from": changed_from or draft.changed_at,
    }
    is_piece = PIECE in request.headers
    template = "faq/partials/attachments.html" if is_piece else "faq/draft_attachments.html"
    response = render(request, template, context, status=422 if error else 200)
    response["Cache-Control"] = "private, no-store"
    return response
