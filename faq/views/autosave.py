"""What the editor sends while somebody types, so that a closed browser loses seconds only."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.requests import AgentRequest, writer_of
from faq.models import Purpose, Revision
from faq.services import autosaving
from faq.views.pages import posted


@require_POST
@login_required
def autosave(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Keep the form as it is now; 204, or 404 when the draft is not open any more."""
    revision = _draft(request, pk)
    told = posted(request)
    autosaving.keep(told.to_keep(), by=request.user, revision=revision, seen_at=told.seen_at)
    return HttpResponse(status=204)


@require_POST
@login_required
def drop_autosave(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Forget what was kept, and show the draft as it is saved."""
    revision = _draft(request, pk)
    autosaving.drop(request.user, revision)
    return redirect("faq:entry-new") if revision is None else redirect("faq:draft", revision.pk)


def _draft(request: AgentRequest, pk: int | None) -> Revision | None:
    """None stands for a new entry; who does not write is refused before anything is looked up."""
    writer = writer_of(request)
    if pk is None:
        return None
    drafts = Revision.objects.open().readable_by(writer).filter(purpose=Purpose.TEXT)
    return get_object_or_404(drafts, pk=pk)
