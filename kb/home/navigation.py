"""The pages a person finds in the bar: only what their roles open, the ones used all day first."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import permissions
from accounts.models import Agent
from kb.home import waiting
from reports.spikes import reads as spikes


@dataclass(frozen=True)
class Page:
    """One place to go to; ``number`` tells how much waits there, None where nothing is counted."""

    name: str
    address: str
    is_current: bool
    number: int | None = None


@dataclass(frozen=True)
class Bar:
    """What stands in the bar itself, and what stands in its menu."""

    pages: list[Page]
    more: list[Page]

    @property
    def is_in_more(self) -> bool:
        """Whether the page being read is one of the menu's."""
        return any(page.is_current for page in self.more)

    def __bool__(self) -> bool:
        return len(self.pages) + len(self.more) > 1


@dataclass(frozen=True)
class _Place:
    name: str
    address: str
    root: str = ""
    number: int | None = None

    @property
    def beginning(self) -> str:
        """What the addresses of all its pages begin with."""
        return self.root or self.address


def bar_for(request: HttpRequest) -> Bar:
    """The pages of whoever asks, in the order of the bar; none before the log-in."""
    person = getattr(request, "user", None)
    if not isinstance(person, Agent):
        return Bar([], [])
    main, more = list(_main_places(person)), list(_more_places(person))
    if len(more) == 1:  # a menu of one page would be in its way
        main, more = [*main, *more], []
    current = _current(request.path, [*main, *more])
    return Bar(_pages(main, current), _pages(more, current))


def _pages(places: list[_Place], current: _Place | None) -> list[Page]:
    return [Page(place.name, place.address, place is current, place.number) for place in places]


def _current(path: str, places: list[_Place]) -> _Place | None:
    """The desk only by its own address; of the others the one whose beginning fits the most."""
    fitting = [
        place
        for place in places
        if (path == place.address if place.beginning == "/" else path.startswith(place.beginning))
    ]
    return max(fitting, key=lambda place: len(place.beginning), default=None)


def _main_places(person: Agent) -> Iterator[_Place]:
    yield _Place(_("Desk"), reverse("desk"))
    if permissions.may_have_work(person):
        yield _Place(_("Work"), reverse("work"), number=waiting.number_for(person))
    yield _Place(_("Inquiries"), reverse("inquiries:inquiry-list"), number=waiting.inquiries_for(person))
    if permissions.may_read_history(person):
        yield _Place(pgettext("page", "Entries"), reverse("faq:entry-list"))
    if permissions.may_read_reports(person):
        yield _Place(_("Reports"), reverse("reports:last-month"), root="/reports/")
        yield _Place(_("Reshuffle"), reverse("reports:proposal-list"))
        yield _Place(_("Spikes"), reverse("reports:spike-list"), number=spikes.running_for(person))
    if permissions.may_read_audit_trail(person):
        yield _Place(_("Audit trail"), reverse("accounts:audit-trail"))


def _more_places(person: Agent) -> Iterator[_Place]:
    if permissions.may_work_off_flags(person):
        yield _Place(_("Flags"), reverse("faq:flag-list"))
    yield _Place(_("My flags"), reverse("faq:my-flags"))
    if permissions.may_write_entries(person):
        yield _Place(_("Notices"), reverse("bulletins:notice-list"))
    if permissions.may_import(person):
        yield _Place(_("Imports"), reverse("faq:import-list"))
    if permissions.may_hand_over_reviews(person):
        yield _Place(_("Hand over reviews"), reverse("faq:hand-over"))
    if permissions.may_curate(person):
        yield _Place(_("Bulk acts"), reverse("faq:bulk-list"))
    if permissions.may_work_off_gaps(person):
        yield _Place(_("Gaps"), reverse("search:gaps"))
    if permissions.may_view_learned_questions(person):
        yield _Place(_("Similar questions"), reverse("search:similar-questions"))
    if permissions.may_view_dictionaries(person):
        yield _Place(_("Dictionary"), reverse("search:dictionary-list"))
        yield _Place(_("Search quality"), reverse("search:quality"))
    if permissions.may_change_settings(person):
        yield _Place(_("Outbox"), reverse("courier:outbox"))
        yield _Place(_("Working calendar"), reverse("inquiries:calendar"))
        yield _Place(_("Settings"), reverse("accounts:settings"))
