"""A bulletin's way out: begun, saved, published, changed, withdrawn."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Agent, AuditRow
from accounts.roles import Role
from bulletins import tasks
from bulletins.content import Content
from bulletins.models import Bulletin, Receipt
from bulletins.services import changing, publishing, receiving, reminding
from bulletins.services.locking import BulletinChangedError
from courier.models import Notification, PushEvent
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError
from tests.bulletins.bulletins import QUIZ, drafted, published
from tests.factories import AgentFactory, BusinessLineFactory, PublishedEntryFactory, SupervisorFactory

pytestmark = pytest.mark.django_db
CONTENT = Content("手机银行转账故障", "正在抢修。")


def events() -> list[PushEvent]:
    return list(PushEvent.objects.filter(kind=PushEvent.Kind.BULLETIN).order_by("id"))


def pushed() -> list[str]:
    """What the open pages heard, in order."""
    return [event.payload["state"] for event in events()]


def told(person: Agent) -> int:
    return Notification.objects.filter(person=person).count()


def acts() -> list[str]:
    rows = AuditRow.objects.filter(subject_kind="bulletins.bulletin").order_by("pk")
    return [row.act.removeprefix("bulletin.") for row in rows]


def test_a_bulletin_begins_as_a_draft_that_nobody_is_told_of() -> None:
    line, entry = BusinessLineFactory.create(), PublishedEntryFactory.create()
    bulletin = drafted(
        title=" 手机银行转账故障 ",
        urgency="urgent",
        line_ids=[line.pk],
        roles=[Role.AGENT],
        entry_ids=[entry.pk],
    )
    assert bulletin.is_draft
    assert (bulletin.title, bulletin.urgency, bulletin.roles) == ("手机银行转账故障", "urgent", ["agent"])
    assert list(bulletin.lines.all()) == [line]
    assert list(bulletin.entries.all()) == [entry]
    assert acts() == ["drafted"]
    assert not events()


def test_an_agent_writes_no_bulletins() -> None:
    agent, draft, out = AgentFactory.create(), drafted(), published()
    for act in (
        lambda: publishing.draft(CONTENT, by=agent),
        lambda: publishing.save_draft(draft, CONTENT, by=agent),
        lambda: publishing.publish(draft, by=agent),
        lambda: publishing.discard(draft, by=agent),
        lambda: changing.change(out, CONTENT, by=agent, is_major=True),
        lambda: changing.withdraw(out, by=agent, reason="误发"),
        lambda: reminding.remind(out, by=agent),
    ):
        with pytest.raises(RuleBrokenError, match="不能编写"):
            act()


@pytest.mark.parametrize(
    "words",
    [
        {"title": " "},
        {"title": "题" * 201},
        {"urgency": "loud"},
        {"is_restricted": True},
        {"entry_ids": list(range(21))},
        QUIZ | {"choices": ["一"], "right_choice": 0},
        QUIZ | {"choices": list("一二三四五六")},
        QUIZ | {"choices": ["一", "一"]},
        QUIZ | {"choices": ["一", " "]},
        QUIZ | {"right_choice": None},
        QUIZ | {"right_choice": 2},
    ],
)
def test_what_breaks_a_rule_is_not_kept(words: dict[str, Any]) -> None:
    with pytest.raises(RuleBrokenError):
        replace(CONTENT, **words).tidied()


def test_a_question_is_only_asked_of_what_must_be_read() -> None:
    content = replace(CONTENT, **QUIZ | {"is_must_read": False}).tidied()
    assert (content.quiz, content.choices, content.right_choice) == ("", [], None)


def test_nobody_restricts_a_bulletin_to_lines_they_are_not_of() -> None:
    line = BusinessLineFactory.create()
    with pytest.raises(RuleBrokenError, match="不属于"):
        drafted(line_ids=[line.pk], is_restricted=True)


def test_publishing_tells_the_audience_and_nobody_else() -> None:
    agent, supervisor = AgentFactory.create(), SupervisorFactory.create()
    bulletin = published(supervisor, urgency="urgent", roles=[Role.AGENT])
    (event,) = events()
    assert (event.kind, event.roles, event.line_ids, event.person_ids) == ("bulletin", ["agent"], [], None)
    assert event.payload == {
        "id": bulletin.pk,
        "title": bulletin.title,
        "urgency": "urgent",
        "version": 1,
        "is_must_read": False,
        "state": "published",
        "reminder": False,
    }
    assert (told(agent), told(supervisor)) == (1, 0)
    assert acts() == ["drafted", "published"]


def test_what_is_only_for_information_rings_no_bell() -> None:
    agent = AgentFactory.create()
    published()
    assert (told(agent), pushed()) == (0, ["published"])


def test_who_published_it_has_read_it() -> None:
    supervisor = SupervisorFactory.create()
    published(supervisor, urgency="urgent")
    assert not Bulletin.objects.unread_by(supervisor).exists()
    assert told(supervisor) == 0


@pytest.mark.parametrize("words", [{"body": ""}, {"roles": [Role.AUDITOR]}])
def test_what_nobody_would_read_is_not_published(words: dict[str, Any]) -> None:
    with pytest.raises(RuleBrokenError):
        published(**words)


def test_what_is_over_already_is_not_published() -> None:
    with pytest.raises(RuleBrokenError, match="已过"):
        published(ends_at=database_now() - timedelta(seconds=1))


def test_a_draft_is_saved_and_given_up() -> None:
    draft = drafted()
    publishing.save_draft(draft, CONTENT, by=draft.created_by, seen_at=draft.changed_at)
    with pytest.raises(BulletinChangedError) as refused:
        publishing.save_draft(draft, CONTENT, by=draft.created_by, seen_at=draft.changed_at)
    assert refused.value.current.body == CONTENT.body
    publishing.discard(draft, by=draft.created_by)
    with pytest.raises(RuleBrokenError, match="放弃"):
        publishing.publish(draft, by=draft.created_by)
    assert acts() == ["drafted", "saved", "discarded"]


def test_a_typo_leaves_receipts_and_a_major_change_clears_them() -> None:
    agent, bulletin = AgentFactory.create(), published(is_must_read=True)
    by = bulletin.created_by
    receiving.take_receipt(bulletin, by=agent, version=1)
    content = Content.of(bulletin)
    changing.change(bulletin, replace(content, body="正在抢修，请安抚。"), by=by, is_major=False)
    assert not Bulletin.objects.unread_by(agent).exists()
    assert (told(agent), pushed()) == (1, ["published", "changed"])
    bulletin = changing.change(bulletin, replace(content, body="已经恢复。"), by=by, is_major=True)
    assert bulletin.version == 2
    assert list(Bulletin.objects.unread_by(agent)) == [bulletin]
    assert not Bulletin.objects.unread_by(by).exists()
    assert told(agent) == 2
    row = AuditRow.objects.filter(act="bulletin.changed").latest("pk")
    assert row.detail["before"] == {"title": bulletin.title, "body": "正在抢修，请安抚。"}


def test_saving_the_same_again_changes_nothing() -> None:
    bulletin = published()
    changing.change(bulletin, Content.of(bulletin), by=bulletin.created_by, is_major=True)
    assert (Bulletin.objects.get().version, pushed()) == (1, ["published"])


def test_whoever_leaves_the_audience_loses_it_and_whoever_joins_is_told() -> None:
    lines = BusinessLineFactory.create_batch(2)
    agents = [AgentFactory.create(lines=[line]) for line in lines]
    bulletin = published(urgency="important", line_ids=[lines[0].pk])
    content = replace(Content.of(bulletin), line_ids=[lines[1].pk])
    changing.change(bulletin, content, by=bulletin.created_by, is_major=False)
    assert [(event.payload["state"], event.line_ids) for event in events()] == [
        ("published", [lines[0].pk]),
        ("withdrawn", [lines[0].pk]),
        ("changed", [lines[1].pk]),
    ]
    assert [told(agent) for agent in agents] == [1, 1]


def test_a_withdrawal_says_why_and_is_for_good() -> None:
    agent, bulletin = AgentFactory.create(), published(urgency="important")
    by = bulletin.created_by
    with pytest.raises(RuleBrokenError, match="原因"):
        changing.withdraw(bulletin, by=by, reason=" ")
    changing.withdraw(bulletin, by=by, reason="误发")
    assert "误发" in Notification.objects.filter(person=agent).latest("pk").text
    assert pushed() == ["published", "withdrawn"]
    for again in (
        lambda: changing.withdraw(bulletin, by=by, reason="误发"),
        lambda: changing.change(bulletin, CONTENT, by=by, is_major=True),
        lambda: reminding.remind(bulletin, by=by),
    ):
        with pytest.raises(RuleBrokenError, match="撤回"):
            again()


def test_one_reminder_reaches_those_who_have_not_read_it() -> None:
    late, done = AgentFactory.create_batch(2)
    bulletin = published(is_must_read=True)
    receiving.take_receipt(bulletin, by=done, version=1)
    assert reminding.remind(bulletin, by=bulletin.created_by) == 1
    event = events()[-1]
    assert (event.person_ids, event.payload["reminder"]) == ([late.pk], True)
    assert (told(late), told(done)) == (2, 1)
    assert AuditRow.objects.get(act="bulletin.reminded").detail == {"version": 1, "people": 1}
    with pytest.raises(RuleBrokenError, match="已经提醒"):
        reminding.remind(bulletin, by=bulletin.created_by)


def test_there_is_no_reminder_of_what_need_not_be_read_or_everybody_has_read() -> None:
    with pytest.raises(RuleBrokenError, match="无需提醒"):
        reminding.remind(published(), by=SupervisorFactory.create())
    bulletin = published(is_must_read=True)
    for person in bulletin.not_read_by:
        receiving.take_receipt(bulletin, by=person, version=1)
    with pytest.raises(RuleBrokenError, match="都已读"):
        reminding.remind(bulletin, by=bulletin.created_by)


def test_a_receipt_is_given_once() -> None:
    agent, bulletin = AgentFactory.create(), published()
    for _ in range(2):
        receiving.take_receipt(bulletin, by=agent, version=1)
    assert Receipt.objects.filter(person=agent).count() == 1


def test_a_wrong_answer_is_no_receipt() -> None:
    agent, bulletin = AgentFactory.create(), published(**QUIZ)
    for choice in (None, 0, 2, -1):
        with pytest.raises(receiving.WrongAnswerError):
            receiving.take_receipt(bulletin, by=agent, version=1, choice=choice)
    assert not Receipt.objects.filter(person=agent).exists()
    receiving.take_receipt(bulletin, by=agent, version=1, choice=1)
    assert Receipt.objects.filter(person=agent).exists()


def test_a_receipt_of_what_was_not_read_is_refused() -> None:
    agent, bulletin = AgentFactory.create(), published()
    changing.change(bulletin, CONTENT, by=bulletin.created_by, is_major=True)
    with pytest.raises(RuleBrokenError, match="已有修改"):
        receiving.take_receipt(bulletin, by=agent, version=1)
    for row in (drafted(), published(roles=[Role.SUPERVISOR])):
        with pytest.raises(RuleBrokenError, match="已失效"):
            receiving.take_receipt(row, by=agent, version=1)


def test_one_that_begins_later_is_told_of_then_by_a_job_and_once() -> None:
    agent, begins = AgentFactory.create(), database_now() + timedelta(hours=1)
    bulletin = published(urgency="urgent", starts_at=begins)
    assert (pushed(), told(agent)) == ([], 0)
    job = ProcrastinateJob.objects.get(task_name="bulletins.announce_when_due")
    assert (job.scheduled_at, job.queue_name, job.args) == (begins, "clock", {"bulletin_id": bulletin.pk})
    assert not tasks.announce_when_due(bulletin.pk)
    Bulletin.objects.update(starts_at=database_now())
    assert tasks.announce_when_due(bulletin.pk)
    assert not tasks.announce_when_due(bulletin.pk)
    assert tasks.announce_what_is_due(0) == 0
    assert (pushed(), told(agent)) == (["published"], 1)


def test_the_sweep_finds_what_a_job_has_missed() -> None:
    for _ in range(2):
        published(starts_at=database_now() + timedelta(hours=1))
    gone = published(starts_at=database_now() + timedelta(hours=1))
    changing.withdraw(gone, by=gone.created_by, reason="误发")
    Bulletin.objects.update(starts_at=database_now())
    assert tasks.announce_what_is_due(0) == 2
    assert pushed() == ["published"] * 2


def test_a_beginning_that_is_put_off_is_told_of_anew() -> None:
    agent = AgentFactory.create()
    bulletin = published(urgency="important")
    later = replace(Content.of(bulletin), starts_at=database_now() + timedelta(hours=1))
    bulletin = changing.change(bulletin, later, by=bulletin.created_by, is_major=True)
    assert (bulletin.announced_at, pushed()) == (None, ["published", "changed"])
    Bulletin.objects.update(starts_at=database_now())
    assert tasks.announce_when_due(bulletin.pk)
    assert (pushed()[-1], told(agent)) == ("published", 2)
