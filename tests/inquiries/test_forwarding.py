"""Forwarding: one step, masked, once; joining keeps what is due."""

from uuid import uuid4

import pytest

from accounts.models import AuditRow
from courier.models import Mail, Notification
from inquiries.models import AnswerLink, Asker, Inquiry, Message
from inquiries.services import answering, forwarding
from kb.lib.errors import RuleBrokenError
from tests.factories import AgentFactory, AuditorFactory, BusinessLineFactory, InformationAdministratorFactory
from tests.inquiries.making import QUESTION, expert_of, forwarded

pytestmark = pytest.mark.django_db
CARD = "6222021234567890128"


def test_a_forwarded_question_has_a_round_and_its_experts_are_told() -> None:
    line = BusinessLineFactory.create()
    expert = expert_of(line, email="wang@example.com")
    expert_of(BusinessLineFactory.create(), email="other@example.com")
    inquiry = forwarded(line=line, words="境外 拒付")
    running = inquiry.rounds.get()
    assert (running.reply_due_at - running.began_at).total_seconds() == 24 * 3600
    assert running.answer_due_at > running.answer_soon_at > running.began_at
    assert running.hours == "09:00-12:00,13:30-18:00"
    assert Asker.objects.get().words == "境外 拒付"
    assert Notification.objects.get().person == expert
    assert Mail.objects.get().to == expert
    assert AuditRow.objects.get(act="inquiry.forwarded").subject_id == str(inquiry.pk)


def test_the_mail_holds_a_blank_for_the_link_and_names_no_account() -> None:
    line = BusinessLineFactory.create()
    expert = expert_of(line, email="wang@example.com")
    agent = AgentFactory.create(username="li-yutong", display_name="李雨桐")
    forwarded(line=line, by=agent, context=f"卡号 {CARD}")
    body = Mail.objects.get().body
    assert f"[[answer-link:{AnswerLink.objects.get().name}]]" in body
    for hidden in (expert.username, agent.username, agent.display_name, expert.email, CARD):
        assert hidden not in body


def test_without_an_expert_of_the_line_who_chases_is_told() -> None:
    info = InformationAdministratorFactory.create()
    forwarded()
    assert Notification.objects.get().person == info


def test_numbers_of_a_caller_are_masked_in_everything_that_is_stored() -> None:
    phone = "13812345678"
    inquiry = forwarded(question=f"卡 {CARD} 被拒", context=f"电话 {phone}", words=f"{'拒' * 490} {CARD}")
    forwarding.join(inquiry, by=AgentFactory.create(), call_id=uuid4(), words=CARD, detail=f"来电 {phone}")
    inquiry.refresh_from_db()
    stored = [inquiry.question, inquiry.context, *Message.objects.values_list("text", flat=True)]
    stored += Asker.objects.values_list("words", flat=True)
    stored += Notification.objects.values_list("text", flat=True)
    for text in stored:
        assert CARD[:9] not in text
        assert phone not in text


def test_the_same_form_twice_is_one_question_and_tells_nobody_twice() -> None:
    line, by, key = BusinessLineFactory.create(), AgentFactory.create(), uuid4()
    expert_of(line)
    first = forwarded(line=line, by=by, key=key)
    assert forwarded(line=line, by=by, key=key) == first
    assert Inquiry.objects.count() == Asker.objects.count() == Notification.objects.count() == 1
    with pytest.raises(RuleBrokenError):
        forwarded(line=line, key=key)


@pytest.mark.parametrize("question", ["", "  ", "问" * 501])
def test_no_question_or_one_too_long_is_refused(question: str) -> None:
    with pytest.raises(RuleBrokenError):
        forwarded(question=question)


def test_who_does_not_talk_to_callers_forwards_nothing() -> None:
    with pytest.raises(RuleBrokenError):
        forwarded(by=AuditorFactory.create())
    with pytest.raises(RuleBrokenError):
        forwarded(by=AgentFactory.create(is_active=False))
    with pytest.raises(RuleBrokenError):
        forwarded(line=BusinessLineFactory.create(is_active=False))


def test_joining_keeps_the_deadlines_and_a_call_joins_once() -> None:
    inquiry, agent, call_id = forwarded(), AgentFactory.create(), uuid4()
    before = inquiry.rounds.values().get()
    for _time in range(2):
        forwarding.join(inquiry, by=agent, call_id=call_id, words="国外刷不了卡", detail="在日本")
    forwarding.join(inquiry, by=agent, call_id=uuid4())
    assert inquiry.rounds.values().get() == before
    assert inquiry.askers.count() == 3
    assert [message.text for message in inquiry.messages.all()] == ["在日本"]


def test_who_joins_what_was_answered_at_this_moment_hears_the_answer() -> None:
    inquiry, agent = forwarded(), AgentFactory.create()
    answering.answer(inquiry, text="改用磁条", by=expert_of(inquiry.line), key=uuid4())
    forwarding.join(inquiry, by=agent, call_id=uuid4())
    assert "改用磁条" in Notification.objects.get(person=agent).text


def test_what_was_closed_is_joined_no_more() -> None:
    inquiry = forwarded()
    answering.close(inquiry, text="重复", by=inquiry.forwarded_by, key=uuid4())
    with pytest.raises(RuleBrokenError):
        forwarding.join(inquiry, by=AgentFactory.create(), call_id=uuid4())
    assert inquiry.question == QUESTION
