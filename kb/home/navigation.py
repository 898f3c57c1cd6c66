"""The pages a person finds in the bar: only what their roles open."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Agent


@dataclass(frozen=True)
class Page:
    """One place to go to."""

    name: str
    address: str
    is_current: bool


def pages_for(request: HttpRequest) -> list[Page]:
    """The pages of whoever asks, in the order of the bar; none before the log-in."""
    person = getattr(request, "user", None)
    if not isinstance(person, Agent):
        return []
    room = request.resolver_match.app_name if request.resolver_match else ""
    at_desk = bool(request.resolver_match and request.resolver_match.url_name == "desk")
    return [
        Page(
            name, address, is_current=at_desk if app == "" else app == room and _is_in(request, address, app)
        )
        for name, address, app in _places(person)
    ]


def _is_in(request: HttpRequest, address: str, app: str) -> bool:
    """The pages of one room share their place in the bar, except those of search: they have one each."""
    return app != "search" or request.path.startswith(address)


def _places(person: Agent) -> Iterator[tuple[str, str, str]]:
    yield _("Desk"), reverse("desk"), ""
    if permissions.may_read_reports(person):
        yield _("Reports"), reverse("reports:last-month"), "reports"
    if permissions.may_view_dictionaries(person):
        yield _("Search quality"), reverse("search:quality"), "search"
        yield _("Dictionary"), reverse("search:dictionary-list"), "search"
    if permissions.may_view_learned_questions(person):
        yield _("Similar questions"), reverse("search:similar-questions"), "search"
    if permissions.may_work_off_gaps(person):
        yield _("Gaps"), reverse("search:gaps"), "search"
