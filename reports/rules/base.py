"""What the rules read and what they give."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Together = Mapping[int, Mapping[int, int]]
"""For an entry and another, in how many calls both were opened; the same either way round."""
Company = Mapping[int, Mapping[int, int]]
"""For an entry and a category, in how many calls another entry filed there was opened as well."""
ByLine = Mapping[int, Mapping[int, float]]
"""For an entry and a line, how many of its hits came from that line: by the filter set, else the agent's."""


@dataclass(frozen=True, slots=True)
class Known:
    """An entry in force and its month.

    ``place`` is where it stands in its category, from 0. ``bucket`` and ``last_bucket`` are those of the
    month and the one before, in the scope "all"; a new entry is in force for too short a time to be judged.
    ``restricted_to`` holds the lines whose people alone may read it.
    """

    pk: int
    line_id: int
    category_id: int | None
    kind: str
    place: int = 0
    hits: int = 0
    last_hits: int = 0
    bucket: str = "very_low"
    last_bucket: str = ""
    is_new: bool = False
    restricted_to: frozenset[int] | None = None


@dataclass(frozen=True)
class Suggestion:
    """One change a rule suggests, as `reports.models.Proposal` stores it; ids stand for rows.

    ``aliases`` are keys under which the same may have been suggested before.
    """

    kind: str
    key: str
    weight: int
    change: Mapping[str, Any]
    evidence: Mapping[str, Any]
    entry: int | None = None
    other: int | None = None
    category: int | None = None
    line: int | None = None
    gap_key: str = ""
    aliases: frozenset[str] = field(default=frozenset())


def weightiest(found: list[Suggestion]) -> list[Suggestion]:
    """The same suggestions, those of most weight first; equal ones by key."""
    return sorted(found, key=lambda one: (-one.weight, one.key))


def shares(parts: Mapping[int, float]) -> dict[int, float]:
    """Each part as a share of their sum; empty when there is nothing."""
    total = sum(parts.values())
    return {key: part / total for key, part in parts.items()} if total else {}


def usual_shares(by_line: ByLine) -> dict[int, float]:
    """How much of everything each line asks for."""
    totals: dict[int, float] = {}
    for parts in by_line.values():
        for line, part in parts.items():
            totals[line] = totals.get(line, 0.0) + part
    return shares(totals)


def above_usual(share: float, usual: float, number: float) -> float:
    """How many standard deviations a share of so many lies above the usual one, by the binomial."""
    deviation = math.sqrt(usual * (1 - usual) / number) if number else 0.0
    return (share - usual) / deviation if deviation else 0.0
