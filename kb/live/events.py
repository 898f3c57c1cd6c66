"""What is pushed, for whom, and how it stands in the stream."""

import json
from dataclasses import dataclass
from typing import Any

from kb.live.positions import Position


@dataclass(frozen=True, slots=True)
class Person:
    """Who listens, with the rights that narrow what they hear."""

    pk: int
    roles: frozenset[str]
    line_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Event:
    """A row of `courier.PushEvent`; ``xid`` is its transaction."""

    id: int
    xid: str
    kind: str
    payload: Any
    person_ids: frozenset[int] | None
    roles: frozenset[str]
    line_ids: frozenset[int]

    def is_for(self, person: Person) -> bool:
        """Those named; where nobody is, who has one of the roles and one of the lines (none named: all)."""
        if self.person_ids is not None:
            return person.pk in self.person_ids
        has_role = not self.roles or not self.roles.isdisjoint(person.roles)
        return has_role and (not self.line_ids or not self.line_ids.isdisjoint(person.line_ids))


@dataclass(frozen=True, slots=True)
class Told:
    """An event with the text that every stream concerned writes."""

    event: Event
    text: bytes


def in_order(events: list[Event], since: Position, until: Position) -> list[Told]:
    """All events between two positions, each under the position that is reached with it."""
    told = [Told(event, as_text(event, since.inside(until, event.id))) for event in events[:-1]]
    return told + [Told(event, as_text(event, until)) for event in events[-1:]]


def as_text(event: Event, reached: Position) -> bytes:
    detail = {"number": event.id, "xid": event.xid, "detail": event.payload}
    return message(event.kind, detail, reached)


def message(kind: str, detail: Any, reached: Position | None = None) -> bytes:
    """One message of Server-Sent Events; JSON has no line break of its own."""
    place = f"id: {reached}\n" if reached else ""
    return f"{place}event: {kind}\ndata: {json.dumps(detail, ensure_ascii=False)}\n\n".encode()
