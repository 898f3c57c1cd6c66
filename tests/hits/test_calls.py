"""When a call begins and when it ends."""

from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Thread
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import Agent
from hits import calls
from hits.models import Call, How
from tests.factories import AgentFactory, PublishedEntryFactory
from tests.hits.making import logged_in, use

pytestmark = pytest.mark.django_db


def running(person: Agent) -> set[UUID]:
    return set(Call.objects.filter(agent=person, ended_at__isnull=True).values_list("pk", flat=True))


def test_the_next_call_ends_the_one_before_and_nobody_elses() -> None:
    person, other, first, second, others = (
        AgentFactory.create(),
        AgentFactory.create(),
        uuid4(),
        uuid4(),
        uuid4(),
    )
    calls.start_call(other, call_id=others)
    calls.start_call(person, call_id=first, external_id="CTI-7")
    calls.start_call(person, call_id=second)
    assert running(person) == {second}
    assert running(other) == {others}
    ended = Call.objects.get(pk=first)
    assert ended.external_id == "CTI-7"
    assert ended.ended_at is not None
    assert ended.started_at < ended.ended_at


def test_a_start_that_is_repeated_late_ends_no_newer_call() -> None:
    person, first, second = AgentFactory.create(), uuid4(), uuid4()
    calls.start_call(person, call_id=first)
    calls.start_call(person, call_id=second)
    calls.start_call(person, call_id=first)
    assert running(person) == {second}


def test_a_call_first_seen_by_an_event_begins_with_it_and_learns_its_external_id_later() -> None:
    person, before, call_id = AgentFactory.create(), uuid4(), uuid4()
    calls.start_call(person, call_id=before)
    use(person, PublishedEntryFactory.create(), How.OPENED, call_id=call_id)
    assert running(person) == {before, call_id}
    assert calls.start_call(person, call_id=call_id, external_id="CTI-8").external_id == "CTI-8"
    assert running(person) == {call_id}


def test_an_end_sent_again_or_before_its_start_ends_the_call_once() -> None:
    person, call_id = AgentFactory.create(), uuid4()
    calls.end_call(person, call_id=call_id)
    ended_at = Call.objects.get().ended_at
    calls.start_call(person, call_id=call_id)
    calls.end_call(person, call_id=call_id)
    assert ended_at is not None
    assert Call.objects.get().ended_at == ended_at


def test_another_persons_call_is_neither_begun_nor_ended() -> None:
    person, call_id = AgentFactory.create(), uuid4()
    calls.start_call(person, call_id=call_id)
    for act in (calls.start_call, calls.end_call):
        with pytest.raises(Call.DoesNotExist):
            act(AgentFactory.create(), call_id=call_id)
    assert running(person) == {call_id}


def test_logging_out_ends_the_call() -> None:
    person = AgentFactory.create()
    calls.start_call(person, call_id=uuid4())
    logged_in(person).post(reverse("accounts:log-out"))
    assert not running(person)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_starts_at_the_same_moment_one_ends_the_other() -> None:
    """Both are held after their call was made, where neither would see the other's without the lock."""
    person, ids = AgentFactory.create(), [uuid4(), uuid4()]
    both, call_of = Barrier(2), calls.call_of

    def held(*args: object, **kwargs: object) -> Call:
        call = call_of(*args, **kwargs)  # type: ignore[arg-type]
        with suppress(BrokenBarrierError):  # the lock keeps the other away, which is what we want
            both.wait(0.5)
        return call

    def start(call_id: UUID) -> None:
        try:
            calls.start_call(person, call_id=call_id)
        finally:
            connection.close()

    with patch.object(calls, "call_of", held):
        threads = [Thread(target=start, args=[call_id]) for call_id in ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert Call.objects.count() == 2
    assert len(running(person)) == 1


def test_a_call_without_a_trace_for_an_hour_is_ended_and_no_other() -> None:
    person, gone, silent, fresh = AgentFactory.create(), uuid4(), uuid4(), uuid4()
    entry = PublishedEntryFactory.create()
    for call_id in (gone, silent):
        calls.start_call(person, call_id=call_id)
    Call.objects.update(started_at=Now() - timedelta(hours=2), ended_at=None)
    use(person, entry, How.OPENED, call_id=silent)
    use(AgentFactory.create(), entry, How.OPENED, call_id=fresh)
    assert calls.end_forgotten_calls() == 1
    assert set(Call.objects.filter(ended_at=None).values_list("pk", flat=True)) == {silent, fresh}
