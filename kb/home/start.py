"""What the desk shows while nobody is asking: hot questions on the left, what is new on the right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import Agent
from accounts.permissions import acts_as_agent
from bulletins import bulletin_reads
from faq import leading
from faq.models import Entry, EntryQuerySet, EntryState, Feature, Kind, Pin
from hits import combined, reads
from kb.home.shifts import last_shift_ended_at
from kb.lib.months import SITE_ZONE

MOST_FEATURED = 4
MOST_HOT = 5
SPARE = 20  # asked for, so that entries this person may not find leave no gap
HOT_DAYS = timedelta(days=7)
MOST_PINS = 10
MOST_CHANGES = 8
MOST_CAMPAIGNS = 6
MOST_BULLETINS = 6
FIRST_LOOK = timedelta(days=7)


@dataclass(frozen=True)
class Change:
    """An entry that came, changed or went since the last shift."""

    id: int
    question: str
    line: str
    word: str
    tone: str
    at: datetime
    is_readable: bool


@dataclass(frozen=True)
class Campaign:
    """A campaign in force."""

    id: int
    question: str
    line: str
    until: datetime | None


@dataclass(frozen=True)
class Start:
    """``groups`` are the lists on the left, as the desk's script draws rows: title and rows.

    ``figures`` are the agent's own, for nobody else (product.md §1); who is no agent has none.
    """

    groups: list[dict[str, Any]]
    pins: list[dict[str, Any]]
    changes: list[Change]
    more_changes: int
    campaigns: list[Campaign]
    bulletins: list[bulletin_reads.Line]
    figures: reads.OwnFigures | None

    @property
    def lists(self) -> list[dict[str, Any]]:
        """The groups as they are drawn: what a hot list names is left out of the next."""
        drawn: list[dict[str, Any]] = []
        for group in self.groups:
            above = {
                row["id"]
                for other in drawn
                if other.get("note") == group.get("note")
                for row in other["rows"]
            }
            rows = [row for row in group["rows"] if row["id"] not in above]
            drawn.append(group | {"rows": rows[:MOST_HOT]})
        return [group for group in drawn if group["rows"]]


def start_for(person: Agent, now: datetime) -> Start:
    """Everything for the empty box; the number of queries does not depend on the number of entries."""
    changes, in_all = _changes(person, last_shift_ended_at(person, now) or now - FIRST_LOOK, now)
    return Start(
        groups=[group for group in (_featured(person, now), *_hot(person, now)) if group["rows"]],
        pins=_pins(person),
        changes=changes,
        more_changes=in_all - len(changes),
        campaigns=_campaigns(person),
        bulletins=bulletin_reads.unread_lines(person, MOST_BULLETINS),
        figures=reads.agent_own_figures(person) if acts_as_agent(person) else None,
    )


def _hot(person: Agent, now: datetime) -> list[dict[str, Any]]:
    """Today's most used entries, of the own lines and of all; in the morning, the last days'."""
    today = now.astimezone(SITE_ZONE).date()
    counted = reads.hot_today(None, SPARE)
    if counted:
        own = reads.hot_today(person.line_ids, SPARE) if person.line_ids else []
        titles, note = (_("Hot today, own lines"), _("Hot today, all lines")), _("Hits today")
    else:
        since = today - HOT_DAYS
        counted = reads.hot_since(since, None, SPARE)
        own = reads.hot_since(since, person.line_ids, SPARE) if person.line_ids else []
        titles = _("Hot these days, own lines"), _("Hot these days, all lines")
        note = _("Hits in 7 days")
    known = combined.in_force()
    added = [dict(combined.add_up(found, known, {})) for found in (own, counted)]
    rows = {row["id"]: row for row in rows_of({pk for found in added for pk in found}, person)}
    lists = [[rows[pk] | {"count": n} for pk, n in found.items() if pk in rows] for found in added]
    return [
        {"title": title, "note": note, "rows": found[: 2 * MOST_HOT]}
        for title, found in zip(titles, lists, strict=True)
    ]


def _pins(person: Agent) -> list[dict[str, Any]]:
    pinned = Pin.objects.filter(person=person).values_list("entry_id", flat=True)
    return rows_of(leading.in_their_place(pinned), person)[:MOST_PINS]


def _featured(person: Agent, now: datetime) -> dict[str, Any]:
    running = Feature.objects.running(person.line_ids, now)
    pks = leading.in_their_place(running.values_list("entry_id", flat=True))
    return {"title": _("Featured"), "rows": rows_of(pks, person)[:MOST_FEATURED]}


def rows_of(pks: Iterable[int], person: Agent) -> list[dict[str, Any]]:
    """Rows in the order of the ids, without what this person may not find."""
    pks = list(pks)
    found = Entry.objects.findable_by(person).filter(pk__in=pks)
    texts = {pk: (question, line) for pk, question, line in _texts(found)}
    return [{"id": pk, "question": texts[pk][0], "line": texts[pk][1]} for pk in pks if pk in texts]


def _texts(entries: EntryQuerySet) -> Any:
    return entries.values_list("pk", "live_revision__question", "line__name")


def _changes(person: Agent, since: datetime, now: datetime) -> tuple[list[Change], int]:
    """The first of them, the own lines' before others; what went is told to those who may still read it."""
    changed = Entry.objects.visible_to(person, now).changed_between(since, now)
    own_first = Q(concerned_line_ids__overlap=sorted(person.line_ids))
    newest = changed.annotate(is_own=own_first).select_related("live_revision", "line")
    newest = newest.order_by("-is_own", "-changed_at", "pk")
    return [_change(entry, since, now) for entry in newest[:MOST_CHANGES]], changed.count()


def _change(entry: Entry, since: datetime, now: datetime) -> Change:
    at = entry.changed_at
    if entry.state == EntryState.WITHDRAWN:
        word, tone, at = _("Withdrawn"), "bad", entry.withdrawn_at or at
    elif entry.valid_until and entry.valid_until <= now:
        word, tone, at = _("Expired"), "bad", entry.valid_until
    elif entry.published_at and entry.published_at > since:
        word, tone = _("New"), "good"
    else:
        word, tone = _("Changed"), "warn"
    return Change(entry.pk, str(entry), entry.line.name, word, tone, at, is_readable=entry.is_in_force(now))


def _campaigns(person: Agent) -> list[Campaign]:
    running = Entry.objects.findable_by(person).filter(kind=Kind.CAMPAIGN)
    soonest = running.order_by(F("valid_until").asc(nulls_last=True), "pk")[:MOST_CAMPAIGNS]
    values = soonest.values_list("pk", "live_revision__question", "line__name", "valid_until")
    return [Campaign(*row) for row in values]
