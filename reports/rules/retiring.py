"""Retire an entry, by product.md §6: very low three months running, older than twelve months, not asked in
the same month of last year, and no emergency plan, rule, policy or running campaign.

Where nothing was counted yet in that month of last year, nobody can say that it was not asked. Then only what
was never asked since counting began, eleven months ago at least, is suggested.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.rules.base import Suggestion, weightiest

MONTHS_RUNNING = 3
MONTHS_OLD = 12
FEWEST_MONTHS_COUNTED = 11
KEPT_KINDS = frozenset({"emergency_plan", "rule", "policy", "campaign"})


@dataclass(frozen=True, slots=True)
class Lately:
    """An entry in force and what became of it.

    ``months_old`` are the whole months since it came out; ``very_low_months`` those up to this one in which
    it was very low without a break; ``last_year_hits`` those of the same month of last year, None where
    nothing was counted; ``hits_ever`` all that were counted, in so many months. A campaign that has ended is
    not in force.
    """

    pk: int
    kind: str
    months_old: int
    very_low_months: int
    last_year_hits: int | None
    hits: int = 0
    hits_ever: int = 0
    months_counted: int = 0
    is_new: bool = False


def suggest(entries: Iterable[Lately]) -> list[Suggestion]:
    """The weight is the number of months: one dismissed comes back when they have doubled."""
    return weightiest([_suggestion(one) for one in entries if is_due(one)])


def is_due(entry: Lately) -> bool:
    """The rule."""
    if entry.is_new or entry.kind in KEPT_KINDS:
        return False
    if entry.very_low_months < MONTHS_RUNNING or entry.months_old < MONTHS_OLD:
        return False
    if entry.last_year_hits is None:
        return entry.hits_ever == 0 and entry.months_counted >= FEWEST_MONTHS_COUNTED
    return entry.last_year_hits == 0


def _suggestion(entry: Lately) -> Suggestion:
    return Suggestion(
        kind="retire",
        key=f"retire:{entry.pk}",
        weight=entry.very_low_months,
        entry=entry.pk,
        change={},
        evidence={
            "hits": entry.hits,
            "hits_ever": entry.hits_ever,
            "months_counted": entry.months_counted,
            "very_low_months": entry.very_low_months,
            "months_old": entry.months_old,
            "last_year_hits": entry.last_year_hits,
        },
    )
