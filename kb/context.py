"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.functional import SimpleLazyObject

from accounts import permissions
from accounts.models import Agent
from bulletins import bulletin_reads
from bulletins.bulletin_reads import Unread
from courier.reads import Bell
from kb.home import waiting
from kb.home.navigation import bar_for

LIVE_PATH = "/live/"


def house(request: HttpRequest) -> dict[str, Any]:
    """Whether this is the demo, the languages to choose from, and what the bar holds for this person.

    The bar's parts are asked for where a page has a bar, and once.
    """
    return {
        "is_demo": settings.WENQU_DEMO,
        "languages": settings.LANGUAGES,
        "places": lambda: bar_for(request),
        "bell": SimpleLazyObject(lambda: _bell(request)),
        "unread_bulletins": SimpleLazyObject(lambda: _unread_bulletins(request)),
        "live_address": live_address(request),
        "hears_spikes": SimpleLazyObject(lambda: _hears_spikes(request)),
    }


def _bell(request: HttpRequest) -> Bell | None:
    person = getattr(request, "user", None)
    return waiting.bell_of(person) if isinstance(person, Agent) else None


def _unread_bulletins(request: HttpRequest) -> Unread:
    person = getattr(request, "user", None)
    return bulletin_reads.unread(person) if isinstance(person, Agent) else Unread()


def live_address(request: HttpRequest) -> str:
    """Where the push stream is: behind the site's own address, or without a proxy at the port beside it."""
    if not settings.IS_LOOPBACK:
        return LIVE_PATH
    host, _port = split_domain_port(request.get_host())
    return f"{request.scheme}://{host}:{settings.LIVE_PORT}{LIVE_PATH}"


def _hears_spikes(request: HttpRequest) -> bool:
    person = getattr(request, "user", None)
    return isinstance(person, Agent) and permissions.may_handle_spikes(person)
