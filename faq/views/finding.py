"""Who asks for a page about drafts, reviews or history, and what of it is there for them."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts import permissions
from accounts.models import Agent
from faq.models import Entry, Revision
from faq.reviewing import with_all


def reader_of(request: HttpRequest) -> Agent:
    """Whoever asks, if they may read drafts and history at all; else PermissionDenied."""
    if not isinstance(request.user, Agent) or not permissions.may_read_history(request.user):
        raise PermissionDenied
    return request.user


def signer_of(request: HttpRequest) -> Agent:
    """Whoever asks, if there are seats they may fill; else PermissionDenied."""
    person = reader_of(request)
    if not permissions.may_fill_some_seat(person):
        raise PermissionDenied
    return person


def revision_for(person: Agent, pk: int) -> Revision:
    """The text or request, if it is there for them; else Http404."""
    return get_object_or_404(with_all(Revision.objects.readable_by(person)), pk=pk)


def entry_for(person: Agent, pk: int) -> Entry:
    """The entry, if they may read at least one of its texts; else Http404."""
    readable = Revision.objects.readable_by(person).filter(entry=OuterRef("pk"))
    entries = Entry.objects.filter(Exists(readable)).select_related("line", "live_revision")
    return get_object_or_404(entries, pk=pk)
