"""Spikes are found in what agents did, told once to those concerned, and close by themselves."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent, AuditRow, BusinessLine
from bulletins.models import Bulletin
from courier.models import Mail, MailWish, Notification, PushEvent
from faq.models import Entry
from hits import rollup
from hits.loading import EventRow, SearchRow, load_events, load_searches
from kb.lib.errors import RuleBrokenError
from reports import tasks
from reports.models import Spike
from reports.spikes import handling, reads, watching
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)
from tests.faq.test_at_the_same_moment import both, held_at
from tests.hits.test_attempts import call_of

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now().replace(minute=30, second=0, microsecond=0) - timedelta(hours=2)


@pytest.fixture
def agents() -> list[Agent]:
    return AgentFactory.create_batch(4)


@pytest.fixture
def supervisor() -> Agent:
    person: Agent = SupervisorFactory.create(email="supervisor@example.com")
    return person


@pytest.fixture
def entry() -> Entry:
    found: Entry = PublishedEntryFactory.create(question="手机银行打不开怎么办")
    return found


def written(entry: Entry, agents: list[Agent], calls: int, *, at: datetime, text: str = "") -> None:
    """In so many calls of these agents in turn, spread over half an hour before ``at``."""
    rows = []
    for number in range(calls):
        moment, call_id, search_id = at - timedelta(seconds=1800 * (number + 1) / calls), uuid4(), uuid4()
        agent = agents[number % len(agents)]
        if text:
            load_searches([SearchRow(search_id, moment, agent.pk, call_id, text, [entry.pk], 3)])
        named = search_id if text else None
        rows.append(EventRow(uuid4(), moment, agent.pk, entry.pk, entry.line_id, "confirmed", call_id, named))
    load_events(rows)


def used(entry: Entry, agents: list[Agent], calls: int, *, at: datetime, text: str = "") -> None:
    written(entry, agents, calls, at=at, text=text)
    rollup.catch_up()


def usual(entry: Entry, agents: list[Agent], calls: int = 1) -> None:
    for week in range(1, 10):
        used(entry, agents, calls, at=NOW - timedelta(weeks=week))


def test_a_spike_is_one_row_and_one_alert_however_often_it_is_looked_for(
    agents: list[Agent], supervisor: Agent, entry: Entry
) -> None:
    other_line: Entry = PublishedEntryFactory.create(question="怎么转账")
    usual(other_line, agents)
    used(entry, agents, 12, at=NOW, text="手机银行打不开")
    first = watching.look(NOW)
    assert [spike.subject for spike in first.began] == [f"line:{entry.line_id}"]
    for minutes in (5, 10):
        assert watching.look(NOW + timedelta(minutes=minutes)).began == []
    spike = Spike.objects.get(kind="line")
    assert (spike.calls, spike.agents, spike.usual) == (12, 4, 0)
    assert spike.samples == [["手机银行打不开", 12]]
    assert NOW - timedelta(minutes=30) < spike.started_at < NOW
    assert Spike.objects.get(kind="entry").absorbed_by == spike
    assert Notification.objects.filter(person=supervisor).count() == 1
    assert "12" in Mail.objects.get(to=supervisor).body
    assert PushEvent.objects.filter(kind="spike").count() == 1


def test_it_closes_by_itself_after_half_an_hour_of_calm(
    agents: list[Agent], supervisor: Agent, entry: Entry
) -> None:
    usual(entry, agents)
    used(entry, agents, 12, at=NOW)
    watching.look(NOW)
    for minutes in range(5, 61, 5):
        watching.look(NOW + timedelta(minutes=minutes))
    assert Spike.objects.running().exists()
    ended = [watching.look(NOW + timedelta(minutes=minutes)).ended for minutes in range(65, 100, 5)]
    assert sum(ended) == 2  # the line's and its entry's
    assert not Spike.objects.running().exists()
    states = [event.payload["state"] for event in PushEvent.objects.filter(kind="spike").order_by("pk")]
    assert states == ["began", "ended"]


def test_questions_asked_in_vain_are_a_spike_of_their_own(
    agents: list[Agent], supervisor: Agent, entry: Entry
) -> None:
    usual(entry, agents)
    for number in range(8):
        said = "刷脸支付失败" if number % 3 else "刷脸支付失败怎么办"
        call_of(agents[number % 4], [(0, said)], at=NOW - timedelta(minutes=5 + 5 * number))
    (spike,) = watching.look(NOW).began
    assert (spike.kind, spike.words, spike.calls) == ("gap", "刷脸支付失败", 8)
    watching.look(NOW + timedelta(minutes=5))
    assert Spike.objects.count() == 1


def test_nothing_is_called_a_spike_where_nothing_was_counted_before(
    agents: list[Agent], entry: Entry
) -> None:
    used(entry, agents, 30, at=NOW)
    assert watching.look(NOW).began == []


def test_a_restricted_entry_is_told_to_its_lines_only(
    agents: list[Agent], supervisor: Agent, entry: Entry
) -> None:
    line: BusinessLine = BusinessLineFactory.create()
    own: Agent = SupervisorFactory.create(lines=[line])
    secret: Entry = PublishedEntryFactory.create(question="大客户专线怎么转", line=line, is_restricted=True)
    everyday: Entry = PublishedEntryFactory.create(question="理财怎么买", line=line)
    usual(entry, agents)
    for week in range(1, 9):
        used(everyday, agents, 20, at=NOW - timedelta(weeks=week))
    used(everyday, agents, 20, at=NOW)
    used(secret, agents, 8, at=NOW, text="大客户专线")
    (spike,) = watching.look(NOW).began
    assert spike.entry == secret
    assert set(Notification.objects.values_list("person", flat=True)) == {own.pk}
    assert list(Spike.objects.visible_to(supervisor)) == []
    assert reads.running_for(own) == 1
    client = Client()
    client.force_login(supervisor)
    assert client.get(f"/reports/spikes/{spike.pk}/").status_code == 404


def test_the_spike_of_a_line_tells_no_words_of_its_restricted_entries(
    agents: list[Agent], supervisor: Agent, entry: Entry
) -> None:
    closed: Entry = PublishedEntryFactory.create(line=entry.line, is_restricted=True)
    usual(entry, agents)
    used(entry, agents, 12, at=NOW, text="手机银行打不开")
    used(closed, agents, 12, at=NOW, text="内部限额多少")
    watching.look(NOW)
    assert Spike.objects.get(kind="line").samples == [["手机银行打不开", 12]]


def test_somebody_sees_to_it_and_prepares_a_bulletin_once(
    agents: list[Agent], supervisor: Agent, entry: Entry
) -> None:
    usual(entry, agents)
    used(entry, agents, 12, at=NOW, text="手机银行打不开")
    (spike,) = watching.look(NOW).began
    assert [one.pk for one in reads.unseen(supervisor, 5)] == [spike.pk]
    bulletin = handling.prepare_bulletin(spike, by=supervisor)
    assert handling.prepare_bulletin(spike, by=InformationAdministratorFactory.create()) == bulletin
    assert Bulletin.objects.count() == 1
    assert list(bulletin.entries.all()) == [entry]
    assert bulletin.published_at is None
    assert "手机银行打不开" in bulletin.body
    assert reads.unseen(supervisor, 5) == []
    with pytest.raises(RuleBrokenError):
        handling.acknowledge(spike, by=supervisor)
    acts = set(AuditRow.objects.values_list("act", flat=True))
    assert {"spike.acknowledged", "spike.bulletin_prepared"} <= acts


def test_the_pages_show_it_and_refuse_strangers(agents: list[Agent], supervisor: Agent, entry: Entry) -> None:
    usual(entry, agents)
    used(entry, agents, 12, at=NOW, text="手机银行打不开")
    (spike,) = watching.look(NOW).began
    client = Client()
    client.force_login(supervisor)
    page = client.get("/reports/spikes/").content.decode()
    assert spike.line
    assert spike.line.name in page
    assert "还没有过" not in page
    assert "data-through-keys" in page
    detail = client.get(f"/reports/spikes/{spike.pk}/").content.decode()
    assert "手机银行打不开" in detail
    assert "<svg" in detail
    assert client.post(f"/reports/spikes/{spike.pk}/acknowledge/").status_code == 302
    assert client.post(f"/reports/spikes/{spike.pk}/acknowledge/").status_code == 422
    assert client.get(f"/reports/spikes/{spike.pk}/bulletin/").status_code == 405
    made = client.post(f"/reports/spikes/{spike.pk}/bulletin/")
    assert made["Location"] == f"/bulletins/{Bulletin.objects.get().pk}/edit/"
    client.force_login(AuditorFactory.create())
    assert client.get("/reports/spikes/").status_code == 200
    assert client.post(f"/reports/spikes/{spike.pk}/acknowledge/").status_code == 403
    client.force_login(agents[0])
    assert client.get("/reports/spikes/").status_code == 403


def test_an_empty_list_says_so(supervisor: Agent) -> None:
    client = Client()
    client.force_login(supervisor)
    page = client.get("/reports/spikes/").content.decode()
    assert "现在没有" in page
    assert "还没有过" in page


def test_two_workers_that_look_at_once_alert_once(
    agents: list[Agent], supervisor: Agent, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual(entry, agents)
    used(entry, agents, 12, at=NOW)
    with held_at(watching, "_begin", monkeypatch):
        assert both(lambda: watching.look(NOW), lambda: watching.look(NOW)) == ["done", "done"]
    assert Spike.objects.alerts().count() == 1
    assert Notification.objects.filter(person=supervisor).count() == 1


def test_each_reads_of_it_in_their_own_language_and_at_once(
    agents: list[Agent], supervisor: Agent, entry: Entry
) -> None:
    english: Agent = InformationAdministratorFactory.create(email="info@example.com", language="en")
    MailWish.objects.create(person=supervisor, is_daily=True)
    usual(entry, agents)
    used(entry, agents, 12, at=NOW, text="手机银行打不开")
    (spike,) = watching.look(NOW).began
    assert spike.line
    said = dict(Notification.objects.values_list("person", "text"))
    assert "12 calls within an hour" in said[english.pk]
    assert "calls" not in said[supervisor.pk]
    mails = {mail.to_id: mail for mail in Mail.objects.all()}
    assert mails[english.pk].subject.startswith("Spike: ")
    assert f"Business line: {spike.line.name}" in mails[english.pk].body
    assert spike.line.name in mails[supervisor.pk].body
    assert mails[supervisor.pk].state == Mail.State.WAITING  # urgent: not kept for the daily mail
    pushed = {
        person: event.payload["text"]
        for event in PushEvent.objects.filter(kind="spike")
        for person in event.person_ids or ()
    }
    assert pushed == said


def test_a_counter_that_stands_still_hides_no_spike(
    agents: list[Agent], entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual(PublishedEntryFactory.create(question="怎么转账"), agents)
    written(entry, agents, 12, at=NOW, text="手机银行打不开")
    monkeypatch.setattr(tasks, "database_now", lambda: NOW)
    assert tasks.look_for_spikes(timestamp=0) == 1
