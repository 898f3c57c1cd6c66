"""How much waits for a person: one query, whatever the bar shows."""

from accounts import permissions
from accounts.models import Agent
from faq import reads

_ATTRIBUTE = "_waiting_numbers"


def numbers_for(person: Agent) -> dict[str, int]:
    """How many tasks of each kind that cannot wait; read once per request."""
    known: dict[str, int] | None = getattr(person, _ATTRIBUTE, None)
    if known is None:
        known = reads.numbers(person) if permissions.may_have_work(person) else {}
        setattr(person, _ATTRIBUTE, known)
    return known


def number_for(person: Agent) -> int:
    """All of them together."""
    return sum(numbers_for(person).values())
