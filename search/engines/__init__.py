"""The engines of ``settings.SEARCH_ENGINES``; each process has one object of each."""

from functools import cache
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from search.engines.base import SearchEngine

FALLBACK = "postgres"


@cache
def engine(name: str | None = None) -> SearchEngine:
    """The engine of that name; without one the engine that WENQU_SEARCH_ENGINE chooses."""
    options = dict(cast("dict[str, Any]", settings.SEARCH_ENGINES[name or settings.WENQU_SEARCH_ENGINE]))
    return cast("SearchEngine", import_string(options.pop("ENGINE"))(options))


def fallback() -> SearchEngine:
    """What answers while the chosen engine cannot."""
    return engine(FALLBACK)


def maintained() -> dict[str, SearchEngine]:
    """Every engine the indexer of this node keeps up to date, by name."""
    return {name: engine(name) for name in dict.fromkeys([settings.WENQU_SEARCH_ENGINE, FALLBACK])}
