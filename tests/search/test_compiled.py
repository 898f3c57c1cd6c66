"""What is kept of compiled code, and what happens when it is damaged."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from numba import config

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


def test_nobody_else_may_write_where_compiled_code_is_kept() -> None:
    assert Path(vars(config)["CACHE_DIR"]).stat().st_mode & 0o077 == 0
