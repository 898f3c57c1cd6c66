"""A report as one person reads it: what they may know of, and where everything leads."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Agent, BusinessLine
from kb.lib.months import SITE_ZONE, Month
from reports.figures import Figures, Listed
from reports.reads import MonthReport


@dataclass(frozen=True)
class Reading:
    """One month and scope before one reader."""

    report: MonthReport
    reader: Agent

    @property
    def figures(self) -> Figures:
        return self.report.figures

    @property
    def month(self) -> Month:
        return self.report.month

    @property
    def line(self) -> BusinessLine | None:
        """None for all lines."""
        return self.report.line

    @property
    def scope(self) -> str:
        return self.line.name if self.line else _("All lines")

    @property
    def standing(self) -> str:
        """Whether these figures are final, and until when they count."""
        if self.figures.is_provisional:
            until = date_format(self.figures.asked_until.astimezone(SITE_ZONE), "Y-m-d H:i")
            return _("Provisional: the month still runs, counted until %(until)s") % {"until": until}
        if self.figures.closed_at:
            closed = date_format(self.figures.closed_at.astimezone(SITE_ZONE), "Y-m-d H:i")
            return _("Closed on %(closed)s; these figures do not change any more") % {"closed": closed}
        return _("The month is over and not closed yet")

    def page(self, month: Month | None = None) -> str:
        """The report of this scope, of this month or another."""
        return report_address(month or self.month, self.line)

    @property
    def query(self) -> str:
        """What the addresses of this scope end with."""
        return f"?{urlencode({'line': self.line.code})}" if self.line else ""

    @property
    def all_entries(self) -> str:
        return self.entries()

    def entries(self, **narrowed: str | int) -> str:
        """The list of the entries behind a mark."""
        return _address("reports:entry-list", str(self.month), self._scoped(narrowed))

    def day(self, day: str) -> str:
        """What was asked on one day."""
        query = self._scoped({})
        return reverse("reports:day-detail", args=[day]) + (f"?{urlencode(query)}" if query else "")

    def hour(self, weekday: int, hour: int) -> str:
        """What an hour of a weekday is made of."""
        query = self._scoped({"weekday": weekday, "hour": hour})
        return _address("reports:hour-detail", str(self.month), query)

    def may_read(self, entry: Listed) -> bool:
        return not entry.is_closed_to(self.reader.line_ids)

    def question(self, entry: Listed) -> str:
        """What it asks, unless it is restricted to lines the reader does not belong to."""
        return entry.question if self.may_read(entry) else _("Restricted entry")

    def entry(self, entry: Listed) -> str:
        return reverse("entry-detail", args=[entry.entry_id]) if self.may_read(entry) else ""

    def _scoped(self, query: dict[str, str | int]) -> dict[str, str | int]:
        return ({"line": self.line.code} if self.line else {}) | query


def report_address(month: Month, line: BusinessLine | None) -> str:
    return _address("reports:month-detail", str(month), {"line": line.code} if line else {})


def _address(name: str, month: str, query: dict[str, str | int]) -> str:
    return reverse(name, args=[month]) + (f"?{urlencode(query)}" if query else "")
