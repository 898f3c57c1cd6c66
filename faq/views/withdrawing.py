"""Taking an entry out of use, bringing it back, and how long it is in force."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import writer_of
from faq.models import Revision
from faq.reviewing import answers_for
from faq.services import limiting, withdrawing
from faq.services.limiting import is_shorter
from faq.views import history
from faq.views.finding import entry_for, revision_for
from faq.views.reviewing import done
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import row_id


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the seats to withdraw the entry, or with ``how=at_once`` withdraw it now."""
    person = writer_of(request)
    entry = entry_for(person, pk)
    act = withdrawing.request_withdrawal
    if request.POST.get("how") == "at_once":
        act = withdrawing.withdraw_at_once
    seen = row_id(request.POST.get("seen", "")) or 0
    reason = request.POST.get("reason", "")
    return _asked(request, pk, lambda: act(entry, by=person, reason=reason, seen=seen))


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the seats to bring the entry back."""
    person = writer_of(request)
    entry = entry_for(person, pk)
    reason = request.POST.get("reason", "")
    return _asked(request, pk, lambda: withdrawing.request_restoration(entry, by=person, reason=reason))


@require_POST
def set_validity(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the entry end earlier, at once, or ask every seat to let it end later."""
    person = writer_of(request)
    entry = entry_for(person, pk)
    reason = request.POST.get("reason", "")

    def act() -> Revision | None:
        until = _until(request.POST.get("until", ""))
        if until is not None and is_shorter(until, entry.valid_until):
            limiting.shorten_validity(entry, until=until, by=person)
            return None
        return limiting.request_longer_validity(entry, until=until, by=person, reason=reason)

    return _asked(request, pk, act)


@require_POST
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the seats anew after a rejection."""
    person = writer_of(request)
    revision = revision_for(person, pk)
    reason = request.POST.get("reason", "")
    return done(request, person, revision, lambda: withdrawing.ask_again(revision, by=person, reason=reason))


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask no more."""
    person = writer_of(request)
    revision = revision_for(person, pk)

    def act() -> None:
        if not answers_for(revision, person):
            raise RuleBrokenError(_("Only who asked the seats, and information administrators, drop it."))
        withdrawing.drop(revision, by=person)

    return done(request, person, revision, act)


def _asked(request: HttpRequest, pk: int, act: Callable[[], Revision | None]) -> HttpResponse:
    """Show what the seats are asked now, or the history with the sentence that says why not."""
    try:
        revision = act()
    except RuleBrokenError as broken:
        return history.page(request, writer_of(request), entry_for(writer_of(request), pk), str(broken))
    if revision is None:
        return redirect("faq:history", pk)
    return redirect("faq:review", revision.pk)


def _until(text: str) -> datetime | None:
    """The end as the browser sends it, in the site's time; nothing is no end."""
    if not text.strip():
        return None
    try:
        return history.moment_of(text)
    except ValueError:
        raise RuleBrokenError(_("That is no date and time.")) from None
