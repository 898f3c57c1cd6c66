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


class Undeclared:
    """What the report of a month has to declare, looked up once for every scope.

    It is what the roll-ups say now of each closed month before, less what its own report said, less what
    reports since have declared.
    """

    def __init__(self, month: Month) -> None:
        self.month = month
        self.by_line: defaultdict[int | None, list[LateHits]] = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute(_UNDECLARED, {"month": month.first_day})
            for line_id, first_day, entry, count in cursor.fetchall():
                self.by_line[line_id].append(LateHits(entry, _month(first_day), int(count)))

    def of(self, line: BusinessLine | None, into: Mapping[int, int]) -> list[LateHits]:
        """By month and entry. No entry falls below 0 by it: what this month cannot carry, the next will."""
        found = self.by_line[line.pk if line else None]
        if not found:
            return []
        own: defaultdict[int, int] = defaultdict(int)
        for entry, count in hits.month_counts(self.month, line):
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


def _month(first_day: date) -> Month:
    return Month(first_day.year, first_day.month)


# ``said`` is what each report counted of its own month, entry by entry as the roll-ups do, and what reports
# have declared of months before theirs.
_UNDECLARED = """
WITH closed AS MATERIALIZED (
    SELECT id, line_id, month, figures FROM reports_report WHERE month < %(month)s
), said AS (
    SELECT c.line_id, c.month, r.entry_id, r.hits - r.late_hits AS hits
    FROM closed c JOIN reports_reportrow r ON r.report_id = c.id WHERE r.hits <> 0 OR r.late_hits <> 0
    UNION ALL
    SELECT c.line_id, c.month, moved.entry_id, moved.hits
    FROM closed c, jsonb_to_recordset(c.figures -> 'combined') AS moved (entry_id bigint, hits int)
    UNION ALL
    SELECT c.line_id, c.month, moved.into_id, coalesce(moved.left_out, 0) - moved.hits
    FROM closed c, jsonb_to_recordset(c.figures -> 'combined')
        AS moved (into_id bigint, hits int, left_out int)
    UNION ALL
    SELECT c.line_id, (late.month || '-01')::date, late.entry_id, late.hits
    FROM closed c, jsonb_to_recordset(c.figures -> 'late') AS late (entry_id bigint, month text, hits int)
), known AS (
    SELECT c.line_id, m.month, m.entry_id, m.hits FROM hits_monthlyhits m
    JOIN closed c ON c.month = m.month AND c.line_id IS NULL
    UNION ALL
    SELECT c.line_id, m.month, m.entry_id, m.hits FROM hits_monthlyhits m
    JOIN closed c ON c.month = m.month AND c.line_id = m.line_id
    UNION ALL
    SELECT line_id, month, entry_id, -hits FROM said
)
SELECT line_id, month, entry_id, sum(hits) FROM known GROUP BY line_id, month, entry_id HAVING sum(hits) <> 0
"""
