"""Engines to test, each with an empty index of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from search import engines, indexer
from search.engines.base import SearchEngine
from search.engines.memory import MemoryEngine
from search.engines.postgres import PostgresEngine
from search.engines.whoosh import WhooshEngine
from search.indexer import Indexer

ENGINES = ["memory", "postgres", "whoosh"]
PARAMETERS = ["memory", pytest.param("postgres", marks=pytest.mark.django_db), "whoosh"]


@pytest.fixture
def whoosh_engine(tmp_path: Path) -> WhooshEngine:
    return WhooshEngine({"DIRECTORY": tmp_path / "index", "BACKGROUND": False})


@pytest.fixture
def make_engine(tmp_path: Path) -> Callable[[str], SearchEngine]:
    def make(name: str) -> SearchEngine:
        if name == "memory":
            return MemoryEngine()
        if name == "whoosh":
            return WhooshEngine({"DIRECTORY": tmp_path / "index", "BACKGROUND": False})
        return PostgresEngine({})

    return make


@pytest.fixture(params=PARAMETERS)
def engine(request: pytest.FixtureRequest, make_engine: Callable[[str], SearchEngine]) -> SearchEngine:
    made = make_engine(request.param)
    made.rebuild([], None)
    return made


@pytest.fixture
def index_directory(tmp_path: Path) -> Path:
    """Where the site's own index is in this test."""
    return tmp_path / "site-index"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The indexer's clock, which stands still until ``now`` is set."""
    standing: SimpleNamespace = SimpleNamespace(now=1000.0, monotonic=lambda: standing.now)
    monkeypatch.setattr(indexer, "time", standing)
    return standing


@pytest.fixture
def searching(
    db: None, index_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """A Whoosh index of its own for the whole site; call it to take over what was published."""
    engines.engine.cache_clear()
    chosen: dict[str, Any] = dict(settings.SEARCH_ENGINES)["whoosh"]  # type: ignore[assignment]
    options = {**chosen, "DIRECTORY": index_directory, "BACKGROUND": False}
    monkeypatch.setitem(settings.SEARCH_ENGINES, "whoosh", options)

    def take_over() -> None:
        for name, engine in engines.maintained().items():
            Indexer(name, engine).rebuild()

    yield take_over
    engines.engine.cache_clear()
