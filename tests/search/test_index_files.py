"""The index's directory: nothing counts until it was published, and damage is noticed before it is read."""

import hashlib
import os
import random
import stat
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from search.engines.base import Changes, Cursor, Document, EngineUnavailableError, Query
from search.engines.whoosh import WhooshEngine, arrays, flat
from search.engines.whoosh.home import Home
from search.engines.whoosh.schema import FORMAT

NOON = 1_800_000_000.0
DOCUMENTS = [Document(number, f"第{number}个挂失问题") for number in range(60)]
SEARCH = Query("挂失问题", NOON, limit=500)


@pytest.fixture
def directory(whoosh_engine: WhooshEngine, tmp_path: Path) -> Path:
    whoosh_engine.rebuild(DOCUMENTS, Cursor("7", 5, "10", 0))
    whoosh_engine.apply(Changes([Document(100, "挂失问题再来一个")], {5}, Cursor("7", 5, "11", 3)))
    return tmp_path / "index"


WHOOSHS_OWN, ARRAYS = ".seg", ".arrays"


def reopened(directory: Path) -> WhooshEngine:
    return WhooshEngine({"DIRECTORY": directory, "BACKGROUND": False})


def files_in_force(directory: Path) -> list[Path]:
    manifest = Home(directory).read()
    return [directory / manifest.directory / name for name in manifest.files]


def test_a_new_process_finds_everything_again(directory: Path) -> None:
    engine = reopened(directory)
    assert len(engine.search(SEARCH)) == 60
    assert engine.cursor() == Cursor("7", 5, "11", 3)
    engine.check()


def test_nobody_else_may_enter(directory: Path) -> None:
    for path in [directory, *directory.glob("g-*")]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_without_an_index_the_engine_says_so(tmp_path: Path) -> None:
    nothing = reopened(tmp_path / "nothing")
    with pytest.raises(EngineUnavailableError):
        nothing.search(SEARCH)
    for ask in (nothing.cursor, nothing.count, nothing.generation, nothing.fingerprints, nothing.check):
        with pytest.raises(EngineUnavailableError):
            ask()
    with pytest.raises(EngineUnavailableError):
        reopened(tmp_path / "nothing").apply(Changes(DOCUMENTS))


