"""Combine near-duplicates: nearly the same words, and opened in the same calls.

Only pairs that were opened together are compared, so 50,000 entries are no square. Two entries of different
kinds stay two, so do those that different people may read, and campaigns, which end by themselves. The one
used more stays; of equals the older.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from reports.rules.base import Known, Suggestion, Together, weightiest
from reports.rules.likeness import Likeness

LEAST_LIKENESS = 0.4
FEWEST_CALLS_TOGETHER = 5
SHARE_OF_CALLS = 0.1
MOST_SIMILAR = 200


def suggest(
    entries: Iterable[Known],
    *,
    likeness: Likeness,
    together: Together,
    opened: Mapping[int, int],
    wordings: Callable[[int], Sequence[str]],
    key_of: Callable[[str], str],
) -> list[Suggestion]:
    """``opened``: calls that opened an entry. ``wordings``: its question, then its similar questions.

    Wordings with the same ``key_of`` are one wording. An entry is in one suggestion at most.
    """
    known = {one.pk: one for one in entries}
    pairs = []
    for one, others in together.items():
        for other, calls in others.items():
            if one < other and one in known and other in known:
                likeness_of_both = _likeness(known[one], known[other], calls, likeness, opened)
                if likeness_of_both >= LEAST_LIKENESS:
                    pairs.append((likeness_of_both, calls, one, other))
    found: list[Suggestion] = []
    taken: set[int] = set()
    for cosine, calls, one, other in sorted(pairs, key=lambda pair: (-pair[0], pair[2], pair[3])):
        if taken.isdisjoint((one, other)):
            taken.update((one, other))
            goes, stays = sorted((known[one], known[other]), key=lambda each: (each.hits, -each.pk))
            shown = _evidence(goes, stays, cosine, calls, opened)
            found.append(_suggestion(goes, stays, shown, new_wordings(wordings, goes.pk, stays.pk, key_of)))
    return weightiest(found)


def new_wordings(
    wordings: Callable[[int], Sequence[str]], goes: int, stays: int, key_of: Callable[[str], str]
) -> list[str]:
    """What the entry that goes is asked as and the one that stays is not, as many as it may have."""
    said = {key_of(text) for text in wordings(stays)}
    room = MOST_SIMILAR - (len(wordings(stays)) - 1)
    new: dict[str, str] = {}
    for text in wordings(goes):
        if key_of(text) not in said:
            new.setdefault(key_of(text), text)
    return list(new.values())[: max(room, 0)]


def _likeness(one: Known, other: Known, calls: int, likeness: Likeness, opened: Mapping[int, int]) -> float:
    """0 for a pair that stays two whatever it says."""
    if (one.kind, one.restricted_to) != (other.kind, other.restricted_to) or one.kind == "campaign":
        return 0.0
    rarer = min(opened.get(one.pk, 0), opened.get(other.pk, 0))
    if calls < max(FEWEST_CALLS_TOGETHER, SHARE_OF_CALLS * rarer):
        return 0.0
    return likeness.cosine(one.pk, other.pk) if one.pk in likeness and other.pk in likeness else 0.0


def _evidence(
    goes: Known, stays: Known, cosine: float, calls: int, opened: Mapping[int, int]
) -> dict[str, object]:
    return {
        "likeness": round(cosine, 2),
        "calls_with_both": calls,
        "entries": [
            {"entry": each.pk, "hits": each.hits, "calls": opened.get(each.pk, 0)} for each in (goes, stays)
        ],
    }


def _suggestion(
    goes: Known, stays: Known, evidence: Mapping[str, object], similar: Sequence[str]
) -> Suggestion:
    first, second = sorted((goes.pk, stays.pk))
    calls = evidence["calls_with_both"]
    return Suggestion(
        kind="combine",
        key=f"combine:{first}:{second}",
        weight=calls if isinstance(calls, int) else 0,
        entry=goes.pk,
        other=stays.pk,
        change={"into": stays.pk, "similar": list(similar)},
        evidence=evidence,
    )
