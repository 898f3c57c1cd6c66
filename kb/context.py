"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import permissions
from accounts.models import Agent
from courier import reads
from kb.home.navigation import bar_for


def house(request: HttpRequest) -> dict[str, Any]:
    """Whether this is the demo, the languages to choose from, and what the bar holds for this person.

    The bar's parts are asked for where a page has a bar, and once.
    """
    return {
        "is_demo": settings.WENQU_DEMO,
        "languages": settings.LANGUAGES,
        "places": lambda: bar_for(request),
        "unseen": SimpleLazyObject(lambda: _unseen(request)),
        "hears_spikes": SimpleLazyObject(lambda: _hears_spikes(request)),
    }


def _unseen(request: HttpRequest) -> int:
    person = getattr(request, "user", None)
    return reads.unseen(person) if isinstance(person, Agent) else 0


def _hears_spikes(request: HttpRequest) -> bool:
    person = getattr(request, "user", None)
    return isinstance(person, Agent) and permissions.may_handle_spikes(person)