@pytest.mark.parametrize("seed", range(60))
def test_every_random_damage_is_noticed(directory: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = chance.choice([*files_in_force(directory), directory / "current.json"])
    content = bytearray(path.read_bytes())
    match chance.choice(["flip", "truncate", "remove", "empty"]):
        case "flip":
            place = chance.randrange(len(content))
            content[place] ^= 1 << chance.randrange(8)
            path.write_bytes(content)
        case "truncate":
            path.write_bytes(content[: chance.randrange(len(content))])
        case "empty":
            path.write_bytes(b"")
        case "remove":
            path.unlink()
    engine = reopened(directory)
    with pytest.raises(EngineUnavailableError):
        engine.check()
    if path.suffix == WHOOSHS_OWN:  # only whoever writes reads it
        assert len(engine.search(SEARCH)) == 60
    else:
        with pytest.raises(EngineUnavailableError):
            engine.search(SEARCH)
    engine.rebuild(DOCUMENTS, None)
    assert len(engine.search(SEARCH)) == 60
    engine.check()


def test_a_writer_that_dies_before_publishing_changes_nothing(directory: Path) -> None:
    engine = reopened(directory)
    with mock.patch.object(Home, "publish", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        engine.apply(Changes([Document(200, "挂失问题没写完")], {1}, Cursor("7", 5, "12", 0)))
    with mock.patch.object(Home, "publish", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        engine.rebuild([], None)
    assert len(reopened(directory).search(SEARCH)) == 60
    assert reopened(directory).cursor() == Cursor("7", 5, "11", 3)
    engine.apply(Changes([Document(201, "挂失问题写完了")], {1}, Cursor("7", 5, "13", 0)))
    assert {match.id for match in engine.search(SEARCH)} & {1, 200, 201} == {201}
    engine.check()


def test_old_files_are_removed_but_not_those_just_left(directory: Path) -> None:
    engine = reopened(directory)
    for number in range(30):
        before = files_in_force(directory)
        engine.apply(Changes([Document(300 + number, "挂失问题")]))
        assert all(path.exists() for path in before)
    engine.rebuild(DOCUMENTS, None)
    engine.rebuild(DOCUMENTS, None)
    assert len([*directory.glob("g-*")]) == 2
    engine.apply(Changes(deleted={1}))
    assert len([*directory.glob("g-*")]) == 1


@pytest.mark.parametrize("suffix", [WHOOSHS_OWN, ARRAYS, ".toc"])
@pytest.mark.parametrize("verb", ["apply", "rebuild"])
def test_a_file_damaged_before_its_hash_is_known_does_not_pass_for_right(
    directory: Path, suffix: str, verb: str
) -> None:
    """Nothing lies on the disk before it is whole, and the hash is of what was meant."""
    before, of_segment, seal = {*directory.rglob("*.*")}, arrays.of_segment, Home.seal
    damaged: list[str] = []

    def fresh() -> list[Path]:
        return [path for path in directory.rglob("*.*") if path.is_file() and path not in before]

    def reading(storage: Any, segment: Any) -> flat.Arrays:
        assert not fresh()
        return of_segment(storage, segment)

    def damaging(home: Home, *told: Any) -> Any:
        for path in fresh():
            if path.suffix == suffix:
                path.write_bytes(bytes(path.stat().st_size))
                damaged.append(path.name)
        return seal(home, *told)

    engine = reopened(directory)
    with (
        mock.patch.object(arrays, "of_segment", reading),
        mock.patch.object(Home, "seal", damaging),
        suppress(EngineUnavailableError),
    ):
        if verb == "apply":
            engine.apply(Changes([Document(200, "挂失问题")]))
        else:
            engine.rebuild(DOCUMENTS, None)
    assert damaged
    with pytest.raises(EngineUnavailableError, match="damaged"):
        reopened(directory).check()
    engine.rebuild(DOCUMENTS, None)
    reopened(directory).check()


def test_a_damaged_segment_is_not_merged(directory: Path) -> None:
    """Its damage would get a hash that fits it."""
    engine = reopened(directory)
    small = max(
        (path for path in files_in_force(directory) if path.suffix == WHOOSHS_OWN),
        key=lambda path: path.stat().st_mtime_ns,
    )
    fingerprint = bytes.fromhex(Document(100, "挂失问题再来一个").fingerprint())
    damage_unseen(small, small.read_bytes().index(fingerprint))  # where nothing looks before it is merged
    changes = [Changes([Document(300 + number, "挂失问题")]) for number in range(8)]
    with pytest.raises(EngineUnavailableError, match="damaged"):
        [*map(engine.apply, changes)]


def test_what_goes_wrong_while_writing_is_told_as_damage_where_there_is_some(directory: Path) -> None:
    """So that the index is built anew at once, not when all files are hashed next."""
    for path in files_in_force(directory):
        if path.suffix == WHOOSHS_OWN:
            damage_unseen(path)  # the first byte says where its directory is
    with pytest.raises(EngineUnavailableError, match="damaged"):
        reopened(directory).apply(Changes([Document(300, "挂失问题")]))


@pytest.mark.parametrize("most_bytes", [0, 20_000])
def test_what_does_not_fit_into_memory_goes_to_the_disk(directory: Path, most_bytes: int) -> None:
    engine = reopened(directory)
    with mock.patch("search.engines.whoosh.fresh.MOST_BYTES", most_bytes):
        engine.rebuild(DOCUMENTS, None)
        engine.apply(Changes([Document(200, "挂失问题")], {7}))
    reopened(directory).check()
    assert len(reopened(directory).search(SEARCH)) == 60


@pytest.mark.parametrize("what", ["scored", "listed"])
@pytest.mark.parametrize("place", [-1, 999])
def test_lists_that_do_not_fit_the_documents_are_not_opened(directory: Path, what: str, place: int) -> None:
    """Though the file is what was written: nothing looks at places any more once they are read."""
    path = next(path for path in files_in_force(directory) if path.suffix == ARRAYS)
    held = flat.from_bytes(path.read_bytes())
    places = held[f"{what}_numbers"].copy()
    places[-1] = place
    written_again(directory, path, held | {f"{what}_numbers": places})
    with pytest.raises(EngineUnavailableError, match="cannot be opened"):
        reopened(directory).search(SEARCH)


@pytest.mark.parametrize("what", ["scored", "listed"])
@pytest.mark.parametrize("change", ["the last one is missing", "not in order", "none", "of another kind"])
def test_keys_that_could_not_be_found_are_not_opened(directory: Path, what: str, change: str) -> None:
    path = next(path for path in files_in_force(directory) if path.suffix == ARRAYS)
    held = flat.from_bytes(path.read_bytes())
    keys, bounds = held[f"{what}_keys"].copy(), held[f"{what}_bounds"]
    if change == "the last one is missing":
        keys[-1] = keys[-2]
    elif change == "not in order":
        keys[[0, 1]] = keys[[1, 0]]
    elif change == "none":
        keys, bounds = keys[:0], bounds[:1]
    else:
        keys = keys.view(np.int64)
    written_again(directory, path, held | {f"{what}_keys": keys, f"{what}_bounds": bounds})
    with pytest.raises(EngineUnavailableError, match="cannot be opened"):
        reopened(directory).search(SEARCH)


def written_again(directory: Path, path: Path, held: flat.Arrays) -> None:
    """The file of a segment's arrays with others, as if they had been written from the first."""
    home = Home(directory)
    manifest = home.read()
    content = flat.to_bytes(held)
    path.write_bytes(content)
    told = len(content), hashlib.sha256(content).hexdigest()
    home.publish(replace(manifest, files={**manifest.files, path.name: told}))
    reopened(directory).check()


def test_an_index_of_another_format_is_not_read(directory: Path) -> None:
    with mock.patch("search.engines.whoosh.home.FORMAT", FORMAT + 1), pytest.raises(EngineUnavailableError):
        reopened(directory).search(SEARCH)


def test_files_that_change_under_an_open_index_do_no_harm(directory: Path) -> None:
    """A mapped file that is cut short would end the process with SIGBUS at the next touch."""
    engine = reopened(directory)
    assert len(engine.search(Query("第一", NOON))) == 8
    for path in files_in_force(directory):
        with path.open("r+b") as file:
            file.truncate(10)
    assert len(engine.search(SEARCH)) == 60
    with pytest.raises(EngineUnavailableError):
        engine.check()


def damage_unseen(path: Path, place: int = 0) -> None:
    """Flip one bit, as a bad disk does: neither size nor time nor inode change."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_quick_check_reads_a_file_once_and_a_thorough_one_again(directory: Path) -> None:
    engine = reopened(directory)
    with mock.patch("search.engines.whoosh.home.file_digest", side_effect=hashlib.file_digest) as read:
        engine.check(quickly=True)
        assert read.call_count == len(files_in_force(directory))
        engine.check(quickly=True)
        assert read.call_count == len(files_in_force(directory))
        engine.check()
        assert read.call_count == 2 * len(files_in_force(directory))
        before = set(files_in_force(directory))
        engine.apply(Changes([Document(101, "又一个")]))
        read.reset_mock()
        engine.check(quickly=True)
        assert read.call_count == len(set(files_in_force(directory)) - before) > 0


@pytest.mark.parametrize("suffix", [WHOOSHS_OWN, ARRAYS])
def test_damage_that_leaves_no_trace_is_found_by_the_thorough_check_and_at_opening(
    directory: Path, suffix: str
) -> None:
    engine = reopened(directory)
    engine.check()
    damage_unseen(next(path for path in files_in_force(directory) if path.suffix == suffix))
    engine.check(quickly=True)
    with pytest.raises(EngineUnavailableError):
        reopened(directory).check(quickly=True)
    with pytest.raises(EngineUnavailableError):
        engine.check()
    if suffix == ARRAYS:
        with pytest.raises(EngineUnavailableError):
            reopened(directory).search(SEARCH)


@pytest.mark.parametrize("suffix", [WHOOSHS_OWN, ARRAYS])
@pytest.mark.parametrize("damage", ["shorter", "same size", "gone"])
def test_damage_that_leaves_a_trace_is_found_by_the_quick_check(
    directory: Path, damage: str, suffix: str
) -> None:
    engine = reopened(directory)
    engine.check()
    path = next(path for path in files_in_force(directory) if path.suffix == suffix)
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-1] if damage == "shorter" else content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(EngineUnavailableError):
        engine.check(quickly=True)


def test_a_damaged_index_is_not_hashed_at_every_search(directory: Path) -> None:
    for path in files_in_force(directory):
        path.write_bytes(path.read_bytes()[:-1])
    engine = reopened(directory)
    with mock.patch.object(Home, "read", autospec=True, side_effect=Home.read) as read:
        for _ in range(50):
            with pytest.raises(EngineUnavailableError):
                engine.search(SEARCH)
    assert read.call_count < 10
    engine.rebuild(DOCUMENTS, None)
    assert len(engine.search(SEARCH)) == 60


def segments(directory: Path) -> int:
    return len([path for path in files_in_force(directory) if path.suffix == WHOOSHS_OWN])


def test_few_entries_are_merged_while_somebody_waits_and_the_others_when_tidying(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged: list[int] = []
    add_reader = SegmentWriter.add_reader

    def add(writer: SegmentWriter, reader: SegmentReader) -> None:
        merged.append(reader.doc_count())
        add_reader(writer, reader)

    monkeypatch.setattr(SegmentWriter, "add_reader", add)
    engine = reopened(directory)
    in_turn: list[int] = []
    for number in range(100):
        merged.clear()
        engine.apply(Changes([Document(300 + number, f"挂失问题第{number}次")]))
        in_turn.append(sum(merged))
        assert segments(directory) <= 14
    assert 12 < max(in_turn) <= 32
    assert in_turn.count(0) >= 70
    assert sum(in_turn) <= 200
    merged.clear()
    assert engine.tidy()
    assert sum(merged) > 32
    assert segments(directory) < 10
    engine.check()
    assert len(engine.search(Query("挂失", NOON, limit=200))) == 160
    merged.clear()
    generation = engine.generation()
    assert not engine.tidy()
    assert merged == []
    assert engine.generation() == generation
