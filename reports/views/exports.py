"""The report as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from reports.exports import files
from reports.exports.files import TYPES
from reports.pictures import ALL
from reports.views.asked import reading_of


@require_safe
def workbook(request: HttpRequest, month: str) -> HttpResponse:
    """Every table on a sheet of its own, with its chart, and all entries."""
    reading = reading_of(request, month)
    return _download(files.workbook(reading), files.file_name(reading, "xlsx"), "xlsx")


@require_safe
def table_file(request: HttpRequest, month: str, name: str) -> HttpResponse:
    """One table as CSV; ``entries`` is all entries of the month."""
    reading = reading_of(request, month)
    if name != files.ENTRIES and name not in ALL:
        raise Http404
    content = files.table_file(reading, name)
    return _download(content, files.file_name(reading, "csv", name), "csv")


def _download(content: bytes, name: str, suffix: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=TYPES[suffix],
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "",
            "Cache-Control": "private, no-store",
        },
    )
