"""A person's own standing order for a report."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from reports import subscribing
from reports.reading import report_address
from reports.views.asked import line_of, month_of, now, reader_of


@require_POST
def subscription(request: HttpRequest) -> HttpResponse:
    """Take the report of ``line`` (none: all lines), or with ``stop`` no longer; then back to the month."""
    reader, line = reader_of(request), line_of(request.POST)
    month = month_of(request.POST["month"]) if "month" in request.POST else Month.of(now()).later(-1)
    address = report_address(month, line)
    if "stop" in request.POST:
        subscribing.unsubscribe(reader, line)
        return redirect(address)
    try:
        subscribing.subscribe(reader, line)
    except RuleBrokenError as broken:
        context = {"error": str(broken), "address": address}
        return render(request, "reports/subscription_refused.html", context, status=422)
    return redirect(address)
