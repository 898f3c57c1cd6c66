"""The indexes become equal to the database, from whatever state they are in."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from faq.models import Entry, SimilarQuestion
from faq.services import curating, publishing
from faq.signals import entries_changed
from search import engines, indexer, lexicon, outbox
from search.engines.base import Document, Query, SearchEngine
from search.indexer import Indexer
from search.lexicon import Lexicon
from search.models import Horizon, OutboxRow
from tests.factories import (
    BusinessLineFactory,
    CategoryFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    WithdrawnEntryFactory,
    at,
)

Searching = Callable[[], None]
NOON = at("2026-03-01T12:00:00+08:00").timestamp()

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["whoosh", "postgres"])
def kept(request: pytest.FixtureRequest, searching: Searching) -> Indexer:
    """An indexer whose index was built while nothing was published."""
    made = Indexer(request.param, engines.engine(request.param))
    made.rebuild()
    return made


def ids(engine: SearchEngine, text: str) -> list[int]:
    return [match.id for match in engine.search(Query(text, NOON, limit=100))]


def test_another_way_to_cut_words_builds_the_index_anew(kept: Indexer) -> None:
    PublishedEntryFactory.create(question="活水存折卡章程")
    assert kept.step() == 1
    before = kept.engine.generation()
    with lexicon.using(replace(lexicon.current(), version="synonyms", groups=(("活水", "问渠"),))):
        assert kept.step() == 0
    assert kept.engine.generation() == before
    with lexicon.using(Lexicon("words", words=("活水存折卡",))):
        assert kept.step() == 1
        assert kept.step() == 0
        assert kept.engine.generation() != before
    assert kept.step() == 1


def test_what_is_published_changed_and_withdrawn_is_taken_over(kept: Indexer) -> None:
    entry = PublishedEntryFactory.create(question="怎么挂失")
    DraftEntryFactory.create(question="怎么挂失草稿")
    assert ids(kept.engine, "怎么挂失") == []
    assert kept.step() == 1
    assert ids(kept.engine, "怎么挂失") == [entry.pk]
    assert kept.step() == 0
    someone = InformationAdministratorFactory.create()
    curating.apply([curating.Curation(entry.pk, {}, similar_questions=["卡丢了"])], by=someone)
    kept.step()
    assert ids(kept.engine, "卡丢了") == [entry.pk]
    publishing.withdraw(entry, by=someone, reason="停办")
    kept.step()
    assert ids(kept.engine, "怎么挂失") == []
    assert list(kept.differences()) == []


def test_a_document_holds_all_that_is_searched_and_filtered(kept: Indexer) -> None:
    card, bank = BusinessLineFactory.create(), BusinessLineFactory.create()
    above = CategoryFactory.create(name="卡")
    below = CategoryFactory.create(name="挂失", path="卡/挂失", parent=above, ancestor_ids=[above.pk])
    entry = PublishedEntryFactory.create(
        question="标准问题",
        line=card,
        lines_concerned=[bank],
        category=below,
        key_points=["先核对身份"],
        script="您好女士",
        answer="**立即**冻结",
        kind="emergency_plan",
    )
    other = PublishedEntryFactory.create(question="无关", line=BusinessLineFactory.create())
    kept.step()
    for text in ("核对身份", "女士", "冻结", "标准问题"):
        assert ids(kept.engine, text)[0] == entry.pk
    for wanted in (
        {"lines": frozenset({bank.pk})},
        {"lines": frozenset({card.pk})},
        {"categories": frozenset({above.pk})},
        {"categories": frozenset({below.pk})},
        {"kinds": frozenset({"emergency_plan"})},
    ):
        found = kept.engine.search(Query("标准问题无关", NOON, **wanted))
        assert [match.id for match in found] == [entry.pk]
    assert other.pk in ids(kept.engine, "无关")


def test_an_index_of_another_database_is_rebuilt(kept: Indexer) -> None:
    entry = PublishedEntryFactory.create(question="怎么挂失")
    cursor = kept.engine.cursor()
    assert cursor is not None
    kept.engine.rebuild([], replace(cursor, system_identifier="123"))
    assert kept.step() == 1
    assert ids(kept.engine, "挂失") == [entry.pk]


def test_a_database_restored_from_a_server_that_had_counted_further_is_indexed_once(kept: Indexer) -> None:
    """It brings the other server's horizon and outbox rows, all far ahead of this server's transactions."""
    entry = PublishedEntryFactory.create(question="怎么挂失")
    cursor = kept.engine.cursor()
    assert cursor is not None
    ahead = 5_000_000 + int(cursor.xid)
    kept.engine.rebuild([], replace(cursor, system_identifier="123", xid=str(ahead)))
    Horizon.objects.create(xid=str(ahead))
    OutboxRow.objects.update(xid=str(ahead + 1), written_at=timezone.now() - timedelta(hours=1))
    assert kept.step() == 1
    generation = kept.engine.generation()
    assert kept.step() == 0
    assert kept.engine.generation() == generation
    rebuilt = kept.engine.cursor()
    assert rebuilt is not None
    assert outbox.oldest_unread_seconds(rebuilt) == 0
    assert not Horizon.objects.exists()
    entries_changed.send(sender=Entry, entry_ids=[entry.pk])
    assert kept.step() == 1


def test_a_damaged_index_is_rebuilt(searching: Searching, index_directory: Path) -> None:
    entry = PublishedEntryFactory.create(question="怎么挂失")
    searching()
    for path in index_directory.glob("g-*/*.seg"):
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    engines.engine.cache_clear()
    assert Indexer("whoosh", engines.engine("whoosh")).step() == 1
    assert ids(engines.engine("whoosh"), "挂失") == [entry.pk]


def test_the_files_are_looked_at_often_and_read_seldom(
    searching: Searching, monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    searching()
    monkeypatch.setattr(indexer, "QUIET_SECONDS", 3600.0)  # before merging they are looked at, too
    kept = Indexer("whoosh", engines.engine("whoosh"))
    checks: list[bool] = []
    monkeypatch.setattr(kept.engine, "check", lambda *, quickly: checks.append(quickly))
    for moment in (1005.0, 1006.0, 1016.0, 1020.0, 1030.0, 1606.0, 1617.0):
        clock.now = moment
        kept.step()
    assert checks == [False, True, True, True, False, True]


def test_segments_are_merged_when_nothing_changed_for_a_while_until_none_is_left(
    searching: Searching, monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    searching()
    kept = Indexer("whoosh", engines.engine("whoosh"))
    tidied: list[float] = []

    def tidy() -> bool:
        tidied.append(clock.now)
        return len(tidied) == 2

    monkeypatch.setattr(kept.engine, "tidy", tidy)
    for moment in (1059.0, 1061.0, 1070.0):  # what the process before put off
        clock.now = moment
        assert kept.step() == 0
    assert tidied == [1061.0]
    for moment in (1100.0, 1140.0):
        PublishedEntryFactory.create(question=f"第{moment}个")
        clock.now = moment
        assert kept.step() == 1
    for moment in (1160.0, 1199.0, 1201.0, 1201.5, 1202.0, 1500.0):
        clock.now = moment
        assert kept.step() == 0
    assert tidied == [1061.0, 1201.0, 1201.5]


def test_rows_that_commit_during_a_rebuild_are_read_again(
    kept: Indexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry is published after the snapshot was taken and before the index is in force."""
    PublishedEntryFactory.create(question="先前的问题")
    late: list[Entry] = []

    def publish_meanwhile() -> None:
        late.append(PublishedEntryFactory.create(question="后来发布"))
        connection.close()

    def slowly(documents: Iterable[Document]) -> Iterable[Document]:
        for document in documents:
            if not late:
                thread = threading.Thread(target=publish_meanwhile)
                thread.start()
                thread.join()
            yield document

    kept.rebuild(slowly)
    assert ids(kept.engine, "后来发布") == []
    kept.step()
    assert ids(kept.engine, "后来发布") == [late[0].pk]


