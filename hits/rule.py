"""What counts as a hit (product.md §5), as plainly as it can be said: no database, no clock, slow.

``hits.rule_sql`` says the same in SQL for the roll-ups; hypothesis holds one against the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

USES = frozenset({"dwelled", "copied", "confirmed"})
TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is stored; ``same_entry_minutes`` is the setting stored with it."""

    id: UUID
    at: datetime
    seq: int
    agent_id: int
    entry_id: int
    line_id: int
    how: str
    counts: bool = True
    call_id: UUID | None = None
    search_id: UUID | None = None
    same_entry_minutes: int = 10

    @property
    def is_use(self) -> bool:
        return self.how in USES


def hits_of(events: Iterable[Event]) -> list[Event]:
    """The events that are hits, whatever order they come in and however often each is there.

    What was not sent from the desk by a person acting as an agent counts nothing and cancels nothing.
    """
    once = {event.id: event for event in events if event.counts}.values()
    in_order = sorted(once, key=lambda event: (event.at, event.seq))
    in_calls = _in_calls(in_order)
    return in_calls + _without_call(in_order, in_calls)


def _in_calls(events: Iterable[Event]) -> list[Event]:
    """One hit per call and entry: the first use, or after *taken back* the first use since."""
    standing: dict[tuple[UUID, int], Event] = {}
    for event in events:
        if event.call_id is None:
            continue
        key = (event.call_id, event.entry_id)
        if event.how == TAKEN_BACK:
            standing.pop(key, None)
        elif event.is_use:
            standing.setdefault(key, event)
    return list(standing.values())


def _without_call(events: Iterable[Event], in_calls: list[Event]) -> list[Event]:
    """Uses by API clients, unless that person's last hit on the entry, in a call or not, is too recent."""
    counted: list[Event] = []
    for event in events:
        if event.call_id is None and event.is_use:
            earlier = [
                hit.at
                for hit in in_calls + counted
                if (hit.agent_id, hit.entry_id) == (event.agent_id, event.entry_id) and hit.at <= event.at
            ]
            pause = timedelta(minutes=event.same_entry_minutes)
            if not earlier or event.at - max(earlier) >= pause:
                counted.append(event)
    return counted
