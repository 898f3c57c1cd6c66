"""Re-order a category: what is used more often should stand higher.

The expected place of the used entry is the mean place over the month's hits. A new order is suggested when
it brings that place forward by at least half a place and a tenth, and would have done half as well in the
month before, so that one month's chance moves nothing. New entries keep their places; so do equal ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reports.rules.base import Known, Suggestion, weightiest

FEWEST_ENTRIES = 3
FEWEST_HITS = 20
LEAST_GAIN = 0.5
LEAST_SHARE_OF_PLACE = 0.1
LEAST_LASTING = 0.5


def suggest(entries: Iterable[Known]) -> list[Suggestion]:
    """One suggestion at most for each category."""
    categories: defaultdict[int, list[Known]] = defaultdict(list)
    for entry in entries:
        if entry.category_id is not None:
            categories[entry.category_id].append(entry)
    found = [_suggestion(pk, sorted(members, key=_now)) for pk, members in categories.items()]
    return weightiest([one for one in found if one])


def best_order(present: Sequence[Known]) -> list[Known]:
    """Most hits first; new entries exactly where they are."""
    ranked = iter(sorted((one for one in present if not one.is_new), key=lambda one: -one.hits))
    return [one if one.is_new else next(ranked) for one in present]


def expected_place(order: Sequence[Known], hits: Mapping[int, int]) -> float:
    """The mean place, from 1, at which a used entry stands; 0 when none was used."""
    used = sum(hits[one.pk] for one in order)
    return sum(place * hits[one.pk] for place, one in enumerate(order, start=1)) / used if used else 0.0


def _now(entry: Known) -> tuple[int, int]:
    return entry.place, entry.pk


def _suggestion(category: int, present: list[Known]) -> Suggestion | None:
    hits = {one.pk: one.hits for one in present}
    used = sum(hits.values())
    if len(present) < FEWEST_ENTRIES or used < FEWEST_HITS:
        return None
    order = best_order(present)
    before, after = expected_place(present, hits), expected_place(order, hits)
    gain = before - after
    if gain < max(LEAST_GAIN, LEAST_SHARE_OF_PLACE * before) or not _lasts(present, order, gain):
        return None
    return Suggestion(
        kind="reorder",
        key=f"reorder:{category}",
        weight=used,
        category=category,
        change={"order": [one.pk for one in order]},
        evidence={
            "order": [{"entry": one.pk, "hits": one.hits, "is_new": one.is_new} for one in present],
            "hits": used,
            "place_before": round(before, 2),
            "place_after": round(after, 2),
        },
    )


def _lasts(present: Sequence[Known], order: Sequence[Known], gain: float) -> bool:
    """Whether it would have been better in the month before too; true where that says too little."""
    last = {one.pk: one.last_hits for one in present}
    if sum(last.values()) < FEWEST_HITS:
        return True
    return expected_place(present, last) - expected_place(order, last) >= LEAST_LASTING * gain
