"""Two people at the same moment: one publishes, reminds, changes or withdraws, and the other is told."""

from dataclasses import replace

import pytest

from accounts.models import AuditRow
from bulletins.content import Content
from bulletins.models import Receipt
from bulletins.services import announcing, changing, publishing, receiving, reminding
from courier.models import Notification, PushEvent
from tests.bulletins.bulletins import drafted, published
from tests.factories import AgentFactory
from tests.faq.test_at_the_same_moment import both, held_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_of_two_who_publish_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    AgentFactory.create()
    draft = drafted(urgency="urgent")
    with held_at(publishing, "check_can_be_read", monkeypatch):
        came_to = both(*[lambda: publishing.publish(draft, by=draft.created_by)] * 2)
    assert sorted(came_to) == ["done", "refused"]
    assert PushEvent.objects.filter(kind="bulletin").count() == 1
    assert AuditRow.objects.filter(act="bulletin.published").count() == 1


def test_of_two_who_remind_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    AgentFactory.create()
    bulletin = published(is_must_read=True)
    with held_at(announcing, "reminded", monkeypatch):
        came_to = both(*[lambda: reminding.remind(bulletin, by=bulletin.created_by)] * 2)
    assert sorted(came_to) == ["done", "refused"]
    assert Notification.objects.filter(key__endswith="reminder").count() == 1
    assert AuditRow.objects.filter(act="bulletin.reminded").count() == 1


def test_of_two_who_save_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    bulletin = published()
    texts = [replace(Content.of(bulletin), body=body) for body in ("甲", "乙")]
    with held_at(changing, "check_can_be_read", monkeypatch):
        came_to = both(
            *(
                lambda text=text: changing.change(
                    bulletin, text, by=bulletin.created_by, is_major=True, seen_at=bulletin.changed_at
                )
                for text in texts
            )
        )
    assert sorted(came_to) == ["done", "refused"]


def test_of_two_who_withdraw_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    bulletin = published()
    with held_at(changing, "database_now", monkeypatch):
        came_to = both(*[lambda: changing.withdraw(bulletin, by=bulletin.created_by, reason="误发")] * 2)
    assert sorted(came_to) == ["done", "refused"]
    assert AuditRow.objects.filter(act="bulletin.withdrawn").count() == 1


def test_a_receipt_sent_twice_at_once_is_one() -> None:
    agent, bulletin = AgentFactory.create(), published()
    came_to = both(*[lambda: receiving.take_receipt(bulletin, by=agent, version=1)] * 2)
    assert came_to == ["done", "done"]
    assert Receipt.objects.filter(person=agent).count() == 1
