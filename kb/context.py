"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def house(_request: HttpRequest) -> dict[str, Any]:
    """Whether this is the demo, and the languages to switch between."""
    return {"is_demo": settings.WENQU_DEMO, "languages": settings.LANGUAGES}
