"""The report of a month and scope: as it was closed, else live from the roll-ups. Nothing is written.

Nobody's rights are looked at; what names a question says to whom it is restricted today.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from accounts import settings
from accounts.models import BusinessLine
from kb.lib.months import Month
from reports import vain
from reports.buckets import Bucket
from reports.figures import Figures, Listed
from reports.models import Report
from reports.reckoning import reckon
from reports.rows import Moved, Row, RowPage, Wanted, closed_rows, live_rows, restrictions
from reports.standing import Standing, closed_report, standing

__all__ = ["MonthReport", "Moved", "Row", "RowPage", "figures", "restrictions", "rows"]

PAGE_ROWS = 100


@dataclass(frozen=True)
class MonthReport:
    """One month and scope (``line`` None for all lines); what is read is kept for the next question."""

    month: Month
    line: BusinessLine | None
    now: datetime

    @cached_property
    def figures(self) -> Figures:
        """Everything but the rows."""
        if self._closed is None:
            return _with_restrictions(self._live_figures())
        kept = Figures.from_json(self._closed.figures)
        return _with_restrictions(replace(kept, sha256=self._closed.sha256, closed_at=self._closed.closed_at))

    def rows(
        self,
        *,
        bucket: Bucket | None = None,
        owner: BusinessLine | None = None,
        kind: str | None = None,
        never_asked: bool = False,
        moved: Moved | None = None,
        new: bool = False,
        page: int = 1,
        size: int | None = PAGE_ROWS,
    ) -> RowPage:
        """One page of the rows in the order of the report, those for which all that is given holds.

        ``owner`` is the line that owns the entry; ``size`` None means all on one page.
        """
        wanted = Wanted(bucket, owner.pk if owner else None, kind, never_asked, moved, new)
        if self._closed is None:
            return live_rows(self._standing, wanted, page, size)
        return closed_rows(self._closed, wanted, page, size)

    @cached_property
    def _closed(self) -> Report | None:
        return closed_report(self.month, self.line)

    @cached_property
    def _values(self) -> dict[str, int | float]:
        return settings.current()

    @cached_property
    def _standing(self) -> Standing:
        return standing(self.month, self.line, values=self._values, now=self.now)

    def _live_figures(self) -> Figures:
        if self.now < self.month.ends_at:
            in_vain = vain.running_month(self.month, self.line)
        else:
            in_vain = vain.MonthInVain(self.month).of(self.line)
        return reckon(
            self.month, self.line, self._standing, values=self._values, now=self.now, in_vain=in_vain
        )


def figures(month: Month, line: BusinessLine | None, now: datetime) -> Figures:
    """See `MonthReport.figures`; for who wants nothing else."""
    return MonthReport(month, line, now).figures


def rows(
    month: Month,
    line: BusinessLine | None,
    now: datetime,
    *,
    bucket: Bucket | None = None,
    owner: BusinessLine | None = None,
    page: int = 1,
    size: int | None = PAGE_ROWS,
) -> RowPage:
    """See `MonthReport.rows`; for who wants nothing else."""
    return MonthReport(month, line, now).rows(bucket=bucket, owner=owner, page=page, size=size)


def _with_restrictions(found: Figures) -> Figures:
    listed = found.risers + found.fallers + found.new_entries
    closed = restrictions({one.entry_id for one in listed})
    if not closed:
        return found

    def marked(some: Sequence[Listed]) -> tuple[Listed, ...]:
        return tuple(replace(one, restricted_to=closed.get(one.entry_id)) for one in some)

    return replace(
        found,
        risers=marked(found.risers),
        fallers=marked(found.fallers),
        new_entries=marked(found.new_entries),
    )