def test_verify_lists_every_difference_and_ends_with_1(
    searching: Searching, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, changed, missing = (PublishedEntryFactory.create() for _ in range(3))
    Entry.objects.filter(pk=missing.pk).update(state="draft")
    searching()
    assert verify() == 0
    Entry.objects.filter(pk=missing.pk).update(state="published")
    SimilarQuestion.objects.create(entry=changed, text="另一种说法")
    publishing.withdraw(gone, by=InformationAdministratorFactory.create(), reason="停办")
    assert verify() == 1
    told = capsys.readouterr().out
    for name in ("whoosh", "postgres"):
        assert f"{name}: entry {missing.pk} is published and not in the index" in told
        assert f"{name}: entry {changed.pk} is in the index with other content" in told
        assert f"{name}: entry {gone.pk} is in the index and not published" in told
    call_command("rebuild_index")
    assert verify() == 0


def verify() -> int:
    with pytest.raises(SystemExit) as ended:
        call_command("verify_index")
    return int(ended.value.code or 0)


def test_the_loop_takes_over_until_it_is_told_to_stop(searching: Searching) -> None:
    searching()
    engine = engines.engine("whoosh")
    with running(Indexer("whoosh", engine)):
        entry = PublishedEntryFactory.create(question="怎么挂失")
        wait_until(lambda: ids(engine, "怎么挂失"))
    assert ids(engine, "怎么挂失") == [entry.pk]


def test_a_failing_engine_is_tried_again(searching: Searching, caplog: pytest.LogCaptureFixture) -> None:
    stopping = threading.Event()

    class Failing(Indexer):
        tried = 0

        def step(self) -> int:
            Failing.tried += 1
            if Failing.tried == 3:
                stopping.set()
            raise OSError("disk full")

    indexer.run([Failing("whoosh", engines.engine("whoosh"))], stopping, pause_seconds=0.001)
    assert Failing.tried == 3
    assert "tries again" in caplog.text


@contextmanager
def running(*indexers: Indexer) -> Iterator[threading.Thread]:
    """The loop in a thread of its own while the block runs; it has to end when told, and in peace."""
    stopping = threading.Event()

    def loop() -> None:
        try:
            indexer.run(indexers, stopping, pause_seconds=0.02)
        finally:
            connection.close()

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield thread
        assert thread.is_alive()
    finally:
        stopping.set()
        thread.join(20)
    assert not thread.is_alive()


def wait_until(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("name", ["whoosh", "postgres"])
@pytest.mark.parametrize("how", ["terminated", "closed"])
def test_the_loop_survives_the_end_of_its_connection(
    searching: Searching, caplog: pytest.LogCaptureFixture, name: str, how: str
) -> None:
    """The server ends it, or the driver has noticed already: OperationalError and InterfaceError."""
    searching()

    class Cut(Indexer):
        steps = 0

        def step(self) -> int:
            Cut.steps += 1
            if Cut.steps == 3:
                if how == "closed":
                    connection.connection.close()
                else:
                    terminate(connection.connection.info.backend_pid)
            return super().step()

    kept = Cut(name, engines.engine(name))
    with running(kept):
        wait_until(lambda: Cut.steps > 5)
        entry = PublishedEntryFactory.create(question="怎么挂失")
        wait_until(lambda: ids(kept.engine, "怎么挂失"))
    assert ids(kept.engine, "怎么挂失") == [entry.pk]
    assert f"The indexer of {name} failed and tries again" in caplog.text
    assert "is rebuilt" not in caplog.text


def terminate(backend: int) -> None:
    """End another connection's backend, over one of our own, and wait until it is gone."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed"), ValueError("odd")])
def test_a_failure_to_prune_ends_nothing(
    searching: Searching,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    searching()
    answers = iter([error, error])
    prune = mock.Mock(side_effect=lambda: fail_with(next(answers, None)))
    monkeypatch.setattr(outbox, "prune", prune)
    monkeypatch.setattr(indexer, "PRUNE_SECONDS", 0.0)
    engine = engines.engine("whoosh")
    with running(Indexer("whoosh", engine)):
        wait_until(lambda: prune.call_count > 3)
        PublishedEntryFactory.create(question="怎么挂失")
        wait_until(lambda: ids(engine, "怎么挂失"))
    assert caplog.text.count("The pruning of the outbox failed and tries again") == 2


def fail_with(error: Exception | None) -> int:
    if error:
        raise error
    return 0


def test_failures_are_tried_again_at_growing_distances(
    clock: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    errors: list[Exception | None] = [OperationalError("the server is down")] * 9
    tried_at: list[float] = []

    def work() -> int:
        tried_at.append(clock.now)
        fail_with(errors.pop() if errors else None)
        return 1

    duty = indexer._Duty("work", work)
    while len(tried_at) < 10:
        duty.do_if_due()
        clock.now += 0.25
    waits = [after - before for before, after in pairwise(tried_at)]
    assert waits == [0.25, 0.5, 1, 2, 4, 8, 10, 10, 10]
    assert caplog.text.count("the server is down") == 9
    assert "Traceback" not in caplog.text
    assert duty.do_if_due() == 1
    assert duty.failures == 0


def test_a_failing_engine_does_not_hold_up_the_other(
    searching: Searching, monkeypatch: pytest.MonkeyPatch
) -> None:
    searching()

    class Failing(Indexer):
        def step(self) -> int:
            raise OSError("disk full")

    monkeypatch.setattr(indexer, "FIRST_WAIT_SECONDS", 60.0)
    monkeypatch.setattr(indexer, "LONGEST_WAIT_SECONDS", 60.0)
    shared = engines.engine("postgres")
    with running(Failing("whoosh", engines.engine("whoosh")), Indexer("postgres", shared)):
        PublishedEntryFactory.create(question="怎么挂失")
        wait_until(lambda: ids(shared, "怎么挂失"))


def test_withdrawn_entries_are_not_indexed(searching: Searching) -> None:
    WithdrawnEntryFactory.create(question="怎么挂失")
    searching()
    assert engines.engine("whoosh").count() == 0


def test_the_command_ends_at_sigterm(searching: Searching, index_directory: Path) -> None:
    searching()
    name = connection.settings_dict["NAME"]
    program = f"""if True:
        import django; django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection
        connection.settings_dict["NAME"] = {name!r}
        settings.SEARCH_ENGINES["whoosh"]["DIRECTORY"] = {str(index_directory)!r}
        call_command("run_indexer")
    """
    entry = PublishedEntryFactory.create(question="怎么挂失")
    with subprocess.Popen([sys.executable, "-c", program], cwd=settings.BASE_DIR) as process:
        try:
            until = time.monotonic() + 30
            while not ids(engines.engine("whoosh"), "怎么挂失"):
                assert time.monotonic() < until
                assert process.poll() is None
                time.sleep(0.05)
        finally:
            process.terminate()
        assert process.wait(10) == 0
    assert ids(engines.engine("whoosh"), "怎么挂失") == [entry.pk]


def test_two_nodes_do_not_work_on_the_shared_index_at_once(searching: Searching) -> None:
    searching()
    shared = Indexer("postgres", engines.engine("postgres"))
    PublishedEntryFactory.create(question="怎么挂失")
    holding, may_end = threading.Event(), threading.Event()

    def other_node() -> None:
        with transaction.atomic(), connection.cursor() as database:
            database.execute("SELECT pg_advisory_xact_lock(%s)", [indexer.SHARED_INDEX_LOCK])
            holding.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=other_node)
    thread.start()
    assert holding.wait(10)
    try:
        assert shared.step() == 0
    finally:
        may_end.set()
        thread.join()
    assert shared.step() == 1


def test_signals_reach_the_outbox_once_per_entry(searching: Searching) -> None:
    searching()
    entry = PublishedEntryFactory.create()
    entries_changed.send(sender=Entry, entry_ids=[entry.pk, entry.pk])
    assert Indexer("whoosh", engines.engine("whoosh")).step() == 1
