"""Hits counted, or taken back, after their month was closed: the next report adds and declares them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.db import connection

from accounts.models import BusinessLine
from hits import reads as hits
from kb.lib.months import Month
from reports.figures import LateHits


def late_hits(month: Month, line: BusinessLine | None, into: Mapping[int, int]) -> list[LateHits]:
    """What the report of this month has to declare, by month and entry.

    It is what the roll-ups say now of each closed month before, less what its own report said, less what
    reports since have declared. No entry falls below 0 by it: what this month cannot carry, the next will.
    """
    found = _undeclared(month, line)
    if not found:
        return []
    own: defaultdict[int, int] = defaultdict(int)
    for entry, count in hits.month_counts(month, line):
        own[into.get(entry, entry)] += count
    return carried(found, own, into)


def carried(late: Iterable[LateHits], own: Mapping[int, int], into: Mapping[int, int]) -> list[LateHits]:
    """Those that leave no entry below 0: additions first, then of what was taken back as much as there is."""
    left, found = dict(own), []
    for one in sorted(late, key=lambda one: (one.hits < 0, one.month, one.entry_id)):
        entry = into.get(one.entry_id, one.entry_id)
        added = max(one.hits, -left.get(entry, 0))
        left[entry] = left.get(entry, 0) + added
        if added:
            found.append(replace(one, hits=added))
    return sorted(found, key=lambda one: (one.month, one.entry_id))


def _undeclared(month: Month, line: BusinessLine | None) -> list[LateHits]:
    of_line = "m.line_id = %(line)s" if line else "true"
    params = {"month": month.first_day, "line": line.pk if line else None}
    with connection.cursor() as cursor:
        cursor.execute(_UNDECLARED.format(of_line=of_line), params)
        return [LateHits(entry, _month(first), int(count)) for first, entry, count in cursor.fetchall()]


def _month(first_day: date) -> Month:
    return Month(first_day.year, first_day.month)


# ``said`` is what each report counted of its own month, entry by entry as the roll-ups do, and what reports
# have declared of months before theirs.
_UNDECLARED = """
WITH closed AS MATERIALIZED (
    SELECT id, month, figures FROM reports_report
    WHERE month < %(month)s AND line_id IS NOT DISTINCT FROM %(line)s::bigint
), said AS (
    SELECT c.month, r.entry_id, r.hits - r.late_hits AS hits
    FROM closed c JOIN reports_reportrow r ON r.report_id = c.id WHERE r.hits <> 0 OR r.late_hits <> 0
    UNION ALL
    SELECT c.month, moved.entry_id, moved.hits
    FROM closed c, jsonb_to_recordset(c.figures -> 'combined') AS moved (entry_id bigint, hits int)
    UNION ALL
    SELECT c.month, moved.into_id, -moved.hits
    FROM closed c, jsonb_to_recordset(c.figures -> 'combined') AS moved (into_id bigint, hits int)
    UNION ALL
    SELECT (late.month || '-01')::date, late.entry_id, late.hits
    FROM closed c, jsonb_to_recordset(c.figures -> 'late') AS late (entry_id bigint, month text, hits int)
), known AS (
    SELECT m.month, m.entry_id, m.hits FROM hits_monthlyhits m
    WHERE m.month IN (SELECT month FROM closed) AND {of_line}
    UNION ALL
    SELECT month, entry_id, -hits FROM said
)
SELECT month, entry_id, sum(hits) FROM known GROUP BY month, entry_id HAVING sum(hits) <> 0
"""
