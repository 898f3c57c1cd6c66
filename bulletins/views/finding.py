"""Who asks for a page about bulletins, and what of it is there for them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts import permissions
from accounts.models import Agent
from bulletins.models import Bulletin
from kb.lib.row_ids import BIGGEST_ID


def bulletin_writer_of(request: HttpRequest) -> Agent:
    """Whoever asks, if they write bulletins; else PermissionDenied."""
    if not isinstance(request.user, Agent) or not permissions.may_write_bulletins(request.user):
        raise PermissionDenied
    return request.user


def bulletin_for(person: Agent, pk: int) -> Bulletin:
    """The bulletin, if it is there for them; else Http404."""
    return get_object_or_404(Bulletin.objects.visible_to(person), pk=min(pk, BIGGEST_ID))
