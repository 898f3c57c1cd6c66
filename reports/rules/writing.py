"""Write an entry for a question asked in vain, by enough agents in enough calls, and still asked this month.

The line is the one whose people asked it more than they ask in general, by more than chance; where no line
stands out, the one that the nearest entries belong to counts as well. The question is the wording asked most
that reads like a question.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.rules.base import Suggestion, above_usual, shares, weightiest

FEWEST_CALLS = 8
FEWEST_AGENTS = 3
MOST_SIMILAR = 20
MOST_SHOWN = 10
LEAST_LIKENESS = 0.15
LEAST_Z = 2.5
READS_LIKE_A_QUESTION = re.compile(r"怎么|如何|多少|什么|哪|几|吗|能不能|可以|为什么|多久|收不收|\?|？")


@dataclass(frozen=True)
class Vain:
    """A gap: its wordings with their calls, most first; the lines of who asked; the nearest entries.

    ``near`` holds (entry, its line, likeness), without restricted entries; ``keys`` are all wordings' keys.
    """

    key: str
    keys: tuple[str, ...]
    wordings: tuple[tuple[str, int], ...]
    calls: int
    agents: int
    last_at: datetime
    by_line: Mapping[int, float]
    near: Sequence[tuple[int, int, float]] = ()


def suggest(gaps: Iterable[Vain], *, since: datetime, usual: Mapping[int, float]) -> list[Suggestion]:
    """Those last asked at ``since`` or later, where it is known whose line they are.

    ``usual`` is how much of everything each line asks for.
    """
    found = [
        _suggestion(gap, line_of(gap, usual))
        for gap in gaps
        if gap.calls >= FEWEST_CALLS and gap.agents >= FEWEST_AGENTS and gap.last_at >= since
    ]
    return weightiest([one for one in found if one])


def line_of(gap: Vain, usual: Mapping[int, float]) -> int | None:
    """Whose question it is; None when nothing tells."""
    asked = sum(gap.by_line.values())
    above = {
        line: above_usual(share, usual.get(line, 0.0), asked) for line, share in shares(gap.by_line).items()
    }
    standing_out = min(above, key=lambda line: (-above[line], line), default=None)
    if standing_out is not None and above[standing_out] >= LEAST_Z:
        return standing_out
    near: dict[int, float] = {}
    for _entry, line, likeness in gap.near:
        if likeness >= LEAST_LIKENESS:
            near[line] = near.get(line, 0.0) + likeness
    score = shares(gap.by_line)
    for line, share in shares(near).items():
        score[line] = score.get(line, 0.0) + share
    return min(score, key=lambda line: (-score[line], line), default=None)


def question_of(wordings: Sequence[tuple[str, int]]) -> str:
    """The first that reads like a question, else the first."""
    return next((text for text, _ in wordings if READS_LIKE_A_QUESTION.search(text)), wordings[0][0])


def _suggestion(gap: Vain, line: int | None) -> Suggestion | None:
    if line is None or not gap.wordings:
        return None
    question = question_of(gap.wordings)
    return Suggestion(
        kind="write",
        key=f"write:{gap.key}",
        weight=gap.calls,
        line=line,
        gap_key=gap.key,
        change={
            "question": question,
            "similar": [text for text, _ in gap.wordings if text != question][:MOST_SIMILAR],
            "line": line,
        },
        evidence={
            "calls": gap.calls,
            "agents": gap.agents,
            "last_at": gap.last_at.isoformat(),
            "searches": [[text, calls] for text, calls in gap.wordings[:MOST_SHOWN]],
            "near": [{"entry": entry, "likeness": round(cosine, 2)} for entry, _, cosine in gap.near],
            "keys": sorted(gap.keys),
        },
        aliases=frozenset(f"write:{key}" for key in gap.keys),
    )
