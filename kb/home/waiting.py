"""How much waits for a person: two queries, whatever the bar shows."""

from accounts import permissions
from accounts.models import Agent
from courier import reads as courier_reads
from courier.reads import Bell
from faq import reads as faq_reads
from inquiries import news

_TASKS, _BELL = "_waiting_numbers", "_bell"


def numbers_for(person: Agent) -> dict[str, int]:
    """How many tasks of each kind that cannot wait; read once per request."""
    known: dict[str, int] | None = getattr(person, _TASKS, None)
    if known is None:
        has_work = permissions.may_have_work(person)
        known = faq_reads.numbers(person, news.waiting_for(person)) if has_work else {}
        setattr(person, _TASKS, known)
    return known


def number_for(person: Agent) -> int:
    """All of them together, but the inquiries, which have a number of their own."""
    return sum(number for name, number in numbers_for(person).items() if name not in news.NAMES)


def inquiries_for(person: Agent) -> int:
    """Those that wait for them; without any to answer or chase, how much of others is new."""
    waiting = sum(numbers_for(person).get(name, 0) for name in news.NAMES)
    return waiting or bell_of(person).parts[news.KEYS]


def bell_of(person: Agent) -> Bell:
    """The new lines under their bell, and how many of them are of inquiries; read once per request."""
    known: Bell | None = getattr(person, _BELL, None)
    if known is None:
        known = courier_reads.bell(person, [news.KEYS])
        setattr(person, _BELL, known)
    return known
