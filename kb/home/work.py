"""The work list: what waits for a person, composed of what each room tells."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Agent
from bulletins import bulletin_reads
from faq import reads as faq_reads
from faq.reads import Task
from inquiries import listing
from inquiries.glance import Glance
from kb.home import waiting
from reports.spikes import reads as spike_reads
from search import reads as search_reads

SHOWN = 20


@dataclass(frozen=True)
class Row:
    """One line: where it leads, how old it is, and until when it has time."""

    text: str
    address: str
    line: str = ""
    note: str = ""
    since: datetime | None = None
    due: datetime | None = None
    is_mine: bool = False


@dataclass(frozen=True)
class Section:
    """One kind of work. ``number`` is how many there are; without it the rows are all, or ``has_more``."""

    key: str
    title: str
    empty: str
    rows: Sequence[Row] = field(default_factory=list)
    number: int | None = None
    more: str = ""

    @property
    def has_more(self) -> bool:
        return len(self.rows) > SHOWN

    @property
    def shown(self) -> Sequence[Row]:
        return self.rows[:SHOWN]

    @property
    def tally(self) -> str:
        """How many, as far as it is known."""
        if self.number is not None:
            return str(self.number)
        return f"{SHOWN}+" if self.has_more else str(len(self.rows))


@require_safe
@login_required
def work(request: HttpRequest) -> HttpResponse:
    """All that waits for whoever asks; each role has its lists."""
    person = request.user
    if not isinstance(person, Agent) or not permissions.may_have_work(person):
        raise PermissionDenied
    numbers = waiting.numbers_for(person)
    sections = [replace(one, number=numbers.get(one.key)) for one in sections_for(person)]
    context = {"sections": sections, "has_rows": any(one.rows for one in sections)}
    return render(request, "kb/work.html", context)


def sections_for(person: Agent) -> Iterator[Section]:
    """The lists of this person's roles, what cannot wait first."""
    if permissions.may_handle_spikes(person):
        yield _spikes(spike_reads.unseen(person, SHOWN + 1))
    if permissions.may_hand_over_reviews(person):
        yield _section("emergencies", faq_reads.emergencies(person, SHOWN + 1), _review)
    if permissions.may_fill_some_seat(person):
        yield _section("to_sign", faq_reads.to_sign(person, SHOWN + 1), _review)
    if permissions.may_write_entries(person):
        yield _section("sent_back", faq_reads.sent_back(person, SHOWN + 1), _draft)
    if permissions.may_work_off_flags(person):
        flags = faq_reads.flags(person, SHOWN + 1)
        yield replace(_section("flags", flags, _flag), more=reverse("faq:flag-list"))
    if permissions.may_answer_inquiries(person) or permissions.may_chase_inquiries(person):
        yield _inquiries(listing.next_due(person, SHOWN + 1))
    if permissions.may_write_entries(person):
        yield _section("drafts", faq_reads.drafts(person, SHOWN + 1), _draft)
        yield _entries("expiring", faq_reads.expiring(person, SHOWN + 1), "?expiring=30&sort=until")
        yield _entries("review_due", faq_reads.review_due(person, SHOWN + 1), "?review_due=1&sort=review")
    if permissions.may_write_bulletins(person):
        yield _bulletins(person)
    if permissions.may_work_off_gaps(person):
        yield _gaps(search_reads.open_gaps(person, SHOWN + 1))
    if permissions.may_import(person):
        imports = faq_reads.imports(person, SHOWN + 1)
        yield replace(_section("imports", imports, _import), more=reverse("faq:import-list"))


def _titles(key: str) -> tuple[str, str]:
    """What a section is called, and what it says when there is nothing."""
    return {
        "spikes": (_("Spikes nobody sees to yet"), _("Nothing is asked more than usual now.")),
        "emergencies": (_("Taken out in an emergency"), _("No emergency withdrawal waits for its seats.")),
        "to_sign": (_("To sign"), _("Nothing waits for your sign-off.")),
        "sent_back": (_("Sent back to you"), _("Nothing was sent back to you.")),
        "flags": (_("Flags"), _("No flag is open.")),
        "inquiries": (_("Inquiries"), _("No inquiry waits for its answer.")),
        "drafts": (_("Your drafts"), _("You have no draft open.")),
        "expiring": (_("Expiring within 30 days"), _("Nothing expires within 30 days.")),
        "review_due": (_("Due for review"), _("No entry is due for review.")),
        "bulletins": (_("Your bulletins"), _("No draft is open, and all who must read have read.")),
        "gaps": (_("Questions asked in vain"), _("Nothing was asked in vain.")),
        "imports": (_("Imports"), _("No import is on its way.")),
    }[key]


def _section(key: str, tasks: Sequence[Task], address: Callable[[Task], str]) -> Section:
    title, empty = _titles(key)
    rows = [
        Row(task.text, address(task), task.line, task.note, task.since, task.due, task.is_mine)
        for task in tasks
    ]
    return Section(key, title, empty, rows)


def _entries(key: str, tasks: Sequence[Task], query: str) -> Section:
    return replace(_section(key, tasks, _entry), more=f"{reverse('faq:entry-list')}{query}")


def _gaps(gaps: Sequence[search_reads.OpenGap]) -> Section:
    title, empty = _titles("gaps")
    rows = [
        Row(
            gap.text,
            reverse("search:gap", args=[gap.pk]),
            note=ngettext("%(number)s call", "%(number)s calls", gap.calls) % {"number": gap.calls},
            since=gap.last_at,
        )
        for gap in gaps
    ]
    return Section("gaps", title, empty, rows, more=reverse("search:gaps"))


def _inquiries(waiting: Sequence[Glance]) -> Section:
    title, empty = _titles("inquiries")
    rows = [
        Row(
            one.question,
            reverse("inquiries:inquiry", args=[one.id]),
            str(one.line),
            note=" · ".join(filter(None, [one.state_label, str(one.assigned_to or "")])),
            since=one.forwarded_at,
            due=one.due_at,
        )
        for one in waiting
    ]
    return Section("inquiries", title, empty, rows, more=reverse("inquiries:due-next"))


def _bulletins(person: Agent) -> Section:
    title, empty = _titles("bulletins")
    rows = [
        Row(line.title, reverse("bulletins:bulletin-edit", args=[line.pk]), note=line.word, since=line.since)
        for line in bulletin_reads.drafts(person, SHOWN + 1)
    ]
    for line, missing in bulletin_reads.waited_for(person):
        said = ngettext("%(number)s has not read it", "%(number)s have not read it", missing)
        address = reverse("bulletins:reading", args=[line.pk])
        rows.append(Row(line.title, address, note=said % {"number": missing}, since=line.since))
    more = f"{reverse('bulletins:board')}?state=draft"
    return Section("bulletins", title, empty, rows, more=more)


def _spikes(spikes: Sequence[spike_reads.RunningSpike]) -> Section:
    title, empty = _titles("spikes")
    rows = [Row(one.text, reverse("reports:spike", args=[one.pk]), since=one.since) for one in spikes]
    return Section("spikes", title, empty, rows, more=reverse("reports:spike-list"))


def _entry(task: Task) -> str:
    return reverse("entry-detail", args=[task.entry_id])


def _review(task: Task) -> str:
    return reverse("faq:review", args=[task.pk])


def _draft(task: Task) -> str:
    return reverse("faq:draft", args=[task.pk])


def _flag(task: Task) -> str:
    return reverse("faq:flag", args=[task.pk])


def _import(task: Task) -> str:
    return reverse("faq:import", args=[task.pk])
