"""Each reads in their own language; who wishes one mail a day gets one, and what is urgent at once."""

from datetime import date, timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils.translation import gettext as _
from pytest_django.fixtures import Settings

from accounts.models import Agent
from courier.letters import framed
from courier.models import Mail, Notification, PushEvent
from courier.tasks import forget_pushed
from courier.telling import send_mail, tell
from courier.wishes import send_daily, set_daily
from faq.models import FlagReason
from faq.services import flagging
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
)
from tests.search.test_dictionary_pages import logged_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 26)
SETTINGS = "/bell/settings/"


@pytest.fixture
def reader() -> Agent:
    return AgentFactory.create(email="li@example.com")


def test_each_reads_it_in_the_language_of_their_switch(reader: Agent) -> None:
    other = AgentFactory.create(email="wang@example.com")
    client = logged_in(other)
    client.post("/i18n/setlang/", {"language": "en"})
    other.refresh_from_db()
    people = [reader, other]
    tell(people, lambda: _("Messages"), key="first")
    send_mail(people, lambda: _("Messages"), lambda: _("Outbox"), key="first")
    told = dict(Notification.objects.values_list("person", "text"))
    assert told == {reader.pk: "消息", other.pk: "Messages"}
    assert "您好" in framed(Mail.objects.get(to=reader))
    assert "Hello" in framed(Mail.objects.get(to=other))


def test_nobody_logged_in_may_choose_a_language(client: Client) -> None:
    assert client.post("/i18n/setlang/", {"language": "en"}).status_code == 302


def test_the_bell_of_open_pages_counts_what_was_really_told(reader: Agent) -> None:
    other = AgentFactory.create()
    tell([reader], "文", key="first", address="/bell/")
    tell([reader, other], "文", key="first", address="/bell/")
    pushed = PushEvent.objects.filter(kind="bell").order_by("pk")
    assert [event.person_ids for event in pushed] == [[reader.pk], [other.pk]]
    line = Notification.objects.get(person=reader)
    client = logged_in(reader)
    client.post(f"/bell/{line.pk}/open/")
    client.post(f"/bell/{line.pk}/open/")
    seen = PushEvent.objects.filter(payload={"more": -1})
    assert [event.person_ids for event in seen] == [[reader.pk]]


def test_one_mail_a_day_holds_what_was_not_urgent(reader: Agent) -> None:
    set_daily(reader, is_daily=True)
    for key in ("first", "second"):
        send_mail([reader], f"题{key}", f"文{key}", key=key)
    send_mail([reader], "超时", "马上处理", key="late", is_urgent=True)
    states = dict(Mail.objects.values_list("key", "state"))
    assert states == {"first": "collected", "second": "collected", "late": "waiting"}
    assert send_daily(DAY) == 1
    assert send_daily(DAY) == 0
    daily = Mail.objects.get(key__startswith="daily-")
    assert daily.state == Mail.State.WAITING
    assert [part.key for part in daily.parts.order_by("pk")] == ["first", "second"]
    assert "文first" in daily.body
    assert "文second" in daily.body
    assert "马上处理" not in daily.body


def test_what_was_kept_for_somebody_who_left_stays(reader: Agent) -> None:
    set_daily(reader, is_daily=True)
    send_mail([reader], "题", "文", key="first")
    Agent.objects.filter(pk=reader.pk).update(is_active=False)
    assert send_daily(DAY) == 0


def test_the_page_keeps_what_was_chosen(reader: Agent) -> None:
    client = logged_in(reader)
    assert 'value="at_once" checked' in client.get(SETTINGS).content.decode()
    page = client.post(SETTINGS, {"mails": "daily"}, follow=True).content.decode()
    assert 'value="daily" checked' in page
    assert "已保存" in page
    client.post(SETTINGS, {"mails": "at_once"})
    assert 'value="at_once" checked' in client.get(SETTINGS).content.decode()
    assert client.put(SETTINGS).status_code == 405
    assert Client().get(SETTINGS).status_code == 302
    assert "没有邮箱" in logged_in(AgentFactory.create()).get(SETTINGS).content.decode()


def test_in_the_demo_each_sees_the_own_mails_and_no_others(reader: Agent, settings: Settings) -> None:
    other = AgentFactory.create(email="wang@example.com")
    send_mail([reader], "给李的题目", "<b>文 http://wenqu.example/inquiries/2/", key="first")
    send_mail([other], "给王的题目", "文", key="first")
    settings.WENQU_DEMO = True
    page = logged_in(reader).get("/bell/mails/").content.decode()
    assert "给李的题目" in page
    assert "&lt;b&gt;文" in page
    assert 'href="http://wenqu.example/inquiries/2/"' in page
    assert "给王的题目" not in page
    settings.WENQU_DEMO = False
    assert logged_in(reader).get("/bell/mails/").status_code == 404


def test_what_was_pushed_is_forgotten_after_a_day(reader: Agent) -> None:
    PushEvent.objects.create(kind="bell", at=Now() - timedelta(hours=26))
    kept = PushEvent.objects.create(kind="bell", at=Now() - timedelta(hours=24))
    assert forget_pushed(0) == 1
    assert list(PushEvent.objects.all()) == [kept]


def test_who_flagged_hears_of_the_answer_at_once(reader: Agent) -> None:
    entry = PublishedEntryFactory.create()
    flag = flagging.raise_flag(entry, by=reader, reason=FlagReason.OUTDATED)
    flagging.answer(flag, by=InformationAdministratorFactory.create(), text="已改")
    pushed = PushEvent.objects.get(kind="flag")
    assert (pushed.person_ids, pushed.payload["entry"]) == ([reader.pk], entry.pk)


def test_of_a_restricted_entry_only_its_lines_hear_and_never_what_it_says() -> None:
    from faq.services import hearing

    line = BusinessLineFactory.create()
    open_entry = PublishedEntryFactory.create(question="公开的问题")
    closed = PublishedEntryFactory.create(question="受限的问题", line=line)
    type(closed).objects.filter(pk=closed.pk).update(is_restricted=True)
    PushEvent.objects.all().delete()
    hearing.push_changes([open_entry.pk, closed.pk])
    told = {tuple(event.line_ids): event.payload for event in PushEvent.objects.filter(kind="entry")}
    assert told == {
        (): {"entries": [{"id": open_entry.pk, "what": "changed"}]},
        (line.pk,): {"entries": [{"id": closed.pk, "what": "changed"}]},
    }


def test_every_page_hears_that_an_entry_has_become_restricted() -> None:
    from faq.services import curating

    entry, by = PublishedEntryFactory.create(), InformationAdministratorFactory.create()
    PushEvent.objects.all().delete()
    curating.apply([curating.Curation(entry.pk, {"is_restricted": True})], by=by)
    told = [(tuple(event.line_ids), event.payload) for event in PushEvent.objects.order_by("pk")]
    payload = {"entries": [{"id": entry.pk, "what": "changed"}]}
    assert told == [((entry.line_id,), payload), ((), payload)]
    curating.apply([curating.Curation(entry.pk, {"is_restricted": True})], by=by)
    assert PushEvent.objects.filter(line_ids=[]).count() == 1


def test_many_changes_are_one_event(monkeypatch: pytest.MonkeyPatch) -> None:
    from faq.services import hearing

    entries = [PublishedEntryFactory.create() for _number in range(3)]
    monkeypatch.setattr(hearing, "MOST_NAMED", 2)
    PushEvent.objects.all().delete()
    hearing.push_changes([entry.pk for entry in entries])
    assert [event.payload for event in PushEvent.objects.all()] == [{"entries": [], "many": True}]
