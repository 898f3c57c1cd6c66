"""Events are written here, one INSERT each; what counts is reckoned later, from all of them together."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import settings
from accounts.models import Agent
from faq.models import Entry
from hits.calls import call_of
from hits.models import Call, Hit, HitEvent, How
from hits.rule import Event, hits_of
from kb.lib.errors import RuleBrokenError

__all__ = ["Recorded", "Use", "record_event"]

# In the order of the fields of hits.rule.Event.
EVENT_COLUMNS = (
    "id", "at", "seq", "agent_id", "entry_id", "line_id", "how", "counts", "call_id", "search_id",
    "settings__same_entry_minutes",
)  # fmt: skip


@dataclass(frozen=True)
class Use:
    """What somebody did with an entry, as the client says it; the client makes ``id``."""

    id: UUID
    entry_id: int
    how: How
    call_id: UUID | None = None
    search_id: UUID | None = None


@dataclass(frozen=True)
class Recorded:
    """The answer: whether the event is new, and whether the entry is now a hit of this call."""

    id: UUID
    is_new: bool
    counted: bool


def record_event(person: Agent, use: Use, *, counts: bool) -> Recorded:
    """Append one event; it is committed when this returns, unless the caller holds a transaction.

    ``counts`` says that it was sent from the desk by a person acting as an agent. The same event again is
    the same event, whatever has become of the entry or the call since. Raises Entry.DoesNotExist for what
    this person may not find, Call.DoesNotExist for another person's call, and RuleBrokenError when the id
    was used for something else, or for a use taken back that cannot be.
    """
    try:
        is_new = _append(person, use, counts=counts)
    except (Entry.DoesNotExist, Call.DoesNotExist, RuleBrokenError):
        if not _is_repeated(person, use):
            raise
        is_new = False
    return Recorded(id=use.id, is_new=is_new, counted=_is_counted(person, use))


@transaction.atomic
def _append(person: Agent, use: Use, *, counts: bool) -> bool:
    """Locks the call while something is taken back: it happens before the call's end or not at all."""
    is_taken_back = use.how == How.TAKEN_BACK
    if use.call_id is not None:
        call = call_of(person, use.call_id, lock=is_taken_back)
        if is_taken_back and call.ended_at is not None:
            raise RuleBrokenError(_("The call has ended; what was counted in it stays."))
    elif is_taken_back:
        raise RuleBrokenError(_("Only what was used in a call can be taken back."))
    if _insert(person, use, line_id=_line_of(person, use), counts=counts):
        return True
    if not _is_repeated(person, use):
        raise RuleBrokenError(_("This event was sent before with other content."))
    return False


def _line_of(person: Agent, use: Use) -> int:
    """The entry's line now; one that was opened in this call and has gone since may still be told of.

    It was used for the caller before it went, or the telling waited for the network.
    """
    found = Entry.objects.findable_by(person).filter(pk=use.entry_id).order_by()
    line_id = next(iter(found.values_list("line_id", flat=True)), None)
    if line_id is None and use.call_id is not None:
        used = HitEvent.objects.filter(call_id=use.call_id, entry=use.entry_id, agent=person)
        line_id = used.values_list("line_id", flat=True).first()
    if line_id is None:
        raise Entry.DoesNotExist
    return line_id


def _insert(person: Agent, use: Use, *, line_id: int, counts: bool) -> bool:
    """False when the id is there already. The database gives the time and the place in the order."""
    values = settings.current()
    in_force = {name: values[name] for name in ("dwell_seconds", "same_entry_minutes")}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hits_hitevent"
            " (id, agent_id, entry_id, line_id, call_id, search_id, how, settings, counts)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING",
            [
                use.id, person.pk, use.entry_id, line_id, use.call_id, use.search_id,
                use.how, json.dumps(in_force), counts,
            ],
        )  # fmt: skip
        return bool(cursor.rowcount == 1)


def _is_repeated(person: Agent, use: Use) -> bool:
    """Whether exactly this was recorded before."""
    same = HitEvent.objects.filter(
        pk=use.id,
        agent=person,
        entry=use.entry_id,
        how=use.how,
        call_id=use.call_id,
        search_id=use.search_id,
    )
    return bool(same.exists())


def _is_counted(person: Agent, use: Use) -> bool:
    """Whether the entry is a hit of this call now; without a call, whether this event is one.

    Reads the events themselves, since the roll-ups are a moment behind. Without a call the last day is looked
    at, where the roll-up looks at everything: they differ only after a day of uses without a pause.
    """
    if use.call_id is not None:
        return bool(hits_of(_events(Q(call_id=use.call_id, entry=use.entry_id))))
    its_at = HitEvent.objects.filter(pk=use.id).values_list("at", flat=True).get()
    recent = Q(agent=person, entry=use.entry_id, at__gte=its_at - timedelta(days=1))
    in_calls = [
        Event(
            hit.event_id, hit.at, 0, hit.agent_id, hit.entry_id, hit.line_id, How.DWELLED, call_id=hit.call_id
        )
        for hit in Hit.objects.filter(recent, call_id__isnull=False)
    ]
    return use.id in {hit.id for hit in hits_of(in_calls + _events(recent & Q(call_id__isnull=True)))}


def _events(which: Q) -> list[Event]:
    return [Event(*row) for row in HitEvent.objects.filter(which).values_list(*EVENT_COLUMNS)]
