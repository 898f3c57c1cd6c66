"""The figures of a month out of how its entries stand, for the running month and for closing."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from accounts.models import BusinessLine
from faq.models import Entry
from hits import combined
from hits import reads as hits
from hits.reads import MonthHits
from inquiries.figures import InquiryFigures, month_figures
from kb.lib.columns import Numbers
from kb.lib.months import Month
from reports.buckets import ORDER
from reports.figures import (
    JSON,
    BucketTotal,
    CombinedHits,
    Figures,
    KindHits,
    LateHits,
    LineBuckets,
    Listed,
    Point,
    bucket_total,
)
from reports.models import Report
from reports.outcomes import outcomes
from reports.standing import KINDS, Standing
from reports.vain import Vain

MOST_POINTS = 400
MOST_LISTED = 10
MOST_NEW = 20
TREND_MONTHS = 13


def reckon(
    month: Month,
    line: BusinessLine | None,
    found: Standing,
    *,
    values: Mapping[str, int | float],
    now: datetime,
    in_vain: Vain,
    late: Iterable[LateHits] = (),
) -> Figures:
    """Every figure of the report; ``late`` are those hits of ``found`` that came late, by entry and month."""
    total, until = int(found.hits.sum()), min(now, month.ends_at)
    risers, fallers, new = _movers(found, month, until)
    listed = _listed(found, np.concatenate([risers, fallers, new]))
    searches, gaps = in_vain
    asked = int((found.hits > 0).sum())
    return Figures(
        month=month,
        line_id=line.pk if line else None,
        line_code=line.code if line else "",
        is_provisional=now < month.ends_at,
        asked_until=until,
        hits=total,
        last_hits=found.last_total,
        late_hits=int(found.late.sum()),
        entries=len(found),
        asked=asked,
        never_asked=len(found) - asked,
        half=_entries_for_half(found.hits),
        most_hits=int(found.hits[0]) if len(found) else 0,
        new_count=int(found.is_new.sum()),
        buckets=_totals(found, total),
        lines=_lines(found) if line is None else (),
        kinds=_kinds(found),
        hours=tuple(combined.hour_by_weekday(month, line, found.left_out)),
        days=tuple(combined.day_counts(month, line, found.left_out)),
        trend=_trend(month, line, total),
        risers=tuple(listed[place] for place in risers.tolist()),
        fallers=tuple(listed[place] for place in fallers.tolist()),
        new_entries=tuple(listed[place] for place in new.tolist()),
        gaps=gaps,
        searches=searches,
        inquiries=_as_json(month_figures(month, line)),
        outcomes=tuple(one.to_json() for one in outcomes(month, line)),
        late=tuple(late),
        combined=_combined(month, line, found),
        pareto=_pareto(found.hits),
        settings=dict(values),
    )


def _movers(found: Standing, month: Month, until: datetime) -> tuple[Numbers, Numbers, Numbers]:
    """Places of the most risen, the most fallen and the most used new entries.

    A month that still runs is held against the same part of the month before, as whole numbers.
    """
    whole = int((month.ends_at - month.starts_at).total_seconds())
    part = max(int((until - month.starts_at).total_seconds()), 0)
    change = np.where(found.is_new, 0, found.hits * whole - found.last_hits * part)
    order = np.lexsort((found.entry, -np.abs(change)))
    risen, fallen = order[change[order] > 0], order[change[order] < 0]
    return risen[:MOST_LISTED], fallen[:MOST_LISTED], np.flatnonzero(found.is_new)[:MOST_NEW]


def _listed(found: Standing, places: NDArray[np.int64]) -> dict[int, Listed]:
    ids = found.entry[places].tolist()
    questions = dict(Entry.objects.filter(pk__in=ids).values_list("pk", "live_revision__question"))
    return {
        place: Listed(
            entry_id=entry,
            question=questions[entry],
            line_id=int(found.line[place]),
            hits=int(found.hits[place]),
            last_hits=int(found.last_hits[place]),
            bucket=ORDER[found.bucket[place]],
        )
        for place, entry in zip(places.tolist(), ids, strict=True)
    }


def _entries_for_half(counts: Numbers) -> int:
    """The least number of entries, most used first, that hold at least half of all hits."""
    running = np.cumsum(counts)
    return int(np.searchsorted(2 * running, running[-1])) + 1 if len(running) and running[-1] else 0


def _pareto(counts: Numbers) -> tuple[Point, ...]:
    """The curve of the most used entries and their hits, thinned; without hits there is none."""
    running = np.cumsum(counts)
    if not len(running) or not running[-1]:
        return ()
    step = -(-len(running) // (MOST_POINTS - 2))
    places = sorted({*range(step, len(running), step), len(running)})
    return Point(0, 0), *(Point(place, int(running[place - 1])) for place in places)


def _totals(found: Standing, total: int) -> tuple[BucketTotal, ...]:
    entries = np.bincount(found.bucket, minlength=len(ORDER))
    return tuple(
        bucket_total(bucket, int(entries[place]), int(found.hits[found.bucket == place].sum()), total)
        for place, bucket in enumerate(ORDER)
    )


def _lines(found: Standing) -> tuple[LineBuckets, ...]:
    """The lines that own entries of the report, the most used first."""
    lines = BusinessLine.objects.in_bulk(np.unique(found.line).tolist())
    owned = {line_id: found.line == line_id for line_id in lines}
    rows = [
        LineBuckets(
            line_id=line_id,
            line_code=line.code,
            line_name=line.name,
            entries={
                bucket: int((found.bucket[owned[line_id]] == place).sum())
                for place, bucket in enumerate(ORDER)
            },
            hits=int(found.hits[owned[line_id]].sum()),
        )
        for line_id, line in lines.items()
    ]
    return tuple(sorted(rows, key=lambda one: (-one.hits, one.line_code)))


def _kinds(found: Standing) -> tuple[KindHits, ...]:
    """The kinds that stand in the report, the most used first."""
    rows = []
    for place, kind in enumerate(KINDS):
        counts = found.hits[found.kind == place]
        if len(counts):
            rows.append(KindHits(kind, len(counts), int((counts > 0).sum()), int(counts.sum())))
    return tuple(sorted(rows, key=lambda one: (-one.hits, one.kind)))


def _trend(month: Month, line: BusinessLine | None, total: int) -> tuple[MonthHits, ...]:
    """Hits of thirteen months: closed ones as their reports say, this one as it stands here."""
    counted = {one.month: one.hits for one in hits.trend(month, months=TREND_MONTHS, line=line)}
    first = month.later(1 - TREND_MONTHS).first_day
    closed = Report.objects.filter(line=line, month__gte=first, month__lt=month.first_day)
    for day, number in closed.values_list("month", "figures__hits"):
        counted[Month(day.year, day.month)] = number
    counted[month] = total
    return tuple(MonthHits(one, number) for one, number in counted.items())


def _combined(month: Month, line: BusinessLine | None, found: Standing) -> tuple[CombinedHits, ...]:
    if not found.into:
        return ()
    counts = dict(hits.month_counts(month, line))
    twice = Counter(found.into.get(hit.entry_id, hit.entry_id) for hit in found.left_out)
    rows = (
        CombinedHits(old, new, counts.get(old, 0), twice.pop(new, 0))
        for old, new in sorted(found.into.items())
    )
    return tuple(one for one in rows if one.hits or one.left_out)


def _as_json(told: InquiryFigures) -> JSON:
    """Plain values that stay what they are in the database's JSON."""
    found: JSON = json.loads(json.dumps(told.as_json()))
    return found
