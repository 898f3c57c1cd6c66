"""RFC 9457 problem details for every error the API answers."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from kb.lib.errors import RuleBrokenError

CONTENT_TYPE = "application/problem+json"


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: the same statuses as DRF, the body as RFC 9457 asks.

    Field errors stand under ``errors``; a broken rule answers 409 with its sentence as ``detail``.
    """
    if isinstance(error, RuleBrokenError):
        return problem(status.HTTP_409_CONFLICT, str(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    errors: Any = None
    if isinstance(error, exceptions.ValidationError):
        detail, errors = _("The request has errors; see “errors”."), response.data
    elif isinstance(error, Http404):
        detail = _("Not found.")
    else:
        detail = str(getattr(error, "detail", error))
    headers = {name: value for name, value in response.headers.items() if name.lower() != "content-type"}
    return problem(response.status_code, detail, errors=errors, headers=headers)


def problem(code: int, detail: str, *, errors: Any = None, headers: dict[str, str] | None = None) -> Response:
    """One problem document with the HTTP status's own title."""
    from http import HTTPStatus

    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "detail": detail,
    }
    if errors is not None:
        body["errors"] = errors
    return Response(body, status=code, headers=headers, content_type=CONTENT_TYPE)
