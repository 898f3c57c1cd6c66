"""The outbox: system administrators see where mails are, and try again those that were given up."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts.models import AuditRow
from courier.models import Mail
from courier.telling import send_mail
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    PersonFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
OUTBOX = "/bell/outbox/"


@pytest.fixture
def keeper() -> Client:
    return logged_in(SystemAdministratorFactory.create())


def mail_to(name: str, state: Mail.State = Mail.State.FAILED) -> Mail:
    person = AgentFactory.create(display_name=name, email=f"{name}@example.com")
    send_mail([person], f"{name}的题目", f"{name}的内容", key=name)
    Mail.objects.filter(to=person).update(state=state, tries=8, error="mailbox full")
    return Mail.objects.get(to=person)


def test_mails_are_shown_by_state_with_what_the_server_said(keeper: Client, settings: Settings) -> None:
    settings.WENQU_DEMO = False
    assert f'href="{OUTBOX}"' in keeper.get("/bell/").content.decode()
    assert "没有这类邮件" in keeper.get(OUTBOX).content.decode()
    mail_to("张三"), mail_to("李四", Mail.State.SENT), mail_to("王五", Mail.State.WAITING)
    page = keeper.get(OUTBOX).content.decode()
    assert "张三@example.com" in page
    assert "mailbox full" in page
    assert "李四" not in page
    assert "李四" in keeper.get(f"{OUTBOX}?state=sent").content.decode()
    assert "王五" in keeper.get(f"{OUTBOX}?state=waiting").content.decode()
    assert not INLINE.search(page.replace("<script type", "<x"))


def test_texts_are_shown_in_the_demo_alone(keeper: Client, settings: Settings) -> None:
    mail_to("张三", Mail.State.SENT)
    settings.WENQU_DEMO = True
    page = keeper.get(OUTBOX).content.decode()
    assert (page.count("张三的题目"), page.count("张三的内容")) == (1, 1)
    settings.WENQU_DEMO = False
    page = keeper.get(f"{OUTBOX}?state=sent").content.decode()
    assert "张三@example.com" in page
    assert "张三的" not in page


def test_readers_are_searched_by_name_and_address(keeper: Client) -> None:
    mail_to("张三"), mail_to("李四")
    for asked in ("张三", "张三@example", "%00张三"):
        page = keeper.get(f"{OUTBOX}?state=failed&q={asked}").content.decode()
        assert "张三@" in page
        assert "李四@" not in page
    page = keeper.get(f"{OUTBOX}?state=failed&q=%25").content.decode()
    assert "没有发给此人的这类邮件" in page


def test_what_was_given_up_is_tried_again(keeper: Client) -> None:
    mail = mail_to("张三")
    answer = keeper.post(f"{OUTBOX}{mail.pk}/again/")
    assert answer.headers["Location"] == f"{OUTBOX}?state=failed"
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.error) == (Mail.State.WAITING, 0, "mailbox full")
    assert AuditRow.objects.get(act="mail.tried_again").subject_id == str(mail.pk)
    answer = keeper.post(f"{OUTBOX}{mail.pk}/again/?state=failed")
    assert answer.status_code == 422
    assert "这封邮件已在重新发送" in answer.content.decode()
    assert AuditRow.objects.filter(act="mail.tried_again").count() == 1


@pytest.mark.parametrize(
    "factory",
    [
        AgentFactory,
        AuditorFactory,
        BusinessExpertFactory,
        CallCentreExpertFactory,
        InformationAdministratorFactory,
        SupervisorFactory,
        PersonFactory,
    ],
)
def test_others_see_and_do_nothing(factory: type[PersonFactory]) -> None:
    mail, person = mail_to("张三"), logged_in(factory.create())
    assert OUTBOX not in person.get("/bell/").content.decode()
    assert person.get(OUTBOX).status_code == 403
    assert person.post(f"{OUTBOX}{mail.pk}/again/").status_code == 403
    mail.refresh_from_db()
    assert mail.state == Mail.State.FAILED


def test_wrong_methods_what_is_not_there_and_who_is_not_logged_in(keeper: Client) -> None:
    mail = mail_to("张三")
    assert keeper.post(OUTBOX).status_code == 405
    assert keeper.get(f"{OUTBOX}{mail.pk}/again/").status_code == 405
    for number in (mail.pk + 99, 10**30):
        assert keeper.post(f"{OUTBOX}{number}/again/").status_code == 404
    assert keeper.get(f"{OUTBOX}?state=nonsense").status_code == 404
    assert Client().get(OUTBOX).headers["Location"].startswith("/accounts/")
    assert Client().post(f"{OUTBOX}{mail.pk}/again/").headers["Location"].startswith("/accounts/")


def test_the_number_of_queries_does_not_grow(
    keeper: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        mail_to(f"员{number}")
    with django_assert_max_num_queries(10):
        keeper.get(f"{OUTBOX}?state=failed&q=员")
