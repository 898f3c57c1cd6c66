"""Engines to test, each with an empty index of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from search.engines.base import SearchEngine
from search.engines.memory import MemoryEngine
from search.engines.postgres import PostgresEngine
from search.engines.whoosh import WhooshEngine

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
