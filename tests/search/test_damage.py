"""A damaged index answers nobody wrongly, gives no error, and becomes whole again by itself."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from bench import damage
from faq.services import curating
from search import engines, indexer, matching
from search.engines.base import EngineUnavailableError
from search.indexer import Indexer
from tests.factories import AgentFactory, InformationAdministratorFactory, PublishedEntryFactory

pytestmark = pytest.mark.django_db(transaction=True)
Searching = Callable[[], None]
QUESTIONS = ["信用卡丢了怎么挂失", "手机银行怎么注册", "贷款如何提前还款", "理财产品什么时候到期"]


@pytest.fixture
def right(searching: Searching, index_directory: Path, tmp_path: Path) -> dict[str, int]:
    """The entry of each question; the index knows them, and its copy ``old`` does not know the last."""
    entries = {text: PublishedEntryFactory.create(question=text).pk for text in QUESTIONS[:-1]}
    searching()
    shutil.copytree(index_directory, tmp_path / "old")
    entries[QUESTIONS[-1]] = PublishedEntryFactory.create(question=QUESTIONS[-1]).pk
    for kept in indexers():
        kept.step()
    return entries


def indexers() -> list[Indexer]:
    return [Indexer(name, engine) for name, engine in engines.maintained().items()]


def first(client: Client, text: str) -> tuple[int, bool]:
    answer = client.get("/api/v1/search", {"q": text})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return body["matches"][0]["id"], body["reduced"]


@pytest.mark.parametrize("kind", damage.KINDS)
@pytest.mark.parametrize("is_open", [True, False], ids=["open", "just started"])
def test_after_any_damage_answers_are_right_and_the_index_heals(
    right: dict[str, int], index_directory: Path, tmp_path: Path, client: Client, kind: str, *, is_open: bool
) -> None:
    client.force_login(AgentFactory.create(), backend="accounts.backends.AccountBackend")
    if is_open:
        assert [first(client, text)[1] for text in right] == [False] * len(right)
    damage.KINDS[kind](damage.Scene(index_directory, tmp_path / "old", random.Random(kind)))
    if not is_open:
        engines.engine.cache_clear()
    whole = [text for text in QUESTIONS if not kind.startswith("older") or text != QUESTIONS[-1]]
    assert [first(client, text)[0] for text in whole] == [right[text] for text in whole]
    for kept in indexers():
        kept.step()
    engines.engine.cache_clear()
    assert {text: first(client, text) for text in QUESTIONS} == {
        text: (pk, False) for text, pk in right.items()
    }
    assert [list(kept.differences()) for kept in indexers()] == [[], []]
    engines.engine("whoosh").check()  # type: ignore[attr-defined]


def test_without_an_index_the_database_answers_and_says_so(
    right: dict[str, int], index_directory: Path, client: Client
) -> None:
    client.force_login(AgentFactory.create(), backend="accounts.backends.AccountBackend")
    shutil.rmtree(index_directory)
    engines.engine.cache_clear()
    assert {text: first(client, text) for text in right} == {text: (pk, True) for text, pk in right.items()}
    assert client.get("/api/v1/suggest", {"q": QUESTIONS[0]}).json()["suggestions"][0]["text"] == QUESTIONS[0]


def test_damage_that_leaves_no_trace_heals_within_a_minute(
    right: dict[str, int], index_directory: Path, clock: SimpleNamespace
) -> None:
    kept = next(each for each in indexers() if each.name == "whoosh")
    assert kept.step() == 0
    for path in index_directory.glob("g-*/*.seg"):
        damage.flip_bit_unseen(path, random.Random(7))
    clock.now += 5
    assert kept.step() == 0
    clock.now += 50
    assert kept.step() == len(right)
    engines.engine("whoosh").check()  # type: ignore[attr-defined]


def test_nothing_is_written_on_top_of_damage(
    right: dict[str, int], index_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A merge would carry it into a new file whose hash is right, where nobody finds it any more."""
    kept = next(each for each in indexers() if each.name == "whoosh")
    assert kept.step() == 0
    monkeypatch.setattr(indexer, "CHECK_SECONDS", 3600.0)
    for path in index_directory.glob("g-*/*.seg"):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    someone = InformationAdministratorFactory.create()
    curating.apply([curating.Curation(right[QUESTIONS[0]], {}, similar_questions=["卡不见了"])], by=someone)
    assert kept.step() == len(QUESTIONS)
    engines.engine.cache_clear()
    assert list(kept.differences()) == []
    engines.engine("whoosh").check()  # type: ignore[attr-defined]
    assert matching.find(AgentFactory.create(), "卡不见了").matches[0].match.id == right[QUESTIONS[0]]


def test_a_manifest_whose_hash_is_right_and_whose_content_is_not_is_damage(
    right: dict[str, int], index_directory: Path
) -> None:
    from hashlib import sha256

    for body in (b"{}", b"[]", b"null", b"not json", b'{"format": null}', b"[" * 100_000):
        content = sha256(body).hexdigest().encode() + b"\n" + body
        (index_directory / damage.MANIFEST).write_bytes(content)
        engines.engine.cache_clear()
        with pytest.raises(EngineUnavailableError):
            engines.engine("whoosh").cursor()
        assert matching.find(AgentFactory.create(), QUESTIONS[0]).is_reduced


@pytest.mark.parametrize("name", ["_MAIN_99.toc", "MAIN_WRITELOCK"])
def test_what_stands_in_the_writers_way_does_not_stop_the_index_for_good(
    right: dict[str, int], index_directory: Path, name: str
) -> None:
    """No manifest names these, so nobody misses them before the next batch."""
    for generation in index_directory.glob("g-*"):
        (generation / name).unlink(missing_ok=True)
        (generation / name).mkdir()
    someone = InformationAdministratorFactory.create()
    curating.apply([curating.Curation(right[QUESTIONS[0]], {}, similar_questions=["卡不见了"])], by=someone)
    kept = next(each for each in indexers() if each.name == "whoosh")
    assert kept.step() == 1
    assert list(kept.differences()) == []
