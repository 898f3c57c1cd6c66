"""Who stands in for whom while people are away. Pure: people are told by their keys."""

from collections.abc import Collection
from typing import NamedTuple


class Away(NamedTuple):
    """Somebody who is away, and who stands in for them."""

    person: int
    substitute: int


def now_here(person: int, away: Collection[Away]) -> int:
    """Whoever is here in place of this person; they themselves when nobody of the chain is."""
    substitutes = {one.person: one.substitute for one in away}
    seen, stands = {person}, person
    while stands in substitutes:
        stands = substitutes[stands]
        if stands in seen:
            return person
        seen.add(stands)
    return stands


def stands_in_for(person: int, away: Collection[Away]) -> set[int]:
    """Everybody who is away and in whose place this person is here."""
    return {one.person for one in away if now_here(one.person, away) == person} - {person}
