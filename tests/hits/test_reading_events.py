"""Events are read as an outbox is: none missed, none twice, whoever commits when and whoever reads."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from threading import Event as Signal
from threading import Thread
from time import sleep
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from hits import rollup
from hits.loading import EventRow, load_events
from hits.models import DailyHits, Hit, HitEvent
from hits.rollup import CountsOfAnotherServerError, catch_up, roll_up, roll_up_all, unread_seconds
from hits.tasks import roll_up_what_is_left

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.concurrency]
CURSOR = "UPDATE hits_rollupcursor"
AT = datetime(2026, 3, 1, 4, tzinfo=UTC)


def copied(*, entry_id: int = 1, call_id: UUID | None = None) -> EventRow:
    return EventRow(uuid4(), AT, 1, entry_id, 1, "copied", call_id or uuid4())


def hits_counted() -> int:
    return sum(DailyHits.objects.values_list("hits", flat=True))


def written_by_the_desk(*, entry_id: int) -> None:
    HitEvent.objects.create(
        id=uuid4(),
        agent_id=1,
        entry_id=entry_id,
        line_id=1,
        call_id=uuid4(),
        how="copied",
        settings={},
        counts=True,
    )


def wait_until_readable() -> None:
    """Until no other transaction of the server, such as autovacuum's, holds the line back."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT FROM hits_hitevent WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())")
            if not cursor.rowcount:
                return
            sleep(0.02)
    raise AssertionError("Some transaction does not end.")


class Elsewhere(Thread):
    """Runs in a thread with a connection of its own; ``done`` gives its result or raises its error."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.act = act
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.act()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def done(self) -> object:
        self.join(20)
        assert not self.is_alive()
        if self.error:
            raise self.error
        return self.result


def test_an_event_that_commits_late_is_not_missed() -> None:
    written, may_commit = Signal(), Signal()

    def write_and_wait() -> None:
        with transaction.atomic():
            written_by_the_desk(entry_id=1)
            written.set()
            assert may_commit.wait(20)

    slow = Elsewhere(write_and_wait)
    assert written.wait(20)
    load_events([copied(entry_id=2)])
    assert roll_up_all() == 0
    assert unread_seconds() > 0
    may_commit.set()
    slow.done()
    assert catch_up() == 2
    assert set(Hit.objects.values_list("entry_id", flat=True)) == {1, 2}
    assert unread_seconds() == 0


def test_catching_up_waits_for_who_holds_the_line_back_but_not_for_ever() -> None:
    with transaction.atomic():
        written_by_the_desk(entry_id=2)
        Elsewhere(partial(load_events, [copied()])).done()
        patient = Elsewhere(partial(catch_up, patience_seconds=0.2))
        patient.join(20)
    with pytest.raises(TimeoutError):
        patient.done()
    assert catch_up() == 2


def test_an_event_that_is_rolled_back_leaves_no_trace() -> None:
    with transaction.atomic():
        load_events([copied()])
        transaction.set_rollback(True)
    load_events([copied(entry_id=2)])
    assert catch_up() == 1
    assert hits_counted() == 1


def test_two_readers_at_the_same_moment_count_once() -> None:
    """The first is held between finding what is unread and applying it."""
    load_events([copied(entry_id=number) for number in range(1, 6)])
    wait_until_readable()
    found, may_apply, next_window = Signal(), Signal(), rollup._next_window

    def held(*args: object) -> object:
        window = next_window(*args)  # type: ignore[arg-type]
        if not found.is_set():
            found.set()
            assert may_apply.wait(20)
        return window

    with patch.object(rollup, "_next_window", held):
        first = Elsewhere(roll_up)
        assert found.wait(20)
        second = Elsewhere(roll_up)
        second.join(0.5)
        assert second.is_alive()
        may_apply.set()
        assert (first.done(), second.done()) == (5, 0)
    assert hits_counted() == 5


@contextmanager
def dying_after(statement: str):  # type: ignore[no-untyped-def]
    """Every statement up to this one is carried out, then the reader dies."""

    def die(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        done = execute(sql, params, many, context)
        if sql.strip().startswith(statement):
            raise KeyboardInterrupt
        return done

    with connection.execute_wrapper(die):
        yield


@pytest.mark.parametrize("statement", [rollup.IN_CALLS.strip(), rollup.WITHOUT_CALL.strip(), CURSOR])
def test_a_reader_that_dies_leaves_everything_as_it_was(statement: str) -> None:
    load_events([copied(), EventRow(uuid4(), AT, 1, 2, 1, "copied", None)])
    wait_until_readable()
    with pytest.raises(KeyboardInterrupt), dying_after(statement):
        roll_up()
    assert hits_counted() == 0
    assert catch_up() == 2
    assert hits_counted() == 2


def test_a_hit_taken_back_leaves_no_row_behind() -> None:
    call_id = uuid4()
    load_events([copied(call_id=call_id)])
    catch_up()
    load_events([EventRow(uuid4(), AT, 1, 1, 1, "taken_back", call_id)])
    catch_up()
    assert not DailyHits.objects.exists()
    assert not Hit.objects.exists()


def test_counts_of_another_server_are_not_continued() -> None:
    """After a restore, new events would lie behind the cursor and never be read."""
    load_events([copied()])
    catch_up()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hits_rollupcursor SET xid = '9000000000'")
    with pytest.raises(CountsOfAnotherServerError):
        roll_up()


def test_the_job_reads_what_is_left() -> None:
    load_events([copied()])
    wait_until_readable()
    assert roll_up_what_is_left(timestamp=0) == 1
    assert HitEvent.objects.count() == hits_counted() == 1
