"""Where a bulletin is written and sent out."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Agent
from bulletins.models import Bulletin
from kb.lib.row_ids import BIGGEST_ID


@require_safe
@login_required
def bulletin_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one bulletin, filled in."""
    writer = _writer(request)
    bulletin = get_object_or_404(Bulletin.objects.visible_to(writer), pk=min(pk, BIGGEST_ID))
    return render(request, "bulletins/bulletin_form.html", {"bulletin": bulletin})


def _writer(request: HttpRequest) -> Agent:
    """Whoever asks, if they write bulletins; else PermissionDenied."""
    if not isinstance(request.user, Agent) or not permissions.may_write_bulletins(request.user):
        raise PermissionDenied
    return request.user
