"""What is kept of compiled code, and what happens when it is damaged."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest
from numba import config

from search.apps import keep_compiled_in

SOURCE = """
from numba import types

from search.engines.whoosh.compiled import _compiled


@_compiled(types.int64(types.int64))
def doubled(number):
    return number * 2
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "kept"))
    path = tmp_path / "some_loops.py"
    path.write_text(SOURCE, encoding="ascii")
    return path


def loaded(source: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(source.stem, source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.doubled(21) == 42
    return module


def is_kept(source: Path) -> bool:
    return bool(sum(loaded(source).doubled.stats.cache_hits.values()))


def test_compiled_code_is_kept_for_the_next_process(source: Path) -> None:
    assert not is_kept(source)
    assert is_kept(source)


@pytest.mark.parametrize("damage", [b"", b"no code"])
@pytest.mark.parametrize("kind", ["nbi", "nbc"])
def test_what_cannot_be_read_is_made_anew_once(
    source: Path, kind: str, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert not is_kept(source)
    for path in (source.parent / "kept").glob(f"*/*.{kind}"):
        path.write_bytes(damage)
    assert not is_kept(source)
    assert "compiled anew" in caplog.text
    assert is_kept(source)


def test_without_a_place_to_keep_it_code_is_compiled(
    source: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("numba.core.caching.CompileResultCacheImpl._locator_classes", [])
    assert not is_kept(source)
    assert "is not kept" in caplog.text


def test_nobody_else_may_write_where_compiled_code_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "so that what was there is put back")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    keep_compiled_in(tmp_path / "compiled")
    assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path / "compiled")
    assert (tmp_path / "compiled").stat().st_mode & 0o777 == 0o700


def test_a_place_that_was_chosen_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "elsewhere")
    keep_compiled_in(tmp_path / "compiled")
    assert os.environ["NUMBA_CACHE_DIR"] == "elsewhere"
    assert not (tmp_path / "compiled").exists()
