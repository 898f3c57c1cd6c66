"""Feature on the hot list: very high, and rising by more than chance and the month as a whole explain.

Against last month's hits, scaled to this month's total, the rise must be a quarter at least, and so large
that two Poisson counts differ by it in one of forty months (z of 2 on their square roots, which have variance
1/4). The busiest day counts like any other: an outage is no rise. It is for one line when that line asks for
six tenths of it and not of everything else, else for all.
"""

import math
from collections.abc import Collection, Iterable, Mapping

from reports.rules.base import ByLine, Known, Suggestion, shares, usual_shares, weightiest

DAYS = 31
FEWEST_HITS = 15
LEAST_RISE = 1.25
LEAST_Z = 2.0
LINE_SHARE = 0.6
USUAL_SHARE = 0.5


def suggest(
    entries: Iterable[Known],
    *,
    featured: Collection[tuple[int, int | None]],
    by_line: ByLine,
    busiest_day: Mapping[int, int],
    days: int,
) -> list[Suggestion]:
    """``featured`` are the pairs (entry, line or None for all) that are on the hot list already.

    ``busiest_day`` holds an entry's most hits on one of the month's ``days``.
    """
    known = list(entries)
    total, last = sum(one.hits for one in known), sum(one.last_hits for one in known)
    if not last:
        return []
    usual = usual_shares(by_line)
    found = [
        _suggestion(
            one,
            steady(one.hits, busiest_day.get(one.pk, 0), days),
            one.last_hits * total / last,
            shares(by_line.get(one.pk, {})),
            usual,
        )
        for one in known
        if one.bucket == "very_high" and not one.is_new and one.hits >= FEWEST_HITS
    ]
    return weightiest(
        [
            one
            for one in found
            if one and not {(one.entry, None), (one.entry, one.line)}.intersection(featured)
        ]
    )


def steady(hits: int, busiest: int, days: int) -> float:
    """The month's hits if its busiest day had been like the mean of the others."""
    return (hits - busiest) * days / (days - 1)


def rise(hits: float, expected: float) -> float:
    """How far above what was expected, in standard deviations."""
    return math.sqrt(2) * (math.sqrt(hits) - math.sqrt(expected))


def _suggestion(
    entry: Known,
    hits: float,
    expected: float,
    asking: Mapping[int, float],
    usual: Mapping[int, float],
) -> Suggestion | None:
    if hits < LEAST_RISE * expected or rise(hits, expected) < LEAST_Z:
        return None
    line, share = max(asking.items(), key=lambda item: (item[1], -item[0]), default=(0, 0.0))
    is_of_one = share >= LINE_SHARE and usual.get(line, 0.0) < USUAL_SHARE
    return Suggestion(
        kind="feature",
        key=f"feature:{entry.pk}:{line}" if is_of_one else f"feature:{entry.pk}",
        weight=entry.hits,
        entry=entry.pk,
        line=line if is_of_one else None,
        change={"line": line if is_of_one else None, "days": DAYS},
        evidence={
            "hits": entry.hits,
            "last_hits": entry.last_hits,
            "expected": round(expected, 1),
            "steady_hits": round(hits, 1),
            "z": round(rise(hits, expected), 1),
            "bucket": entry.bucket,
            "last_bucket": entry.last_bucket,
            "lines": [{"line": key, "share": round(part, 2)} for key, part in _largest(asking)],
        },
    )


def _largest(parts: Mapping[int, float], most: int = 3) -> list[tuple[int, float]]:
    return sorted(parts.items(), key=lambda item: (-item[1], item[0]))[:most]
