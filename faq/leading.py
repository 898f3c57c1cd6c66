"""Where the address of a combined entry leads now. Read only."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from faq.models import Redirect

MOST_STEPS = 10  # an entry may be combined into one that is combined again later


@dataclass(frozen=True)
class Led:
    """The entry that is read instead, and since when."""

    old_id: int
    old_question: str
    into_id: int
    at: datetime


def targets(entry_ids: Collection[int]) -> dict[int, int]:
    """For those of these entries that lead to another: which one in the end; mostly one query."""
    found = _one_step(entry_ids)
    steps, onward = 1, found
    while onward and steps < MOST_STEPS:
        onward = _one_step(set(onward.values()))
        found = {old: onward.get(into, into) for old, into in found.items()}
        steps += 1
    return found


def led_from(entry_id: int) -> Led | None:
    """Where this entry's address leads now; None when it leads nowhere else."""
    redirect = (
        Redirect.objects.in_force().filter(entry=entry_id).select_related("entry__live_revision").first()
    )
    if redirect is None:
        return None
    into = targets([entry_id])[entry_id]
    return Led(entry_id, str(redirect.entry), into, redirect.at)


def in_their_place(entry_ids: Iterable[int]) -> list[int]:
    """These ids in their order, each combined one as the entry it leads to, none of them twice."""
    pks = list(entry_ids)
    if not pks:
        return []
    known = targets(pks)
    return list(dict.fromkeys(known.get(pk, pk) for pk in pks))


def leading_to(entry_id: int) -> set[int]:
    """The entries whose addresses lead to this one now."""
    found: set[int] = set()
    newest = {entry_id}
    for _step in range(MOST_STEPS):
        rows = Redirect.objects.in_force().filter(into__in=newest).values_list("entry_id", flat=True)
        newest = set(rows) - found
        found |= newest
        if not newest:
            break
    return found


def _one_step(entry_ids: Collection[int]) -> dict[int, int]:
    rows = Redirect.objects.in_force().filter(entry__in=list(entry_ids))
    return dict(rows.values_list("entry_id", "into_id"))
