"""Two at the same moment: each thread is held between reading and writing, and one wins."""

from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import AuditRow
from courier.models import Mail, Notification
from inquiries.models import Asker, Inquiry, Message, Reminder, Round
from inquiries.services import answering, forwarding, making_entries, reminding, texts
from tests.factories import AgentFactory, BusinessLineFactory, CallCentreExpertFactory
from tests.faq.test_at_the_same_moment import both, held_at
from tests.inquiries.making import expert_of, forwarded, moved_back

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_two_forwards_with_one_key_are_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    line, by, key = BusinessLineFactory.create(), AgentFactory.create(), uuid4()
    expert_of(line, email="wang@example.com")
    with held_at(forwarding, "database_now", monkeypatch):
        came_to = both(*[lambda: forwarded(line=line, by=by, key=key)] * 2)
    assert came_to == ["done", "done"]
    for model in (Inquiry, Round, Asker, Notification, Mail):
        assert model._default_manager.count() == 1, model


def test_of_two_answers_one_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    inquiry = forwarded()
    experts = [expert_of(inquiry.line) for _number in range(2)]
    with held_at(answering, "database_now", monkeypatch):
        came_to = both(
            *(
                lambda who=who: answering.answer(inquiry, text="改用磁条", by=who, key=uuid4())
                for who in experts
            )
        )
    assert sorted(came_to) == ["done", "refused"]
    assert Message.objects.count() == 1
    assert inquiry.rounds.get().answered_by == Message.objects.get().author


def test_the_same_answer_sent_twice_at_once_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inquiry, key = forwarded(), uuid4()
    expert = expert_of(inquiry.line)
    with held_at(answering, "check_answers", monkeypatch):
        came_to = both(*[lambda: answering.answer(inquiry, text="改用磁条", by=expert, key=key)] * 2)
    assert came_to == ["done", "done"]
    assert Message.objects.count() == 1


def test_who_joins_while_it_is_closed_is_told_or_hears_that_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    inquiry, agent = forwarded(), AgentFactory.create()
    with held_at(texts, "text", monkeypatch):
        came_to = both(
            lambda: answering.close(inquiry, text="重复", by=inquiry.forwarded_by, key=uuid4()),
            lambda: forwarding.join(inquiry, by=agent, call_id=uuid4()),
        )
    has_joined = came_to[1] == "done"
    assert came_to[0] == "done"
    assert inquiry.askers.filter(person=agent).exists() is has_joined
    assert Notification.objects.filter(person=agent).exists() is has_joined


def test_one_call_that_joins_twice_at_once_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    inquiry, agent, call_id = forwarded(), AgentFactory.create(), uuid4()
    with held_at(texts, "beginning", monkeypatch):
        came_to = both(*[lambda: forwarding.join(inquiry, by=agent, call_id=call_id)] * 2)
    assert came_to == ["done", "done"]
    assert inquiry.askers.count() == 2


def test_two_workers_remind_once(monkeypatch: pytest.MonkeyPatch) -> None:
    expert_of(line := BusinessLineFactory.create(), email="wang@example.com")
    for _number in range(3):
        moved_back(forwarded(line=line), 19)
    meeting = Barrier(2)
    due_now, told = reminding.due_now, []

    def look_together(*ids: Any) -> Any:
        found = due_now(*ids)
        if not ids:
            meeting.wait(5)
        return found

    monkeypatch.setattr(reminding, "due_now", look_together)
    both(*[lambda: told.append(reminding.remind_of_what_is_due())] * 2)
    assert sorted(told) == [0, 3]
    assert Reminder.objects.count() == Mail.objects.filter(key__endswith="reply_soon").count() == 3


def test_a_question_answered_while_it_is_reminded_of_is_one_or_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inquiry = forwarded()
    expert = expert_of(inquiry.line)
    moved_back(inquiry, 19)
    with held_at(answering, "database_now", monkeypatch), held_at(reminding, "_remind", monkeypatch):
        both(
            lambda: answering.reply(inquiry, text="正在核实", by=expert, key=uuid4()),
            reminding.remind_of_what_is_due,
        )
    running = inquiry.rounds.get()
    assert running.replied_at is not None
    for row in Reminder.objects.all():
        assert row.sent_at < running.replied_at or Message.objects.get().said_at > row.sent_at


def test_two_who_make_an_entry_of_it_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    inquiry = forwarded()
    answering.answer(inquiry, text="改用磁条", by=expert_of(inquiry.line), key=uuid4())
    writers = CallCentreExpertFactory.create_batch(2)
    with held_at(making_entries, "_text_of_entry", monkeypatch):
        came_to = both(*(lambda who=who: making_entries.make_draft(inquiry, by=who) for who in writers))
    assert came_to == ["done", "done"]
    assert AuditRow.objects.filter(act="inquiry.made_entry").count() == 1
