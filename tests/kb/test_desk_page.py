"""The desk's page and what the empty box shows."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, BusinessLine
from faq.models import Entry, Feature, Kind
from hits.models import Call, DailyHits, Hit, MonthlyHits
from kb.home.shifts import last_shift_ended_at
from kb.home.start import start_for
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create(name="信用卡中心")


@pytest.fixture
def agent(line: BusinessLine) -> Agent:
    return AgentFactory.create(lines=[line])


def restrict(entry: Entry) -> Entry:
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    return entry


def changed_before(entry: Entry, **ago: float) -> Entry:
    """Put the entry's times back, as if it had been published so long ago."""
    at = timezone.now() - timedelta(**ago)
    Entry.objects.filter(pk=entry.pk).update(changed_at=at, published_at=at)
    return entry


def test_the_desk_is_a_page_with_the_search_box_in_focus(client: Client, agent: Agent) -> None:
    client.force_login(agent)
    page = client.get("/")
    assert page.status_code == 200
    assert "autofocus" in page.content.decode()
    assert 'role="combobox"' in page.content.decode()
    assert "csrftoken" in page.cookies


@pytest.mark.parametrize("name", ["desk", "desk-start", "desk-counts"])
def test_a_log_in_is_needed(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("accounts:log-in"))


@pytest.mark.parametrize("name", ["desk", "desk-start", "desk-counts"])
def test_nothing_is_posted_to_them(client: Client, agent: Agent, name: str) -> None:
    client.force_login(agent)
    assert client.post(reverse(name)).status_code == 405


def test_the_words_of_the_telephone_system_stand_in_the_box(client: Client, agent: Agent) -> None:
    client.force_login(agent)
    assert 'value="挂失&lt;b&gt;"' in client.get("/", {"call": "A-17", "q": "挂失<b>"}).content.decode()


def test_the_language_follows_the_switch_and_not_the_browser(client: Client, agent: Agent) -> None:
    client.force_login(agent)
    assert 'lang="zh-Hans"' in client.get("/", headers={"Accept-Language": "en"}).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert 'lang="en"' in client.get("/").content.decode()


def test_only_whose_role_opens_them_finds_the_reports_in_the_bar(client: Client, agent: Agent) -> None:
    client.force_login(agent)
    address = f'href="{reverse("reports:last-month")}"'
    assert address not in client.get("/").content.decode()
    client.force_login(SupervisorFactory.create())
    assert address in client.get("/").content.decode()


