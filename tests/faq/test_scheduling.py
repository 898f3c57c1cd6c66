"""A text that begins later: to the second by a job of its own, and by a sweep whatever was down meanwhile."""

import asyncio
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from courier.models import Notification
from faq import tasks
from faq.models import Entry, EntryState, Revision, RevisionState
from faq.services import drafting, publishing, reviewing, scheduling, withdrawing
from faq.services.locking import database_now
from kb.management.commands.serve import programs
from tests.factories import InformationAdministratorFactory, PublishedEntryFactory
from tests.faq.test_withdrawing import sign_all
from tests.sessions import new_ones_ended

NEW = "新说法"


def scheduled(seconds: float) -> Revision:
    """A text that every seat has signed and that begins so many seconds from now."""
    entry = PublishedEntryFactory.create(question="旧说法")
    author = InformationAdministratorFactory.create()
    begins = database_now() + timedelta(seconds=seconds)
    text = drafting.Text(NEW, entry.line, valid_from=begins)
    draft = drafting.save_draft(drafting.new_draft(entry, by=author), text, by=author)
    return sign_all(reviewing.submit(draft, by=author))


def has_come(revision: Revision) -> bool:
    return str(Entry.objects.select_related("live_revision").get(pk=revision.entry_id)) == NEW


@pytest.mark.django_db
def test_signing_leaves_a_job_for_exactly_that_moment() -> None:
    revision = scheduled(3600)
    assert revision.state == RevisionState.SCHEDULED
    job = ProcrastinateJob.objects.get(task_name="faq.publish_when_due")
    assert (job.scheduled_at, job.queue_name, job.args) == (
        revision.valid_from,
        scheduling.CLOCK,
        {"entry_id": revision.entry_id},
    )
    author = revision.authors.get()
    assert Notification.objects.get(person=author).key.startswith("review-scheduled")
    assert tasks.publish_when_due(revision.entry_id) == 0
    assert not has_come(revision)


@pytest.mark.django_db
def test_the_job_publishes_and_tells_the_authors() -> None:
    revision = scheduled(3600)
    Revision.objects.filter(pk=revision.pk).update(valid_from=database_now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_counter")  # the worker's
    assert tasks.publish_when_due(revision.entry_id) == 1
    assert has_come(revision)
    assert Notification.objects.filter(key=f"review-published-{revision.pk}").count() == 1
    assert tasks.publish_when_due(revision.entry_id) == 0


@pytest.mark.django_db
def test_the_sweep_finds_what_a_worker_that_was_down_has_missed() -> None:
    revisions = [scheduled(3600) for _ in range(2)]
    later = scheduled(7200)
    Revision.objects.exclude(pk=later.pk).filter(state=RevisionState.SCHEDULED).update(
        valid_from=database_now() - timedelta(hours=5)
    )
    assert tasks.publish_what_is_due(0) == 2
    assert all(map(has_come, revisions))
    assert not has_come(later)
    assert tasks.publish_what_is_due(0) == 0


@pytest.mark.django_db
def test_one_text_that_fails_holds_no_other_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = scheduled(3600), scheduled(3600)
    Revision.objects.filter(state=RevisionState.SCHEDULED).update(valid_from=database_now())
    publish = publishing.publish_due

    def fail_once(entry_ids: list[int], **more: Any) -> list[Entry]:
        if first.entry_id in entry_ids:
            raise ValueError
        return publish(entry_ids, **more)

    monkeypatch.setattr(publishing, "publish_due", fail_once)
    assert scheduling.publish_what_is_due() == 1
    assert (has_come(first), has_come(second)) == (False, True)


@pytest.mark.django_db
def test_what_was_taken_back_does_not_come() -> None:
    revision = scheduled(3600)
    reviewing.take_back(revision, by=revision.authors.get())
    Revision.objects.filter(pk=revision.pk).update(valid_from=database_now())
    assert tasks.publish_when_due(revision.entry_id) == 0
    revision.refresh_from_db()
    assert revision.state == RevisionState.DRAFT
    assert not revision.sign_offs.filter(voided_at=None).exists()


@pytest.mark.django_db
def test_a_withdrawn_entry_stays_out_until_it_is_restored() -> None:
    revision = scheduled(3600)
    author = revision.authors.get()
    request = withdrawing.withdraw_at_once(revision.entry, by=author, reason="先停")
    Revision.objects.filter(pk=revision.pk).update(valid_from=database_now())
    assert tasks.publish_when_due(revision.entry_id) == 0
    assert scheduling.publish_what_is_due() == 0
    assert Entry.objects.get(pk=revision.entry_id).state == EntryState.WITHDRAWN
    sign_all(request)
    sign_all(withdrawing.request_restoration(revision.entry, by=author, reason="恢复"))
    assert has_come(revision)


@pytest.mark.django_db
def test_nothing_is_in_force_until_then_so_the_text_is_published_at_once() -> None:
    entry = PublishedEntryFactory.create()
    Entry.objects.filter(pk=entry.pk).update(valid_until=database_now() - timedelta(days=1))
    author = InformationAdministratorFactory.create()
    text = drafting.Text(NEW, entry.line, valid_from=database_now() + timedelta(days=1))
    draft = drafting.save_draft(drafting.new_draft(entry, by=author), text, by=author)
    assert sign_all(reviewing.submit(draft, by=author)).state == RevisionState.PUBLISHED


@pytest.mark.django_db
def test_what_is_in_force_between_now_and_then_stays_too() -> None:
    now = database_now()
    entry = PublishedEntryFactory.create(valid_from=now + timedelta(days=1))
    author = InformationAdministratorFactory.create()
    text = drafting.Text(NEW, entry.line, valid_from=now + timedelta(days=2))
    draft = drafting.save_draft(drafting.new_draft(entry, by=author), text, by=author)
    assert sign_all(reviewing.submit(draft, by=author)).state == RevisionState.SCHEDULED


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
@pytest.mark.parametrize("seconds_down", [0, 3])
def test_the_clock_worker_publishes_within_a_second(seconds_down: int) -> None:
    """The program as the server runs it, its polling too; one that comes up late does it at once."""
    revision = scheduled(2)
    assert revision.valid_from is not None
    time.sleep(seconds_down)
    interval = float(clock_command()[-1])
    began = threading.Thread(target=run_worker, args=[interval, 4.0])
    with new_ones_ended():
        began.start()
        began.join()
    assert has_come(revision)
    published = Revision.objects.get(pk=revision.pk).published_at
    assert published is not None
    late = (published - revision.valid_from).total_seconds()
    assert 0 <= late < 1.0 + seconds_down


def clock_command() -> list[str]:
    """The command line that has the worker of the queue; ends with how often it looks."""
    (program,) = [each for each in programs(0) if each.name == "clock"]
    command = list(program.command)
    assert command[-4:-1] == ["--queues", scheduling.CLOCK, "--fetch-job-polling-interval"]
    return command


def run_worker(interval: float, seconds: float) -> None:
    async def work() -> None:
        # The thread is the one of the worker before, whose sessions were ended behind its back.
        await sync_to_async(connections.close_all)()
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        async with app.with_connector(connector).open_async() as ready:
            job = asyncio.create_task(
                ready.run_worker_async(
                    queues=[scheduling.CLOCK],
                    fetch_job_polling_interval=interval,
                    install_signal_handlers=False,
                )
            )
            await asyncio.sleep(seconds)
            job.cancel()

    asyncio.run(work())
