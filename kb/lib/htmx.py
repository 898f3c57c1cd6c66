"""What pages that are swapped in place share."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request that django-htmx has looked at."""

    htmx: HtmxDetails


def go_to(request: HttpRequest, view_name: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Send the person to another page, also when htmx asked.

    htmx follows a plain 302 and swaps the target *into* the form, so it gets HX-Redirect instead.
    """
    address = resolve_url(view_name, *args, **kwargs)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)
