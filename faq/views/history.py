"""All that was written for an entry: who wrote and signed it, what differed, what agents saw when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from accounts.requests import writer_of
from faq import comparing, past
from faq.comparing import Difference
from faq.models import Entry, EntryState, Purpose, Revision, RevisionState
from faq.past import Seen
from faq.reviewing import TONES, with_all
from faq.services import drafting
from faq.services.locking import database_now
from faq.views.finding import entry_for, reader_of, revision_for
from kb.lib.errors import RuleBrokenError
from kb.lib.months import SITE_ZONE
from kb.lib.row_ids import row_id


@dataclass(frozen=True)
class Version:
    """One text or request with the text before it, to be compared with."""

    revision: Revision
    tone: str
    before: int | None


@dataclass(frozen=True)
class Comparison:
    before: Revision
    after: Revision
    fields: list[Difference]

    @property
    def changed(self) -> list[Difference]:
        return [field for field in self.fields if field.is_changed]


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version, newest first; ``?from=&to=`` compares two, ``?at=`` asks what agents saw."""
    person = reader_of(request)
    return page(request, person, entry_for(person, pk))


@require_POST
def restore_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft with the words of an earlier text."""
    person = writer_of(request)
    entry = entry_for(person, pk)
    wanted = row_id(request.POST.get("revision", ""))
    revision = revision_for(person, wanted or 0)
    if revision.entry_id != entry.pk:
        raise Http404
    try:
        draft = drafting.begin_again(revision, by=person)
    except RuleBrokenError as broken:
        return page(request, person, entry, str(broken))
    return redirect("faq:review", draft.pk)


def page(request: HttpRequest, person: Agent, entry: Entry, error: str = "") -> HttpResponse:
    """The history; 422 with a sentence that says why something was not done."""
    readable = Revision.objects.readable_by(person).filter(entry=entry)
    revisions = list(with_all(readable).order_by("-number"))
    writes = permissions.may_write_entries(person)
    context: dict[str, Any] = {
        "entry": entry,
        "question": (entry.live_revision or revisions[0]).question,
        "versions": _versions(revisions),
        "comparison": _comparison(request, revisions),
        "error": error,
        "sent": request.POST,
        "writes": writes,
        "open_draft": _open(revisions, is_text=True),
        "open_request": _open(revisions, is_text=False),
        "is_visible": Entry.objects.visible_to(person).filter(pk=entry.pk).exists(),
        "may_withdraw": writes and entry.state == EntryState.PUBLISHED,
        "may_restore": writes and entry.state == EntryState.WITHDRAWN,
    }
    context |= _seen(request, entry, readable)
    response = render(request, "faq/history_detail.html", context, status=422 if error else 200)
    response["Cache-Control"] = "private, no-store"
    return response


def moment_of(text: str) -> datetime:
    """A moment as the browser's field sends it, in the site's time. Raises ValueError on anything else."""
    at = datetime.fromisoformat(text.strip())
    return at if at.tzinfo else at.replace(tzinfo=SITE_ZONE)


def _versions(revisions: list[Revision]) -> list[Version]:
    texts = [one.number for one in revisions if one.purpose == Purpose.TEXT]
    found = []
    for revision in revisions:
        earlier = [number for number in texts if number < revision.number]
        before = max(earlier, default=None) if revision.purpose == Purpose.TEXT else None
        found.append(Version(revision, TONES[RevisionState(revision.state)], before))
    return found


def _open(revisions: list[Revision], *, is_text: bool) -> Revision | None:
    closed = (
        RevisionState.PUBLISHED,
        RevisionState.SUPERSEDED,
        RevisionState.DONE,
        RevisionState.DISCARDED,
    )
    found = (one for one in revisions if one.state not in closed)
    return next((one for one in found if (one.purpose == Purpose.TEXT) == is_text), None)


def _comparison(request: HttpRequest, revisions: list[Revision]) -> Comparison | None:
    """Of the two numbers in the address; Http404 for a number that is not there for this person."""
    numbers = [request.GET.get(name, "") for name in ("from", "to")]
    if not all(numbers):
        return None
    by_number = {str(revision.number): revision for revision in revisions}
    if not all(number in by_number for number in numbers):
        raise Http404
    before, after = (by_number[number] for number in numbers)
    fields = comparing.compare(comparing.values(before), comparing.values(after))
    return Comparison(before, after, fields)


def _seen(request: HttpRequest, entry: Entry, readable: Any) -> dict[str, Any]:
    asked = request.GET.get("at", "").strip()
    now = database_now()
    found: Seen | None = None
    unreadable = ""
    if asked:
        try:
            found = past.seen_at(entry, moment_of(asked), now=now, readable=readable)
        except (ValueError, OverflowError):
            unreadable = _("That is no date and time.")
    return {
        "seen": found,
        "seen_fields": comparing.compare(None, comparing.values(found.revision))
        if found and found.revision
        else [],
        "seen_error": unreadable,
        "at": asked or f"{now.astimezone(SITE_ZONE):%Y-%m-%dT%H:%M:%S}",
    }