def test_the_number_of_queries_does_not_grow_with_entries(
    client: Client, agent: Agent, line: BusinessLine, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(agent)
    by = InformationAdministratorFactory.create()
    for kind in [Kind.FAQ, Kind.CAMPAIGN] * 8:
        entry = PublishedEntryFactory.create(line=line, kind=kind, by=by)
        Feature.objects.create(entry=entry, featured_by=by)
        DailyHits.objects.create(day=timezone.localdate(), entry=entry, line=line, hits=3)
    with django_assert_max_num_queries(24):
        client.get("/")


@pytest.mark.parametrize("name", ["desk", "desk-start"])
def test_agents_see_their_own_figures_and_nobody_elses(client: Client, agent: Agent, name: str) -> None:
    other = AgentFactory.create()
    for person, number in [(agent, 2), (other, 7)]:
        for _ in range(number):
            Hit.objects.create(
                event_id=uuid4(), call_id=uuid4(), agent=person, entry_id=1, line_id=1, at=timezone.now()
            )
    Call.objects.create(id=uuid4(), agent=agent)
    client.force_login(agent)
    page = client.get(reverse(name)).content.decode()
    assert re.findall(r"<span>(\S+ \d+)</span>", page) == ["今日通话 1", "今日命中 2", "本月命中 2"]
    client.cookies["django_language"] = "en"
    assert "<span>Calls today 1</span>" in client.get(reverse(name)).content.decode()


def test_who_is_no_agent_has_no_figures(client: Client) -> None:
    client.force_login(SupervisorFactory.create())
    assert "start-figures" not in client.get("/").content.decode()


def test_own_figures_cost_the_start_one_query(agent: Agent) -> None:
    _ = agent.roles, agent.line_ids
    with CaptureQueriesContext(connection) as seen:
        start_for(agent, timezone.now())
    assert sum("hits_call" in query["sql"] and "hits_hit" in query["sql"] for query in seen) == 1


def test_featured_entries_are_for_all_or_for_ones_own_lines(agent: Agent, line: BusinessLine) -> None:
    by = InformationAdministratorFactory.create()
    for_all, for_own, for_others, closed = PublishedEntryFactory.create_batch(4, line=line, by=by)
    over = PublishedEntryFactory.create(line=line, by=by)
    Feature.objects.create(entry=for_all, featured_by=by)
    Feature.objects.create(entry=for_own, line=line, featured_by=by)
    Feature.objects.create(entry=for_others, line=BusinessLineFactory.create(), featured_by=by)
    Feature.objects.create(entry=over, featured_by=by, ends_at=timezone.now() - timedelta(hours=1))
    Feature.objects.create(entry=closed, featured_by=by)
    Entry.objects.filter(pk=closed.pk).update(
        is_restricted=True, concerned_line_ids=[BusinessLineFactory.create().pk]
    )
    (featured,) = start_for(agent, timezone.now()).groups
    assert {row["id"] for row in featured["rows"]} == {for_all.pk, for_own.pk}


def test_hot_questions_are_told_for_ones_own_lines_and_for_all(agent: Agent, line: BusinessLine) -> None:
    own = PublishedEntryFactory.create(line=line)
    other = PublishedEntryFactory.create()
    closed = restrict(PublishedEntryFactory.create())
    for entry, hits in [(own, 3), (other, 9), (closed, 20)]:
        DailyHits.objects.create(day=timezone.localdate(), entry=entry, line=entry.line, hits=hits)
    own_lines, all_lines = start_for(agent, timezone.now()).groups
    assert [(row["id"], row["count"]) for row in own_lines["rows"]] == [(own.pk, 3)]
    assert [(row["id"], row["count"]) for row in all_lines["rows"]] == [(other.pk, 9), (own.pk, 3)]


def test_the_counts_behind_the_bars_leave_out_what_one_may_not_find(client: Client, agent: Agent) -> None:
    seen, closed = PublishedEntryFactory.create(), restrict(PublishedEntryFactory.create())
    month = timezone.localdate().replace(day=1)
    for entry in (seen, closed):
        MonthlyHits.objects.create(month=month, entry=entry, line=entry.line, hits=7)
    client.force_login(agent)
    assert client.get(reverse("desk-counts")).json() == {str(seen.pk): 7}


def test_what_changed_since_the_last_shift_is_told_while_it_is_in_force(
    agent: Agent, line: BusinessLine
) -> None:
    now = timezone.now()
    old = changed_before(PublishedEntryFactory.create(line=line), days=30)
    new = changed_before(PublishedEntryFactory.create(line=line), hours=2)
    came = changed_before(
        PublishedEntryFactory.create(line=line, valid_from=now - timedelta(hours=1)), days=30
    )
    later = PublishedEntryFactory.create(line=line, valid_from=now + timedelta(hours=1))
    closed = restrict(changed_before(PublishedEntryFactory.create(), hours=2))
    Call.objects.create(id=uuid4(), agent=agent, started_at=now - timedelta(hours=9))
    changes = {change.id: change for change in start_for(agent, now).changes}
    assert set(changes) == {new.pk, came.pk}
    assert all(change.is_readable for change in changes.values())
    assert {old.pk, later.pk, closed.pk}.isdisjoint(changes)


def test_only_who_may_read_it_is_told_what_went_out_of_force(agent: Agent, line: BusinessLine) -> None:
    expired = changed_before(PublishedEntryFactory.create(line=line), days=30)
    Entry.objects.filter(pk=expired.pk).update(valid_until=timezone.now() - timedelta(hours=1))
    gone, closed = WithdrawnEntryFactory.create(line=line), restrict(WithdrawnEntryFactory.create())
    start = start_for(SupervisorFactory.create(lines=[line]), timezone.now())
    assert {change.id for change in start.changes} == {expired.pk, gone.pk}
    assert not any(change.is_readable for change in start.changes)
    assert closed.pk not in {change.id for change in start.changes}
    start = start_for(agent, timezone.now())
    assert (start.changes, start.more_changes) == ([], 0)


def test_running_campaigns_stand_by_their_end(agent: Agent, line: BusinessLine) -> None:
    now = timezone.now()
    later, sooner = (
        PublishedEntryFactory.create(line=line, kind=Kind.CAMPAIGN, valid_until=now + timedelta(days=days))
        for days in (20, 3)
    )
    PublishedEntryFactory.create(line=line, kind=Kind.CAMPAIGN, valid_from=now + timedelta(days=1))
    assert [campaign.id for campaign in start_for(agent, now).campaigns] == [sooner.pk, later.pk]


def calls_at(agent: Agent, *times: datetime) -> None:
    Call.objects.bulk_create([Call(id=uuid4(), agent=agent, started_at=at) for at in times])


def test_the_last_shift_ended_before_the_last_pause_of_four_hours(agent: Agent) -> None:
    now = timezone.now()
    evening = now - timedelta(hours=12)
    calls_at(agent, evening - timedelta(hours=3), evening, now - timedelta(hours=3), now - timedelta(hours=1))
    assert last_shift_ended_at(agent, now) == evening


def test_in_the_morning_the_last_call_ended_the_last_shift(agent: Agent) -> None:
    now = timezone.now()
    evening = now - timedelta(hours=12)
    calls_at(agent, evening - timedelta(hours=3), evening)
    assert last_shift_ended_at(agent, now) == evening


def test_somebody_new_had_no_shift(agent: Agent) -> None:
    calls_at(agent, timezone.now() - timedelta(hours=1))
    assert last_shift_ended_at(agent, timezone.now()) is None
