"""Whether an entry that stands open is still what was read: one row asked, however often."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Now

from accounts.models import Agent
from faq import leading
from faq.models import Entry


@dataclass(frozen=True)
class Freshness:
    """``state`` is same, changed or gone; an end of validity that was moved leaves the text the same.

    ``into`` is what an entry that is gone was combined into.
    """

    state: str
    valid_until: datetime | None = None
    asked_at: datetime | None = None
    into: int | None = None


def seal(revision_id: int | None, changed_at: datetime) -> str:
    """Names the text that was read, and what befell its entry since it came out."""
    return f"{revision_id or 0}-{changed_at.timestamp():.6f}"


def freshness(pk: int, seen: str, reader: Agent) -> Freshness:
    """Mostly one query. What was never there for this person is gone for them, too."""
    entry = (
        Entry.objects.visible_to(reader)
        .annotate(asked_at=Now())
        .filter(pk=pk)
        .values_list("live_revision_id", "changed_at", "valid_until", "asked_at")
        .first()
    )
    if entry is None:
        return Freshness("gone", into=found_instead(pk, reader))
    revision_id, changed_at, valid_until, asked_at = entry
    state = "same" if seal(revision_id, changed_at) == seen else "changed"
    return Freshness(state, valid_until, asked_at)


def found_instead(pk: int, reader: Agent) -> int | None:
    """The entry that one was combined into, if this person may find it."""
    into = leading.targets([pk]).get(pk)
    return into if into and Entry.objects.findable_by(reader).filter(pk=into).exists() else None
