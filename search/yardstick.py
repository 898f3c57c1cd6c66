"""How well searches end at the entry that answered the caller. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from hits.confirmed import ConfirmedSearch

DEPTH = 50

Search = Callable[[str], Sequence[int]]


@dataclass(frozen=True)
class Figures:
    """Each confirmed call is one search; what is not found has no rank and counts as missed.

    ``median_rank`` is the lower median over what was found, None when nothing was.
    """

    searches: int
    not_found: int
    recall_at_1: float
    recall_at_5: float
    median_rank: int | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)


def figures(calls_at_rank: Mapping[int, int]) -> Figures:
    """The figures of so many calls at each rank; rank 0 is not found."""
    total = sum(calls_at_rank.values())
    not_found = calls_at_rank.get(0, 0)

    def share(most: int) -> float:
        within = sum(calls for rank, calls in calls_at_rank.items() if 1 <= rank <= most)
        return round(within / total, 4) if total else 0.0

    return Figures(total, not_found, share(1), share(5), _median(calls_at_rank, total - not_found))


def measure(
    pairs: Sequence[ConfirmedSearch], search: Search, told: Callable[[int], None] = lambda _asked: None
) -> Figures:
    """Ask every search again; ``search`` gives entry ids, best first. ``told`` hears how many were asked."""
    calls_at_rank: Counter[int] = Counter()
    answers: dict[str, Sequence[int]] = {}
    for number, pair in enumerate(pairs, start=1):
        if pair.text not in answers:
            answers[pair.text] = search(pair.text)
        calls_at_rank[_rank(answers[pair.text], pair.entry_id)] += pair.calls
        told(number)
    return figures(calls_at_rank)


def _rank(found: Sequence[int], wanted: int) -> int:
    return next((rank for rank, entry in enumerate(found, start=1) if entry == wanted), 0)


def _median(calls_at_rank: Mapping[int, int], found: int) -> int | None:
    passed = 0
    for rank in sorted(calls_at_rank):
        passed += calls_at_rank[rank] if rank else 0
        if rank and passed * 2 >= found:
            return rank
    return None
