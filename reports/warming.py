"""Pictures of closed reports, drawn by the worker so that nobody waits for them."""

from django.conf import settings
from django.utils.translation import override

from accounts import permissions
from accounts.models import Agent, BusinessLine
from kb.lib.months import Month
from reports.charts import draw
from reports.models import Report
from reports.pictures import pictures
from reports.reading import Reading
from reports.reads import MonthReport


def warm(month: Month) -> int:
    """Draw what the month's closed reports show; how many pictures they have. What was drawn stays as it is.

    Questions that some may not read make some pictures differ, so they are drawn for every group of readers.
    """
    keys: set[str] = set()
    reports = Report.objects.filter(month=month.first_day).select_related("line").defer("figures", "settings")
    with override(settings.LANGUAGE_CODE):
        for report in reports:
            keys |= _keys(month, report.line)
        for key in keys:
            draw(key)
    return len(keys)


def _keys(month: Month, line: BusinessLine | None) -> set[str]:
    report = MonthReport(month, line, month.ends_at)
    shown = (picture.drawing for reader in _readers() for picture in pictures(Reading(report, reader)))
    return {drawing.key for drawing in shown if drawing}


def _readers() -> list[Agent]:
    """One reader of each group that is shown the same."""
    groups = {
        (person.line_ids, permissions.may_work_off_gaps(person)): person
        for person in Agent.objects.filter(is_active=True).prefetch_related("groups", "lines")
        if permissions.may_read_reports(person)
    }
    return list(groups.values())
