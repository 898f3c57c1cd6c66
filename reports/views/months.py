"""The report of one month: pictures first, then the entries."""

from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.models import BusinessLine
from hits import reads as hits
from kb.lib.months import Month
from reports import charts, subscribing
from reports.figures import Figures
from reports.key_figures import key_figures
from reports.pictures import Picture, pictures
from reports.reading import Reading
from reports.standing import closed_report
from reports.views.asked import now, reader_of, reading_of

FIRST_ROWS = 20


@dataclass(frozen=True)
class Year:
    """The months of one year that have figures, the newest first."""

    number: int
    months: list[Month]


@require_safe
def last_month(request: HttpRequest) -> HttpResponse:
    """The newest whole month: what a supervisor opens on the first day of the next."""
    reader_of(request)
    return redirect("reports:month-detail", month=Month.of(now()).later(-1))


@require_safe
def month_detail(request: HttpRequest, month: str) -> HttpResponse:
    """One month; ``?line=`` is the scope. A picture that was never drawn is fetched by the page itself."""
    reading = reading_of(request, month)
    shown = pictures(reading)
    context = month_context(reading) | {
        "drawn": [picture for picture in shown if picture.spec],
        "said": [picture for picture in shown if not picture.spec],
        "rows": reading.report.rows(size=FIRST_ROWS),
        "key_figures": key_figures(reading, _last(reading)),
        "is_subscribed": subscribing.is_subscribed(reading.reader, reading.line),
    }
    return render(request, "reports/month_detail.html", context)


@require_safe
def print_page(request: HttpRequest, month: str) -> HttpResponse:
    """The same for A4: every picture drawn, every table open, nothing to click."""
    reading = reading_of(request, month)
    context = month_context(reading) | {
        "pictures": [_drawn(picture) for picture in pictures(reading)],
        "rows": reading.report.rows(size=FIRST_ROWS),
        "key_figures": key_figures(reading, _last(reading)),
    }
    return render(request, "reports/month_print.html", context)


@require_safe
def picture(request: HttpRequest, key: str) -> HttpResponse:
    """A picture by its content, drawn now if it has to be; nobody can name one that no page described."""
    reader_of(request)
    svg = charts.draw(key)
    if svg is None:
        raise Http404
    return HttpResponse(svg, headers={"Cache-Control": "private, max-age=86400"})


def month_context(reading: Reading) -> dict[str, object]:
    """What the head of every page of a month shows."""
    running = Month.of(reading.report.now)
    return {
        "reading": reading,
        "report": reading.figures,
        "line": reading.line,
        "reader": reading.reader,
        "lines": BusinessLine.objects.filter(is_active=True),
        "years": _years(reading.month, running),
        "before": reading.month.later(-1),
        "after": reading.month.later(1) if reading.month < running else None,
    }


def _drawn(picture: Picture) -> tuple[Picture, str]:
    waiting = picture.drawing
    return picture, charts.draw(waiting.key) or "" if waiting else ""


def _years(shown: Month, running: Month) -> list[Year]:
    """Every month from the first with figures to the running one, and the one that is shown."""
    first = min(hits.first_month() or running, shown)
    number = (running.year - first.year) * 12 + running.number - first.number
    months = [running.later(-back) for back in range(number + 1)]
    return [Year(year, list(some)) for year, some in groupby(months, key=lambda month: month.year)]


def _last(reading: Reading) -> Figures | None:
    """The month before, if it is closed: reckoning it anew for four figures would take too long."""
    report = closed_report(reading.month.later(-1), reading.line)
    return Figures.from_json(report.figures) if report else None
