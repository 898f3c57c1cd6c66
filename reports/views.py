"""The monthly frequency report as a page."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Agent, BusinessLine
from kb.lib.months import Month
from reports import charts
from reports.buckets import ORDER, Bucket
from reports.figures import BucketTotal, Figures
from reports.labels import bucket_name
from reports.reads import MonthReport, Row

FIRST_ROWS = 20
PAGE_ROWS = 100


@dataclass(frozen=True)
class Section:
    """One bucket of the table with its first rows; ``left_out`` more stand on the bucket's own page."""

    total: BucketTotal
    name: str
    rows: list[Row]
    left_out: int


@require_safe
def last_month(request: HttpRequest) -> HttpResponse:
    """The newest whole month: what a supervisor opens on the first day of the next."""
    _reader(request)
    return redirect("reports:month-detail", month=Month.of(_now()).later(-1))


@require_safe
def month_detail(request: HttpRequest, month: str) -> HttpResponse:
    """One month: ``?line=`` is the scope, ``?bucket=`` and ``?owner=`` show the entries behind a mark."""
    reader = _reader(request)
    chosen = _month(month)
    line = _line(request.GET.get("line"))
    report = MonthReport(chosen, line, _now())
    context = {
        "report": report.figures,
        "months": _months_around(chosen),
        "lines": BusinessLine.objects.filter(is_active=True),
        "line": line,
        "reader": reader,
    }
    if "bucket" in request.GET or "owner" in request.GET:
        return render(request, "reports/month_entries.html", context | _narrowed(request, report))
    return render(request, "reports/month_detail.html", context | _pictures(report))


def _pictures(month_report: MonthReport) -> dict[str, object]:
    report = month_report.figures
    finding = _finding(report)
    return {
        "finding": finding,
        "lines_finding": _lines_finding(report),
        "pareto": charts.pareto(report, finding) if report.hits else "",
        "buckets_by_line": charts.buckets_by_line(report) if report.lines and report.hits else "",
        "line_rows": [(one, [one.entries[bucket] for bucket in ORDER]) for one in report.lines],
        "bucket_names": [bucket_name(bucket) for bucket in ORDER],
        "sections": [_section(month_report, total) for total in report.buckets],
    }


def _section(report: MonthReport, total: BucketTotal) -> Section:
    shown = report.rows(bucket=total.bucket, size=FIRST_ROWS)
    return Section(
        total=total,
        name=bucket_name(total.bucket),
        rows=shown.rows,
        left_out=max(shown.count - FIRST_ROWS, 0),
    )


def _narrowed(request: HttpRequest, report: MonthReport) -> dict[str, object]:
    bucket, owner = _bucket(request.GET.get("bucket")), _line(request.GET.get("owner"))
    text = request.GET.get("page", "1")
    page = int(text) if text.isdecimal() else 1
    shown = report.rows(bucket=bucket, owner=owner, page=page, size=PAGE_ROWS)
    return {
        "bucket": bucket,
        "bucket_name": bucket_name(bucket) if bucket else "",
        "owner": owner,
        "page": shown,
        "count": shown.count,
    }


def _finding(report: Figures) -> str:
    """What the Pareto curve says, in one sentence."""
    if not report.hits:
        return _("No entry was used for a caller in this month.")
    return ngettext(
        "%(half)d of %(all)d entries answers half of all questions.",
        "%(half)d of %(all)d entries answer half of all questions.",
        report.half,
    ) % {"half": report.half, "all": report.entries}


def _lines_finding(report: Figures) -> str:
    if not report.lines or not report.hits:
        return ""
    first = report.lines[0]
    return _("%(line)s is asked most: %(share)d %% of all hits.") % {
        "line": first.line_name,
        "share": round(100 * first.hits / report.hits),
    }


def _reader(request: HttpRequest) -> Agent:
    if not isinstance(request.user, Agent) or not permissions.may_read_reports(request.user):
        raise PermissionDenied
    return request.user


def _month(text: str) -> Month:
    try:
        month = Month.parse(text)
    except ValueError as error:
        raise Http404 from error
    if month > Month.of(_now()):
        raise Http404
    return month


def _months_around(month: Month) -> dict[str, tuple[Month, str] | None]:
    def address(other: Month) -> tuple[Month, str]:
        return other, reverse("reports:month-detail", args=[other])

    later = month.later(1)
    return {
        "before": address(month.later(-1)),
        "after": address(later) if later <= Month.of(_now()) else None,
    }


def _line(code: str | None) -> BusinessLine | None:
    """The line of that code; what no code can be is not looked up (PostgreSQL refuses a NUL)."""
    if code and not code.isprintable():
        raise Http404
    return get_object_or_404(BusinessLine, code=code) if code else None


def _bucket(value: str | None) -> Bucket | None:
    if not value:
        return None
    try:
        return Bucket(value)
    except ValueError as error:
        raise Http404 from error


def _now() -> datetime:
    """The database's clock, like every time the report is about."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now
