"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kb.home.navigation import bar_for


def house(request: HttpRequest) -> dict[str, Any]:
    """Whether this is the demo, the languages to switch between, and the pages this person may go to."""
    return {
        "is_demo": settings.WENQU_DEMO,
        "languages": settings.LANGUAGES,
        "places": lambda: bar_for(request),
    }
