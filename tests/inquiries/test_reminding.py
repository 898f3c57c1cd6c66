"""Reminders and escalations: one row each, told once, whoever looks and whatever died in between."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from courier.models import Mail, Notification
from inquiries import tasks
from inquiries.models import AnswerLink, Reminder
from inquiries.services import announcing, answering, pausing, reminding
from tests.factories import BusinessLineFactory, SupervisorFactory
from tests.inquiries.making import expert_of, forwarded, moved_back

pytestmark = pytest.mark.django_db
Kind = Reminder.Kind


def kinds() -> list[str]:
    return list(Reminder.objects.order_by("pk").values_list("kind", flat=True))


def test_what_is_due_is_told_once_with_a_row_a_line_and_a_mail() -> None:
    expert = expert_of(line := BusinessLineFactory.create(), email="wang@example.com")
    moved_back(forwarded(line=line), 19)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_counter")  # the worker's
    assert tasks.remind_of_what_is_due(0) == 1
    assert tasks.remind_when_due() == 0
    assert kinds() == [Kind.REPLY_SOON]
    row = Reminder.objects.get()
    assert row.sent_at > row.due_at
    assert Notification.objects.filter(person=expert, key__endswith="reply_soon").count() == 1
    assert Mail.objects.filter(to=expert, key__endswith="reply_soon").count() == 1
    assert AnswerLink.objects.filter(person=expert).count() == 2


def test_what_is_late_goes_to_the_head_of_the_line_and_the_supervisors() -> None:
    head = expert_of(BusinessLineFactory.create(), email="head@example.com")
    line = BusinessLineFactory.create(head=head)
    expert = expert_of(line, email="wang@example.com")
    boss = SupervisorFactory.create(email="zhao@example.com")
    moved_back(forwarded(line=line), 25)
    assert reminding.remind_of_what_is_due() == 2
    late = Mail.objects.filter(key__endswith="reply_late")
    assert {mail.to for mail in late} == {head, boss}
    assert "answer-link" not in late[0].body
    told = Notification.objects.filter(key__endswith="reply_late")
    assert {row.person for row in told} == {head, boss, expert}
    assert all(row.text.startswith("首次答复已逾期：") for row in told)


def test_a_line_without_a_head_escalates_to_its_experts() -> None:
    expert = expert_of(line := BusinessLineFactory.create(), email="wang@example.com")
    moved_back(forwarded(line=line), 25)
    reminding.remind_of_what_is_due()
    assert Mail.objects.get(key__endswith="reply_late").to == expert


def test_all_four_come_when_nobody_looked_for_long() -> None:
    moved_back(forwarded(), 24 * 30)
    assert reminding.remind_of_what_is_due() == 4
    assert set(kinds()) == set(Kind.values)


def test_what_was_replied_to_or_closed_is_not_reminded_of() -> None:
    replied, closed = forwarded(), forwarded()
    answering.reply(replied, text="正在核实", by=expert_of(replied.line), key=uuid4())
    answering.close(closed, text="重复", by=closed.forwarded_by, key=uuid4())
    for inquiry in (replied, closed):
        moved_back(inquiry, 25)
    assert reminding.remind_of_what_is_due() == 0


def test_paused_ones_are_reminded_of_for_a_pause_moves_nothing() -> None:
    inquiry = forwarded()
    pausing.pause(inquiry, reason="等批复", by=expert_of(inquiry.line))
    moved_back(inquiry, 19)
    assert reminding.remind_of_what_is_due() == 1


def test_a_new_round_is_reminded_of_anew_and_the_old_one_no_more() -> None:
    inquiry = forwarded()
    expert = expert_of(inquiry.line)
    moved_back(inquiry, 19)
    reminding.remind_of_what_is_due()
    answering.answer(inquiry, text="改用磁条", by=expert, key=uuid4())
    answering.reopen(inquiry, by=inquiry.forwarded_by, reason="不行", key=uuid4())
    inquiry.refresh_from_db()
    moved_back(inquiry, 19)
    assert reminding.remind_of_what_is_due() == 1
    assert list(Reminder.objects.values_list("round", "kind")) == [(1, "reply_soon"), (2, "reply_soon")]


def test_one_that_fails_holds_no_other_back_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = forwarded(), forwarded()
    for inquiry in (bad, good):
        moved_back(inquiry, 19)
    tell = announcing.reminded

    def fail_for_one(reminders: Any) -> None:
        wanted = list(reminders)
        if any(inquiry == bad for inquiry, _round, _row in wanted):
            raise ValueError
        tell(wanted)

    monkeypatch.setattr(announcing, "reminded", fail_for_one)
    assert reminding.remind_of_what_is_due() == 1
    assert Reminder.objects.get().inquiry == good
    monkeypatch.undo()
    assert reminding.remind_of_what_is_due() == 1


def test_forwarding_leaves_a_job_for_each_moment_at_its_second() -> None:
    inquiry = forwarded()
    running = inquiry.rounds.get()
    jobs = ProcrastinateJob.objects.filter(task_name="inquiries.remind_when_due", queue_name="clock")
    wanted = {running.reply_soon_at, running.reply_due_at, running.answer_soon_at, running.answer_due_at}
    assert jobs.count() == 4
    for moment in wanted:
        nearest = min(abs((job.scheduled_at - moment).total_seconds()) for job in jobs if job.scheduled_at)
        assert nearest <= 1
