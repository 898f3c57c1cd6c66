"""What holds for every request: how much it may bring along, and in which language it is answered."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

LARGEST_BODY = 32 * 1024 * 1024  # bytes: a large import; an attachment has 10 MB


class BodyLimitMiddleware:
    """Refuse a body that is too large by its announced length, before anything of it is read or stored.

    Django limits the fields of a form but not its files: those it writes to the disk, also for somebody who
    has not logged in. It stands last, for the views' own checks (CSRF is the first to read) come after it. A
    body without a length is not read by Django at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:20]) > LARGEST_BODY:
            return render(request, "413.html", {"most": LARGEST_BODY // 1024**2}, status=413)
        return self.get_response(request)


class ChosenLanguageMiddleware:
    """Activate the language of the cookie that the switch sets.

    Django's LocaleMiddleware falls back to Accept-Language; the browsers of a bank's desks are often English
    while their agents are not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response
