"""The bar: what a person's roles open, how much waits, and which page is being read."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from faq.models import FlagReason
from faq.services import flagging
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    RevisionInReviewFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)

pytestmark = pytest.mark.django_db
NAVIGATION = re.compile(r'<nav class="pages".*?</nav>', re.DOTALL)


def bar_of(person: Agent, page: str = "/knowledge/flags/mine/") -> str:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    found = NAVIGATION.search(client.get(page).content.decode())
    return found[0] if found else ""


def names(bar: str) -> list[str]:
    return re.findall(r"<a [^>]*>([^<]*?)\s*<", bar)


@pytest.mark.parametrize(
    ("factory", "wanted"),
    [
        (AgentFactory, ["工作台", "疑难问题", "我的反馈"]),
        (AuditorFactory, ["工作台", "疑难问题", "报表", "重组", "突增", "审计记录", "我的反馈"]),
        (
            SystemAdministratorFactory,
            ["工作台", "疑难问题", "我的反馈", "相似问", "词典", "搜索质量", "发件箱", "工作日历", "设置"],
        ),
    ],
)
def test_only_what_the_roles_open_is_there(factory: type[PersonFactory], wanted: list[str]) -> None:
    found = [name for name in names(bar_of(factory.create())) if name not in {"待办", "条目"}]
    assert found == wanted


def test_a_single_page_is_no_menu() -> None:
    assert "<details" not in bar_of(AgentFactory.create())
    assert "<details" in bar_of(InformationAdministratorFactory.create())


def test_the_page_being_read_is_marked_in_its_menu_too() -> None:
    bar = bar_of(InformationAdministratorFactory.create())
    assert 'href="/knowledge/flags/mine/" aria-current="page"' in bar
    assert bar.count("aria-current") == 1
    assert "is-current" in bar


def test_the_desk_is_the_page_only_at_its_own_address() -> None:
    person = InformationAdministratorFactory.create()
    assert 'href="/" aria-current="page"' in bar_of(person, "/")
    assert 'href="/" aria-current' not in bar_of(person)


def test_the_bar_tells_what_waits() -> None:
    revision = RevisionInReviewFactory.create()
    entry = PublishedEntryFactory.create(line=revision.line)
    flagging.raise_flag(entry, by=AgentFactory.create(), reason=FlagReason.WRONG)
    expert = BusinessExpertFactory.create(lines=[revision.line])
    bar = bar_of(expert)
    assert "2</span>" in bar
    assert "</span>" not in bar_of(SupervisorFactory.create())


def test_what_waits_is_counted_with_one_query(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    from kb.home import waiting

    for _ in range(3):
        RevisionInReviewFactory.create()
    person = InformationAdministratorFactory.create()
    _ = person.roles, person.line_ids
    with django_assert_max_num_queries(1):
        waiting.number_for(person)
        waiting.number_for(person)
