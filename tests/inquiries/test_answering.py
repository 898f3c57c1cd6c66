"""Replying, answering, asking back, closing, reopening: who may, what it does to the round, who hears."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from courier.models import Notification, PushEvent
from inquiries.models import Inquiry, Message
from inquiries.services import answering, forwarding, pausing
from kb.lib.errors import RuleBrokenError
from tests.factories import AgentFactory, BusinessLineFactory, InformationAdministratorFactory
from tests.inquiries.making import expert_of, forwarded, moved_back

pytestmark = pytest.mark.django_db


def test_reply_and_answer_keep_their_deadlines_and_all_who_asked_hear_them() -> None:
    inquiry = forwarded()
    second, expert = AgentFactory.create(), expert_of(inquiry.line)
    forwarding.join(inquiry, by=second, call_id=uuid4())
    answering.reply(inquiry, text="正在核实", by=expert, key=uuid4())
    running = inquiry.rounds.get()
    first = running.replied_at
    assert first is not None
    assert running.replied_by == expert
    answering.reply(inquiry, text="仍在核实", by=expert, key=uuid4())
    answered = answering.answer(inquiry, text="改用磁条", by=expert, key=uuid4())
    running.refresh_from_db()
    assert (answered.state, running.replied_at) == (Inquiry.State.ANSWERED, first)
    assert running.answered_at is not None
    for person in (inquiry.forwarded_by, second):
        assert Notification.objects.filter(person=person).count() == 3
    pushed = PushEvent.objects.filter(kind="inquiry").order_by("pk")
    assert [event.payload["what"] for event in pushed] == ["reply", "reply", "answer"]
    assert pushed[2].person_ids == sorted([inquiry.forwarded_by.pk, second.pk])


def test_an_answer_without_an_earlier_reply_is_both() -> None:
    inquiry = forwarded()
    answering.answer(inquiry, text="改用磁条", by=expert_of(inquiry.line), key=uuid4())
    running = inquiry.rounds.get()
    assert running.replied_at == running.answered_at is not None


def test_a_question_back_keeps_no_deadline() -> None:
    inquiry = forwarded()
    answering.ask_back(inquiry, text="哪个国家？", by=expert_of(inquiry.line), key=uuid4())
    assert inquiry.rounds.get().replied_at is None
    answering.add_detail(inquiry, text="日本", by=inquiry.forwarded_by, key=uuid4())
    with pytest.raises(RuleBrokenError):
        answering.add_detail(inquiry, text="我也想知道", by=AgentFactory.create(), key=uuid4())


def test_a_late_reply_stays_late() -> None:
    inquiry = forwarded()
    moved_back(inquiry, 30)
    answering.reply(inquiry, text="对不起，晚了", by=expert_of(inquiry.line), key=uuid4())
    running = inquiry.rounds.get()
    assert running.replied_at is not None
    assert running.replied_at > running.reply_due_at


@pytest.mark.parametrize("act", [answering.reply, answering.answer, answering.ask_back, answering.note])
def test_the_same_form_twice_says_it_once(act: Callable[..., Inquiry]) -> None:
    inquiry, key = forwarded(), uuid4()
    expert = expert_of(inquiry.line)
    for _time in range(2):
        act(inquiry, text="改用磁条", by=expert, key=key)
    assert Message.objects.count() == 1
    with pytest.raises(RuleBrokenError):
        act(inquiry, text="改用磁条", by=expert_of(inquiry.line), key=key)


@pytest.mark.parametrize("act", [answering.reply, answering.answer, answering.ask_back, answering.note])
def test_whose_it_is_not_says_nothing_in_it(act: Callable[..., Inquiry]) -> None:
    inquiry = forwarded()
    for stranger in (AgentFactory.create(), expert_of(BusinessLineFactory.create()), inquiry.forwarded_by):
        with pytest.raises(RuleBrokenError):
            act(inquiry, text="改用磁条", by=stranger, key=uuid4())
    with pytest.raises(RuleBrokenError):
        act(inquiry, text="  ", by=expert_of(inquiry.line), key=uuid4())
    assert not Message.objects.exists()
    assert inquiry.rounds.get().replied_at is None


def test_notes_are_told_to_nobody() -> None:
    inquiry = forwarded()
    told = Notification.objects.count()
    answering.note(inquiry, text="问过总行", by=expert_of(inquiry.line), key=uuid4())
    assert Notification.objects.count() == told


def test_a_second_answer_is_refused() -> None:
    inquiry = forwarded()
    answering.answer(inquiry, text="改用磁条", by=expert_of(inquiry.line), key=uuid4())
    for act in (answering.answer, answering.reply, answering.ask_back):
        with pytest.raises(RuleBrokenError):
            act(inquiry, text="另一个答案", by=expert_of(inquiry.line), key=uuid4())


def test_an_answer_ends_the_pause() -> None:
    inquiry = forwarded()
    expert = expert_of(inquiry.line)
    pausing.pause(inquiry, reason="等总行批复", by=expert)
    with pytest.raises(RuleBrokenError):
        pausing.pause(inquiry, reason="再等", by=expert)
    answering.answer(inquiry, text="改用磁条", by=expert, key=uuid4())
    assert inquiry.pauses.get().resumed_at is not None
    with pytest.raises(RuleBrokenError):
        pausing.resume(inquiry, by=expert)


def test_a_pause_moves_no_deadline() -> None:
    inquiry = forwarded()
    expert = expert_of(inquiry.line)
    before = inquiry.rounds.values().get()
    pausing.pause(inquiry, reason="等总行批复", by=expert)
    pausing.resume(inquiry, by=expert)
    assert inquiry.rounds.values().get() == before


def test_only_who_forwarded_or_chases_closes_what_is_unanswered() -> None:
    inquiry = forwarded()
    with pytest.raises(RuleBrokenError):
        answering.close(inquiry, text="不归我们管", by=expert_of(inquiry.line), key=uuid4())
    with pytest.raises(RuleBrokenError):
        answering.close(inquiry, text="", by=inquiry.forwarded_by, key=uuid4())
    closed = answering.close(inquiry, text="重复", by=InformationAdministratorFactory.create(), key=uuid4())
    assert closed.state == Inquiry.State.CLOSED
    running = inquiry.rounds.get()
    assert running.closed_at is not None
    assert running.answered_at is None
    assert "重复" in Notification.objects.get(person=inquiry.forwarded_by).text


def test_reopening_begins_a_round_with_deadlines_of_its_own() -> None:
    inquiry = forwarded()
    expert = expert_of(inquiry.line)
    moved_back(inquiry, 24 * 30)
    answering.answer(inquiry, text="改用磁条", by=expert, key=uuid4())
    late = inquiry.rounds.values().get()
    key = uuid4()
    for _time in range(2):
        reopened = answering.reopen(inquiry, by=inquiry.forwarded_by, reason="磁条也不行", key=key)
    assert (reopened.state, reopened.round) == (Inquiry.State.OPEN, 2)
    first, second = inquiry.rounds.values()
    assert first == late
    assert second["answer_due_at"] > late["answer_due_at"]
    assert second["replied_at"] is None
    assert Notification.objects.filter(person=expert, key__startswith=f"inquiry-{inquiry.pk}-2").count() == 1
    with pytest.raises(RuleBrokenError):
        answering.reopen(inquiry, by=inquiry.forwarded_by, reason="再来", key=uuid4())
