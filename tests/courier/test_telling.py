"""Telling people: one row each, whatever is repeated, and mails that survive a mail server that refuses."""

from smtplib import SMTPServerDisconnected
from unittest import mock

import pytest
from django.core import mail as outbox

from courier.models import Mail, MailWish, Notification
from courier.tasks import hand_over
from courier.telling import File, send_mail, tell
from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def _real_house(settings) -> None:  # type: ignore[no-untyped-def]
    settings.WENQU_DEMO = False


def test_the_same_is_told_once() -> None:
    person = AgentFactory.create()
    tell([person, person], "已回复", key="flag-1")
    tell([person], "已回复", key="flag-1")
    assert [row.text for row in Notification.objects.all()] == ["已回复"]


def test_who_left_is_told_nothing() -> None:
    gone = AgentFactory.create(is_active=False, email="gone@example.com")
    tell([gone], "已回复", key="flag-1")
    send_mail([gone], "题", "文", key="flag-1")
    assert not Notification.objects.exists()
    assert not Mail.objects.exists()


def test_nobody_without_an_address_is_written_to() -> None:
    send_mail([AgentFactory.create(email="")], "题", "文", key="flag-1")
    assert not Mail.objects.exists()


@pytest.mark.usefixtures("_real_house")
def test_a_mail_is_written_once_and_handed_over_under_its_own_id() -> None:
    person = AgentFactory.create(email="li@example.com")
    send_mail([person], "题", "文", key="review-1")
    send_mail([person], "题", "文", key="review-1")
    written = Mail.objects.get()
    hand_over(written.pk)
    hand_over(written.pk)
    assert [message.to for message in outbox.outbox] == [["li@example.com"]]
    assert outbox.outbox[0].extra_headers["Message-ID"] == written.message_id
    written.refresh_from_db()
    assert written.state == Mail.State.SENT


@pytest.mark.usefixtures("_real_house")
def test_a_file_goes_out_with_its_mail_and_its_bytes_are_let_go() -> None:
    file = File("报表-2026-10.csv", "text/csv", "条目,命中".encode())
    send_mail([AgentFactory.create(email="li@example.com")], "题", "文", key="report-1", files=[file])
    written = Mail.objects.get()
    hand_over(written.pk)
    assert outbox.outbox[0].attachments == [("报表-2026-10.csv", "条目,命中", "text/csv")]
    assert [(file.name, bytes(file.content)) for file in written.files.all()] == [("报表-2026-10.csv", b"")]


@pytest.mark.usefixtures("_real_house")
def test_a_refused_mail_waits_and_says_why() -> None:
    send_mail([AgentFactory.create(email="li@example.com")], "题", "文", key="review-1")
    written = Mail.objects.get()
    refusal = mock.patch("courier.tasks.EmailMessage.send", side_effect=SMTPServerDisconnected("closed"))
    with refusal, pytest.raises(SMTPServerDisconnected):
        hand_over(written.pk)
    written.refresh_from_db()
    assert (written.state, written.tries, written.error) == (Mail.State.WAITING, 1, "closed")


def test_in_the_demo_nothing_leaves_the_house(settings) -> None:  # type: ignore[no-untyped-def]
    settings.WENQU_DEMO = True
    send_mail([AgentFactory.create(email="li@example.com")], "题", "文", key="review-1")
    hand_over(Mail.objects.get().pk)
    assert Mail.objects.get().state == Mail.State.SENT
    assert not outbox.outbox


def test_a_mail_with_a_file_does_not_wait_for_the_daily_one() -> None:
    person = AgentFactory.create(email="li@example.com")
    MailWish.objects.create(person=person, is_daily=True)
    send_mail([person], "题", "文", key="report-1", files=[File("a.csv", "text/csv", b"1")])
    send_mail([person], "题", "文", key="report-2")
    states = dict(Mail.objects.values_list("key", "state"))
    assert states == {"report-1": Mail.State.WAITING, "report-2": Mail.State.COLLECTED}
