"""How the entries stand in one month and scope, as arrays: counted live, or read from a closed report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accounts.models import BusinessLine
from faq.models import Kind
from hits import combined
from hits import reads as hits
from hits.combined import Combined, Used
from kb.lib.columns import Numbers, read_columns
from kb.lib.months import Month
from reports.buckets import ORDER, BucketSettings
from reports.models import Report
from reports.placing import NOBODY, place_all

KINDS = list(Kind.values)


@dataclass(frozen=True)
class Standing:
    """One array per column, the most used entry first, equal hits by id.

    ``bucket`` and ``last`` are places in ``buckets.ORDER`` (``last`` is NOBODY for none), ``kind`` one in
    ``KINDS``; ``rank`` is 0 for none. ``late`` are those of ``hits`` that came late for earlier months.
    ``last_total`` are all hits of the month before. ``into`` says where combined entries' hits were added;
    ``left_out`` are those that do not count, because their call had counted one already.
    """

    entry: Numbers
    line: Numbers
    kind: Numbers
    hits: Numbers
    last_hits: Numbers
    late: Numbers
    bucket: Numbers
    last: Numbers
    rank: Numbers
    is_new: NDArray[np.bool_]
    last_total: int
    into: Mapping[int, int]
    left_out: Sequence[Used]

    def __len__(self) -> int:
        return len(self.entry)


@dataclass(frozen=True)
class Before:
    """What a month needs of the one before: hits and bucket by entry."""

    entry: Numbers
    hits: Numbers
    bucket: Numbers

    @property
    def total(self) -> int:
        return int(self.hits.sum())


_NONE = np.zeros(0, dtype=np.int64)
NOTHING_BEFORE = Before(_NONE, _NONE, _NONE)
Late = Mapping[int, int]


def closed_report(month: Month, line: BusinessLine | None) -> Report | None:
    return Report.objects.filter(month=month.first_day, line=line).first()


def standing(
    month: Month,
    line: BusinessLine | None,
    *,
    values: Mapping[str, int | float],
    now: datetime,
    late: Late | None = None,
) -> Standing:
    """The month from the roll-ups as it stands now; ``late`` are hits of earlier months to be added."""
    known = combined.in_force()
    before = _month_before(month, line, values, known)
    return _standing(month, line, before, known, values, now, late or {})


def _standing(
    month: Month,
    line: BusinessLine | None,
    before: Before,
    known: Combined,
    values: Mapping[str, int | float],
    now: datetime,
    late: Late,
) -> Standing:
    into = known.finals()
    left_out = combined.hits_left_out(known, month.starts_at, month.ends_at, line=line)
    found = _counted(month, line, values, now, into, late)
    _leave_out(found, combined.counted_twice(left_out, known))
    _add(found, late)
    last_hits, last = _looked_up(found["entry"], before, into)
    places = place_all(
        found["hits"],
        last,
        found["new_days"],
        settings=BucketSettings.from_values(values),
        days_in_month=month.days,
    )
    order = np.lexsort((found["entry"], -found["hits"]))
    return Standing(
        entry=found["entry"][order],
        line=found["line"][order],
        kind=found["kind"][order],
        hits=found["hits"][order],
        last_hits=last_hits[order],
        late=found["late"][order],
        bucket=places.bucket[order],
        last=last[order],
        rank=places.rank[order],
        is_new=found["new_days"][order] > 0,
        last_total=before.total,
        into=into,
        left_out=left_out,
    )


def _month_before(
    month: Month, line: BusinessLine | None, values: Mapping[str, int | float], known: Combined
) -> Before:
    """The month before as its report shows it: closed, or reckoned from the last closed one before it.

    Each month's calm leans on the month before, so without any closed report the walk begins with the first
    counted month.
    """
    earlier = Report.objects.filter(month__lt=month.first_day, line=line)
    newest = earlier.defer("figures").order_by("-month").first()
    before, walked = NOTHING_BEFORE, hits.first_month(line)
    if newest is not None:
        before = _closed(newest)
        walked = Month(newest.month.year, newest.month.month).later(1)
    while walked is not None and walked < month:
        found = _standing(walked, line, before, known, values, walked.ends_at, {})
        before = Before(found.entry, found.hits, found.bucket)
        walked = walked.later(1)
    return before


def _looked_up(entries: Numbers, before: Before, into: Mapping[int, int]) -> tuple[Numbers, Numbers]:
    """Hits and bucket of the month before for these entries: 0 and NOBODY for one that was not in it.

    An entry that another was combined into had both entries' hits.
    """
    total = dict.fromkeys(into.values(), 0)
    hits_before = _at(entries, before.entry, before.hits, 0)
    bucket = _at(entries, before.entry, before.bucket, NOBODY)
    olds = np.array(list(into), dtype=np.int64)
    for old, count in zip(olds, _at(olds, before.entry, before.hits, 0), strict=True):
        total[into[int(old)]] += int(count)
    for entry, more in total.items():
        hits_before[entries == entry] += more
    return hits_before, bucket


def _at(entries: Numbers, known: Numbers, values: Numbers, otherwise: int) -> Numbers:
    """For each entry the value that stands beside it in ``known``."""
    if not len(known):
        return np.full(len(entries), otherwise, dtype=np.int64)
    order = np.argsort(known)
    ids = known[order]
    place = np.minimum(np.searchsorted(ids, entries), len(ids) - 1)
    return np.where(ids[place] == entries, values[order][place], otherwise)


def _closed(report: Report) -> Before:
    found = read_columns(_CLOSED, ("entry", "hits", "bucket"), {"report": report.pk, "order": list(ORDER)})
    return Before(found["entry"], found["hits"], found["bucket"])


def _leave_out(found: dict[str, Numbers], twice: Mapping[int, int]) -> None:
    """A call that used both of two combined entries counts one from then on."""
    if twice:
        entries = np.array(list(twice), dtype=np.int64)
        less = _at(found["entry"], entries, np.array(list(twice.values()), dtype=np.int64), 0)
        found["hits"] = found["hits"] - less


def _add(found: dict[str, Numbers], late: Late) -> None:
    found["late"] = np.zeros(len(found["entry"]), dtype=np.int64)
    if late:
        entries = np.array(list(late), dtype=np.int64)
        found["late"] = _at(found["entry"], entries, np.array(list(late.values()), dtype=np.int64), 0)
        found["hits"] = found["hits"] + found["late"]


def _counted(
    month: Month,
    line: BusinessLine | None,
    values: Mapping[str, int | float],
    now: datetime,
    into: Mapping[int, int],
    late: Late,
) -> dict[str, Numbers]:
    """Entries in force at some moment of the month, and those that were used in it (or late before it)."""
    params: dict[str, Any] = {
        "month": month.first_day,
        "starts_at": month.starts_at,
        "ends_at": month.ends_at,
        "until": min(month.ends_at, now),
        "new_seconds": int(values["new_entry_days"]) * 86_400,
        "line": line.pk if line else None,
        "kinds": KINDS,
        "old": list(into),
        "into": list(into.values()),
        "late": list(late),
    }
    of_line = " AND m.line_id = %(line)s" if line else "", " AND e.line_id = %(line)s" if line else ""
    return read_columns(_COUNTED.format(*of_line), ("entry", "line", "kind", "hits", "new_days"), params)


# New is an entry that was in force for less than so many seconds when the month (or it) ended; its days in
# the month are calendar days here, at least one.
_COUNTED = """
WITH counted AS MATERIALIZED (
    SELECT coalesce(moved.into_id, m.entry_id) AS entry_id, sum(m.hits)::bigint AS hits
    FROM hits_monthlyhits m
    LEFT JOIN unnest(%(old)s::bigint[], %(into)s::bigint[]) AS moved (entry_id, into_id)
        ON moved.entry_id = m.entry_id
    WHERE m.month = %(month)s{0}
    GROUP BY 1
)
SELECT e.id, e.line_id, array_position(%(kinds)s::text[], e.kind::text)::bigint - 1,
       coalesce(c.hits, 0),
       CASE WHEN extract(epoch FROM known.until - known.since) >= %(new_seconds)s THEN 0
            ELSE greatest(
                (known.until AT TIME ZONE 'Asia/Shanghai')::date
                - (greatest(known.since, %(starts_at)s) AT TIME ZONE 'Asia/Shanghai')::date, 1)
       END::bigint
FROM faq_entry e
LEFT JOIN counted c ON c.entry_id = e.id
CROSS JOIN LATERAL (
    SELECT greatest(coalesce(e.published_at, e.created_at), coalesce(e.valid_from, e.created_at)) AS since,
           least(%(until)s, e.valid_until, e.withdrawn_at) AS until
) AS known
WHERE e.live_revision_id IS NOT NULL AND e.id <> ALL(%(old)s::bigint[]) AND (
    c.hits IS NOT NULL OR e.id = ANY(%(late)s::bigint[]) OR (
        e.published_at < %(ends_at)s{1}
        AND (e.valid_from IS NULL OR e.valid_from < %(ends_at)s)
        AND (e.valid_until IS NULL OR e.valid_until > %(starts_at)s)
        AND (e.withdrawn_at IS NULL OR e.withdrawn_at > %(starts_at)s)
    )
)
"""

_CLOSED = """
SELECT entry_id, hits::bigint, array_position(%(order)s::text[], bucket::text)::bigint - 1
FROM reports_reportrow WHERE report_id = %(report)s
"""
