"""The list of entries: what each person finds in it, page by page, and what it tells of each entry."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from faq import listing
from faq.filtering import STATES, EntryFilters
from faq.models import Entry, FlagReason, Revision
from faq.services import drafting, flagging
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/knowledge/entries/"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:")


def logged_in(person: Agent) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    return client


@pytest.fixture
def keeper() -> Agent:
    return InformationAdministratorFactory.create()


def questions(page: str) -> list[str]:
    return re.findall(r'<th scope="row">\s*(?:<a [^>]*>)?([^<]*?)\s*<', page)


def every_state() -> list[Entry]:
    now = timezone.now()
    return [
        PublishedEntryFactory.create(question="生效的"),
        PublishedEntryFactory.create(question="未到的", valid_from=now + timedelta(days=1)),
        PublishedEntryFactory.create(question="过期的", valid_until=now - timedelta(days=1)),
        WithdrawnEntryFactory.create(question="下架的"),
        DraftEntryFactory.create(question="草稿的"),
    ]


def test_whoever_keeps_entries_valid_sees_them_in_every_state(keeper: Agent) -> None:
    entries = every_state()
    page = logged_in(keeper).get(PAGE).content.decode()
    assert sorted(questions(page)) == sorted(["生效的", "未到的", "过期的", "下架的", "草稿的"])
    for word in ("生效中", "待生效", "已失效", "已下架", "草稿"):
        assert word in page
    assert f'href="/entries/{entries[0].pk}/"' in page
    assert f'href="/entries/{entries[2].pk}/"' not in page, "an expired entry does not open for them"
    assert not INLINE.search(page)


@pytest.mark.parametrize("factory", [InformationAdministratorFactory, CallCentreExpertFactory])
def test_the_list_is_what_is_seen_and_what_is_read_of_every_text(factory: type[PersonFactory]) -> None:
    every_state()
    PublishedEntryFactory.create(question="内部的", is_restricted=True)
    person = factory.create()
    read = set(Revision.objects.readable_by(person).values_list("entry", flat=True))
    seen = set(Entry.objects.visible_to(person).values_list("pk", flat=True))
    assert set(Entry.objects.listed_for(person).values_list("pk", flat=True)) == read | seen


def test_business_experts_keep_their_own_lines(keeper: Agent) -> None:
    entries = every_state()
    expert = BusinessExpertFactory.create(lines=[entry.line for entry in entries[:3]])
    page = logged_in(expert).get(PAGE).content.decode()
    assert sorted(questions(page)) == sorted(["生效的", "未到的", "过期的"])


def test_an_entry_whose_only_draft_was_discarded_is_in_no_list(keeper: Agent) -> None:
    entry = DraftEntryFactory.create(question="作废的")
    drafting.discard(entry.revisions.get(), by=keeper)
    assert "作废的" not in logged_in(keeper).get(PAGE).content.decode()


def test_the_state_of_a_row_is_what_the_filter_says(keeper: Agent) -> None:
    now = timezone.now()
    for entry in every_state():
        states = [
            state
            for state in STATES
            if EntryFilters(state=state).entries(keeper).filter(pk=entry.pk).exists()
        ]
        assert [listing.state_of(Entry.objects.get(pk=entry.pk), now)] == states


def test_a_flagged_entry_and_an_open_draft_are_told(keeper: Agent) -> None:
    entry = PublishedEntryFactory.create(question="挂失手续费")
    page = logged_in(keeper)
    assert "有草稿" not in page.get(PAGE).content.decode()
    flag = flagging.raise_flag(entry, by=AgentFactory.create(), reason=FlagReason.WRONG)
    drafting.new_draft(entry, by=keeper)
    text = page.get(PAGE).content.decode()
    assert '<span class="state warn">有反馈</span>' in text
    assert "有草稿" in text
    flagging.answer(flag, by=keeper, text="好")
    assert '<span class="state warn">有反馈</span>' not in page.get(PAGE).content.decode()


@pytest.mark.parametrize("factory", [SupervisorFactory, BusinessExpertFactory])
def test_a_draft_is_told_to_its_readers_only_and_no_link_leads_nowhere(factory: type[PersonFactory]) -> None:
    entry = PublishedEntryFactory.create()
    drafting.new_draft(entry, by=entry.created_by)
    history, edit = f"/knowledge/entries/{entry.pk}/history/", f"/knowledge/entries/{entry.pk}/edit/"
    client = logged_in(factory.create())
    page = client.get(PAGE).content.decode()
    assert str(entry) in page
    assert "有草稿" not in page
    assert (history in page) == (client.get(history).status_code == 200)
    assert edit not in page
    own = factory.create(lines=[entry.line])
    page = logged_in(own).get(PAGE).content.decode()
    assert ("有草稿" in page) == (edit in page) == (factory is BusinessExpertFactory)


@pytest.mark.parametrize("order", list(listing.ORDERS))
def test_pages_go_on_where_the_last_one_ended_and_miss_nothing(
    keeper: Agent, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(listing, "PAGE_LINES", 3)
    now = timezone.now()
    today = timezone.localdate()
    for number in range(8):
        entry = PublishedEntryFactory.create(question=f"第{number}个")
        Entry.objects.filter(pk=entry.pk).update(
            changed_at=now - timedelta(hours=number // 2),
            valid_until=now + timedelta(days=number // 3) if number % 2 else None,
            review_due_on=today + timedelta(days=number // 3) if number % 3 else None,
        )
    seen: list[int] = []
    after = ""
    for _turn in range(9):
        page = listing.page_of(EntryFilters(), keeper, order, after)
        seen += [row.pk for row in page.rows]
        after = page.after
        if not after:
            break
    name, key = listing.ORDERS[order]
    sign = "-" if name.startswith("-") else ""
    ordered = Entry.objects.annotate(sort_key=key).order_by(f"{sign}sort_key", f"{sign}pk")
    assert seen == list(ordered.values_list("pk", flat=True))
    assert len(seen) == 8


def test_the_next_page_keeps_filters_and_order(keeper: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_LINES", 2)
    line = BusinessLineFactory.create()
    for number in range(3):
        PublishedEntryFactory.create(question=f"第{number}个", line=line)
    PublishedEntryFactory.create(question="别线的")
    client = logged_in(keeper)
    page = client.get(f"{PAGE}?line={line.code}&sort=old").content.decode()
    assert questions(page) == ["第0个", "第1个"]
    link = re.search(r'rel="next" href="([^"]*)"', page)
    assert link is not None
    page = client.get(PAGE + link[1].replace("&amp;", "&")).content.decode()
    assert questions(page) == ["第2个"]
    assert 'rel="next"' not in page


@pytest.mark.parametrize("after", ["x", "WyJhIl0:x:y", "%00", "9" * 3000])
def test_a_mark_that_is_none_is_the_first_page(keeper: Agent, after: str) -> None:
    PublishedEntryFactory.create(question="年费")
    assert questions(logged_in(keeper).get(f"{PAGE}?after={after}").content.decode()) == ["年费"]


def test_more_than_a_thousand_are_not_counted(keeper: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 2)
    for _ in range(4):
        PublishedEntryFactory.create()
    assert "2+" in logged_in(keeper).get(PAGE).content.decode()


def test_empty_lists_say_why(keeper: Agent) -> None:
    client = logged_in(keeper)
    assert "还没有条目" in client.get(PAGE).content.decode()
    assert "没有符合筛选的条目" in client.get(f"{PAGE}?q=x").content.decode()
    assert client.get(f"{PAGE}?state=nonsense&kind=%00&category=x&sort=x&expiring=-1").status_code == 200


def test_hostile_questions_are_shown_as_text(keeper: Agent) -> None:
    PublishedEntryFactory.create(question="<b onclick=x>费用</b>")
    page = logged_in(keeper).get(PAGE).content.decode()
    assert "<b onclick" not in page
    assert "&lt;b onclick" in page


@pytest.mark.parametrize("factory", [AgentFactory, SystemAdministratorFactory])
def test_agents_have_the_desk_instead(factory: type[PersonFactory]) -> None:
    assert logged_in(factory.create()).get(PAGE).status_code == 403


def test_strangers_log_in_and_nothing_is_sent_to_it(client: Client, keeper: Agent) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/accounts/")
    assert logged_in(keeper).post(PAGE).status_code == 405


@pytest.mark.parametrize("factory", [SupervisorFactory, AuditorFactory])
def test_readers_see_no_boxes_to_choose(factory: type[PersonFactory]) -> None:
    every_state()
    page = logged_in(factory.create()).get(PAGE).content.decode()
    assert "草稿的" not in page
    assert "过期的" in page
    assert 'name="entry"' not in page


def test_the_number_of_queries_does_not_grow(
    keeper: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = logged_in(keeper)
    every_state()
    with django_assert_max_num_queries(13):
        client.get(PAGE)
    for _ in range(3):
        every_state()
    with django_assert_max_num_queries(13):
        client.get(f"{PAGE}?sort=until")
