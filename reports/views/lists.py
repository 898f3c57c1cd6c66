"""What lies behind a mark: entries, an hour of a weekday, a day."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import BusinessLine
from faq.models import Kind
from hits import combined
from kb.lib.months import Month
from reports.buckets import Bucket
from reports.day import DayEntry, day_entries
from reports.labels import bucket_name, kind_name, weekday_name
from reports.rows import Moved
from reports.views.asked import day_of, line_of, number_of, reader_of, reading_of
from reports.views.months import month_context

PAGE_ROWS = 100


@dataclass(frozen=True)
class Narrowed:
    """Which entries: every condition that is set must hold."""

    bucket: Bucket | None = None
    owner: BusinessLine | None = None
    kind: str | None = None
    never_asked: bool = False
    moved: Moved | None = None
    new: bool = False
    late: bool = False

    @property
    def words(self) -> list[tuple[str, str]]:
        """(parameter, what it says) of every condition that is set."""
        said = {
            "owner": self.owner.name if self.owner else "",
            "bucket": bucket_name(self.bucket) if self.bucket else "",
            "kind": kind_name(self.kind) if self.kind else "",
            "asked": _("never asked") if self.never_asked else "",
            "moved": {"up": _("rose a bucket"), "down": _("fell a bucket"), None: ""}[self.moved],
            "new": _("new") if self.new else "",
            "late": _("Late hits") if self.late else "",
        }
        return [(name, words) for name, words in said.items() if words]


@require_safe
def entry_list(request: HttpRequest, month: str) -> HttpResponse:
    """The entries of a month, narrowed by ``?bucket=&owner=&kind=&moved=&new=&asked=&late=``."""
    reading, narrowed = reading_of(request, month), _narrowed(request.GET)
    number = request.GET.get("page", "1")
    page = reading.report.rows(
        **vars(narrowed),
        page=int(number) if number.isascii() and number.isdigit() and len(number) <= 6 else 1,
        size=PAGE_ROWS,
    )
    context = month_context(reading) | {"narrowed": narrowed, "page": page, "choices": _choices(narrowed)}
    return render(request, "reports/month_entries.html", context)


@require_safe
def hour_detail(request: HttpRequest, month: str) -> HttpResponse:
    """One hour of a weekday, ``?weekday=`` (1 is Monday) and ``?hour=``: which days and which lines."""
    reader_of(request)
    weekday, hour = number_of(request.GET, "weekday", 1, 7), number_of(request.GET, "hour", 0, 23)
    reading = reading_of(request, month)
    context = month_context(reading) | {
        "weekday": weekday_name(weekday),
        "hour": hour,
        "until": hour + 1,
        "days": combined.lines_in_hour(reading.month, weekday, hour, reading.line),
    }
    return render(request, "reports/hour_detail.html", context)


@require_safe
def day_detail(request: HttpRequest, day: str) -> HttpResponse:
    """The entries used on one day, the most used first."""
    reader = reader_of(request)
    chosen, line = day_of(day), line_of(request.GET)
    found = day_entries(chosen, line)
    page: Page[DayEntry] = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    return render(
        request, "reports/day_detail.html", _day_context(chosen, line) | {"page": page, "reader": reader}
    )


def _day_context(day: date, line: BusinessLine | None) -> dict[str, object]:
    return {
        "day": day,
        "weekday": weekday_name(day.isoweekday()),
        "month": Month(day.year, day.month),
        "line": line,
    }


def _narrowed(query: QueryDict) -> Narrowed:
    return Narrowed(
        bucket=Bucket(value) if (value := _one_of(query, "bucket", list(Bucket))) else None,
        owner=line_of(query, "owner"),
        kind=_one_of(query, "kind", Kind.values),
        never_asked=_one_of(query, "asked", ["never"]) is not None,
        moved=_one_of(query, "moved", ["up", "down"]),  # type: ignore[arg-type]
        new=_one_of(query, "new", ["1"]) is not None,
        late=_one_of(query, "late", ["1"]) is not None,
    )


def _one_of(query: QueryDict, name: str, values: list[str]) -> str | None:
    value = query.get(name)
    if not value:
        return None
    if value not in values:
        raise Http404
    return value


def _choices(narrowed: Narrowed) -> list[tuple[str, str, str, bool]]:
    """(parameter, value, words, is set) of the filters that the page offers."""
    buckets = [("bucket", one.value, bucket_name(one), narrowed.bucket is one) for one in Bucket]
    return [
        *buckets,
        ("moved", "up", _("rose a bucket"), narrowed.moved == "up"),
        ("moved", "down", _("fell a bucket"), narrowed.moved == "down"),
        ("new", "1", _("new"), narrowed.new),
        ("asked", "never", _("never asked"), narrowed.never_asked),
    ]
