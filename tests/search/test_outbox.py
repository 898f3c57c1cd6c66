"""Nothing published is ever passed over, whatever order transactions commit in."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from faq.services import publishing
from search import outbox
from search.models import Horizon, OutboxRow
from tests.factories import InformationAdministratorFactory, PublishedEntryFactory


@pytest.mark.django_db
def test_publishing_and_withdrawing_write_a_row_in_the_same_transaction() -> None:
    entry = PublishedEntryFactory.create()
    assert [row.entry_id for row in OutboxRow.objects.all()] == [entry.pk]
    with transaction.atomic():
        publishing.withdraw(entry, by=InformationAdministratorFactory.create(), reason="停办")
        assert OutboxRow.objects.count() == 2
        transaction.set_rollback(True)
    assert OutboxRow.objects.count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_late_is_read_late_and_not_lost() -> None:
    start = outbox.start()
    has_written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            outbox.note_entries(entry_ids=[1])
            has_written.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert has_written.wait(10)
    outbox.note_entries(entry_ids=[2])
    try:
        assert OutboxRow.objects.count() == 1
        assert outbox.read(start) is None
    finally:
        may_commit.set()
        thread.join()
    batch = outbox.read(start)
    assert batch is not None
    assert batch.entry_ids == (1, 2)
    assert outbox.read(batch.cursor) is None
    outbox.note_entries(entry_ids=[3])
    later = outbox.read(batch.cursor)
    assert later is not None
    assert later.entry_ids == (3,)


@pytest.mark.django_db
def test_transactions_are_read_in_the_order_of_numbers_not_of_text() -> None:
    """ "10" sorts before "9" as text: whoever read 10 first would pass 9 over."""
    start = replace(outbox.start(), xid="0", id=0)
    OutboxRow.objects.bulk_create(OutboxRow(entry_id=number) for number in (9, 10, 100))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_outboxrow SET xid = entry_id::text::xid8")
    first = outbox.read(start, limit=1)
    assert first is not None
    assert (first.entry_ids, first.cursor.xid) == ((9,), "9")
    rest = outbox.read(first.cursor)
    assert rest is not None
    assert rest.entry_ids == (10, 100)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_under_load_every_row_is_read_exactly_once() -> None:
    writers, rows = 6, 40
    wanted = set(range(writers * rows))
    cursor = outbox.start()

    def write(first: int) -> None:
        for number in range(first, first + rows, 2):
            with transaction.atomic():
                outbox.note_entries(entry_ids=[number])
                with connection.cursor() as database:
                    database.execute("SELECT pg_sleep(random() * 0.005)")
                outbox.note_entries(entry_ids=[number + 1])
        connection.close()

    threads = [threading.Thread(target=write, args=(number * rows,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    read: list[int] = []
    until = time.monotonic() + 20
    while len(read) < len(wanted) and time.monotonic() < until:
        if batch := outbox.read(cursor, limit=7):
            read += batch.entry_ids
            cursor = batch.cursor
    for thread in threads:
        thread.join()
    assert outbox.read(cursor) is None
    assert sorted(read) == sorted(wanted)


@pytest.mark.django_db
def test_a_cursor_of_another_database_or_from_before_the_pruning_is_of_no_use() -> None:
    here = outbox.start()
    assert outbox.can_continue(here)
    assert not outbox.can_continue(replace(here, system_identifier="1"))
    assert not outbox.can_continue(replace(here, database_oid=1))
    from_the_future = replace(here, xid="9" * 15)
    assert not outbox.can_continue(from_the_future)

    outbox.note_entries(entry_ids=[1, 2])
    assert outbox.prune() == 0
    with connection.cursor() as database:
        database.execute(
            "UPDATE search_outboxrow SET written_at = now() - interval '8 days', xid = '5'::xid8"
        )
    outbox.note_entries(entry_ids=[3])
    assert outbox.prune() == 2
    assert [row.entry_id for row in OutboxRow.objects.all()] == [3]
    old = replace(here, xid="3")
    assert not outbox.can_continue(old)
    assert Horizon.objects.get().xid == "5"


@pytest.mark.django_db
def test_pruning_remembers_nothing_of_another_server() -> None:
    here = outbox.start()
    outbox.note_entries(entry_ids=[1])
    with connection.cursor() as database:
        database.execute(
            "UPDATE search_outboxrow SET written_at = now() - interval '8 days', xid = '5000000000'::xid8"
        )
    assert outbox.prune() == 1
    assert not Horizon.objects.exists()
    assert outbox.can_continue(here)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_pruning_leaves_what_a_running_transaction_could_precede() -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def long() -> None:
        with transaction.atomic():
            outbox.note_entries(entry_ids=[1])
            has_begun.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=long)
    thread.start()
    assert has_begun.wait(10)
    try:
        outbox.note_entries(entry_ids=[2])
        OutboxRow.objects.update(written_at=timezone.now() - timedelta(days=8))
        assert outbox.prune() == 0
        assert outbox.can_continue(outbox.start())
    finally:
        may_end.set()
        thread.join()
    OutboxRow.objects.update(written_at=timezone.now() - timedelta(days=8))
    wait_for_older_transactions()
    assert outbox.prune() == 2


def wait_for_older_transactions() -> None:
    """Until none that runs on this server, ours or another's, is older than any row there is."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with connection.cursor() as database:
            database.execute(
                "SELECT NOT EXISTS (SELECT FROM search_outboxrow"
                " WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()))"
            )
            if database.fetchone()[0]:
                return
        time.sleep(0.01)
    raise TimeoutError


@pytest.mark.django_db
def test_what_this_transaction_wrote_is_not_of_another_server() -> None:
    outbox.note_entries(entry_ids=[1])
    assert outbox.forget_other_servers() == 0
    assert OutboxRow.objects.count() == 1


@pytest.mark.django_db
def test_the_age_of_the_oldest_unread_row_is_told() -> None:
    cursor = outbox.start()
    assert outbox.oldest_unread_seconds(cursor) == 0
    outbox.note_entries(entry_ids=[1])
    with connection.cursor() as database:
        database.execute("UPDATE search_outboxrow SET written_at = now() - interval '90 seconds'")
    assert outbox.oldest_unread_seconds(cursor) == pytest.approx(90)
