"""``GET /api/v1/reports/{month}``: the figures of a month as machines read them."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import permissions
from reports.figures import Listed
from reports.reading import Reading
from reports.reads import MonthReport
from reports.views.asked import line_of, month_of, now

LISTS = ("risers", "fallers", "new_entries")


class ReportSerializer(serializers.Serializer[Any]):
    """The report of one month and scope; ``figures`` holds what the page's pictures are drawn from.

    A question that is restricted to lines the caller does not belong to is null. ``sha256`` and ``closed_at``
    are null while the month is not closed; then its figures may still change.
    """

    month = serializers.CharField()
    line = serializers.CharField(allow_null=True)
    is_provisional = serializers.BooleanField()
    asked_until = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField(allow_null=True)
    figures = serializers.DictField()


@method_decorator(conditional_page, name="dispatch")  # the ETag is a hash of all that is in the body
class ReportDetail(APIView):
    """The frequency report, for those who read it on its page."""

    @extend_schema(
        summary="The frequency report of a month",
        parameters=[
            OpenApiParameter("month", str, OpenApiParameter.PATH, description="YYYY-MM, begun already."),
            OpenApiParameter("line", str, description="Code of a business line; without one, all lines."),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        ],
        responses={200: ReportSerializer, 304: None},
    )
    def get(self, request: Request, month: str) -> Response:
        """Answer 404 for a month that has not begun, 403 to who does not read reports."""
        reader: Any = request.user
        if not permissions.may_read_reports(reader):
            raise PermissionDenied
        line = line_of(request.query_params)
        reading = Reading(MonthReport(month_of(month), line, now()), reader)
        return Response(_body(reading), headers={"Cache-Control": "private, no-cache"})


def _body(reading: Reading) -> dict[str, Any]:
    figures = reading.figures
    kept = figures.to_json()
    for name in LISTS:
        kept[name] = [
            _shown(reading, one, told) for one, told in zip(getattr(figures, name), kept[name], strict=True)
        ]
    return {
        "month": str(reading.month),
        "line": reading.line.code if reading.line else None,
        "is_provisional": figures.is_provisional,
        "asked_until": figures.asked_until.isoformat(),
        "closed_at": figures.closed_at.isoformat() if figures.closed_at else None,
        "sha256": figures.sha256 or None,
        "figures": kept,
    }


def _shown(reading: Reading, entry: Listed, told: dict[str, Any]) -> dict[str, Any]:
    return told if reading.may_read(entry) else told | {"question": None}
