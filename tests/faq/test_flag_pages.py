"""The pages on which flags are worked off, and the one on which an agent sees what came of theirs."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, BusinessLine
from faq.models import Entry, Flag, FlagReason
from faq.services import flagging
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/knowledge/flags/"
ACTS = ("take", "answer", "fix")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:")


def logged_in(person: Agent) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    return client


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create()


@pytest.fixture
def agent() -> Agent:
    return AgentFactory.create()


@pytest.fixture
def flag(line: BusinessLine, agent: Agent) -> Flag:
    entry = PublishedEntryFactory.create(question="挂失手续费多少", line=line, answer="四十元")
    return flagging.raise_flag(entry, by=agent, reason=FlagReason.OUTDATED, text="听说涨价了")


@pytest.fixture
def expert(line: BusinessLine) -> Client:
    return logged_in(BusinessExpertFactory.create(lines=[line]))


def test_open_flags_are_listed_oldest_first(expert: Client, flag: Flag, agent: Agent) -> None:
    newer = PublishedEntryFactory.create(question="补卡多少钱", line=flag.entry.line)
    flagging.raise_flag(newer, by=agent, reason=FlagReason.WRONG)
    page = expert.get(PAGE).content.decode()
    assert page.index("挂失手续费多少") < page.index("补卡多少钱")
    assert "听说涨价了" in page
    assert not INLINE.search(page)


def test_a_flag_is_taken_on_and_answered_and_the_agent_reads_it(
    expert: Client, flag: Flag, agent: Agent
) -> None:
    address = f"{PAGE}{flag.pk}/"
    page = expert.get(address).content.decode()
    assert "四十元" in page
    assert not INLINE.search(page)
    assert expert.post(f"{address}take/").headers["Location"] == address
    assert "我认领的" in expert.get(f"{PAGE}?own=1").content.decode()
    mine = logged_in(agent)
    assert "有人在处理" in mine.get(f"{PAGE}mine/").content.decode()
    assert expert.post(f"{address}answer/", {"answer": "没有涨价"}).headers["Location"] == PAGE
    page = mine.get(f"{PAGE}mine/").content.decode()
    assert "没有涨价" in page
    assert not INLINE.search(page)
    assert "没有涨价" in expert.get(f"{PAGE}?state=answered").content.decode()
    assert "没有待处理的有误反馈" in expert.get(PAGE).content.decode()


def test_who_answers_second_sees_both_answers(expert: Client, flag: Flag) -> None:
    keeper = logged_in(InformationAdministratorFactory.create())
    keeper.post(f"{PAGE}{flag.pk}/answer/", {"answer": "先答的"})
    answer = expert.post(f"{PAGE}{flag.pk}/answer/", {"answer": "后答的"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "先答的" in page
    assert "后答的" in page


def test_a_correction_is_begun(expert: Client, flag: Flag) -> None:
    assert expert.post(f"{PAGE}{flag.pk}/fix/").status_code == 302
    flag.refresh_from_db()
    assert flag.fixed_in is not None
    assert flag.fixed_in.number == 2


def test_a_stranger_finds_no_flag(flag: Flag) -> None:
    stranger = logged_in(BusinessExpertFactory.create(lines=[BusinessLineFactory.create()]))
    assert "挂失手续费多少" not in stranger.get(PAGE).content.decode()
    assert stranger.get(f"{PAGE}{flag.pk}/").status_code == 404
    for act in ACTS:
        assert stranger.post(f"{PAGE}{flag.pk}/{act}/", {"answer": "好"}).status_code == 404


def test_flags_of_restricted_entries_stay_with_the_lines(flag: Flag, expert: Client, agent: Agent) -> None:
    Entry.objects.update(is_restricted=True)
    keeper = logged_in(InformationAdministratorFactory.create())
    assert keeper.get(f"{PAGE}{flag.pk}/").status_code == 404
    assert "挂失手续费多少" not in keeper.get(PAGE).content.decode()
    assert expert.get(f"{PAGE}{flag.pk}/").status_code == 200
    mine = logged_in(agent).get(f"{PAGE}mine/").content.decode()
    assert "挂失手续费多少" not in mine
    assert "不再对您开放" in mine


@pytest.mark.parametrize(
    "factory",
    [AgentFactory, SupervisorFactory, AuditorFactory, CallCentreExpertFactory, SystemAdministratorFactory],
)
def test_others_are_refused(factory: type[PersonFactory], flag: Flag) -> None:
    person = logged_in(factory.create(lines=[flag.entry.line]))
    for path in ("", f"{flag.pk}/"):
        assert person.get(f"{PAGE}{path}").status_code == 403
    for act in ACTS:
        assert person.post(f"{PAGE}{flag.pk}/{act}/", {"answer": "好"}).status_code == 403
    assert "挂失手续费多少" not in person.get(f"{PAGE}mine/").content.decode()


def test_who_is_not_logged_in_is_sent_to_the_log_in(client: Client, flag: Flag) -> None:
    for path in ("", "mine/", f"{flag.pk}/"):
        assert client.get(f"{PAGE}{path}").headers["Location"].startswith("/accounts/")
    for act in ACTS:
        assert client.post(f"{PAGE}{flag.pk}/{act}/").headers["Location"].startswith("/accounts/")


def test_wrong_methods_and_what_is_not_there(expert: Client, flag: Flag) -> None:
    for path in ("", "mine/", f"{flag.pk}/"):
        assert expert.post(f"{PAGE}{path}").status_code == 405
    for act in ACTS:
        assert expert.get(f"{PAGE}{flag.pk}/{act}/").status_code == 405
        for number in (flag.pk + 1, 10**30):
            assert expert.post(f"{PAGE}{number}/{act}/").status_code == 404
    assert expert.get(f"{PAGE}?state=nonsense").status_code == 404
    assert expert.get(f"{PAGE}?page=x").status_code == 200


def test_hostile_notes_are_shown_as_text(expert: Client, agent: Agent, flag: Flag) -> None:
    Flag.objects.update(text="<b onclick=x>", answer="<i onclick=x>")
    pages = [expert.get(PAGE), expert.get(f"{PAGE}{flag.pk}/"), logged_in(agent).get(f"{PAGE}mine/")]
    for page in pages:
        assert "<b onclick" not in page.content.decode()
        assert "<i onclick" not in page.content.decode()


def test_the_number_of_queries_does_not_grow(
    expert: Client, agent: Agent, flag: Flag, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        entry = PublishedEntryFactory.create(question=f"第{number}个", line=flag.entry.line)
        flagging.raise_flag(entry, by=agent, reason=FlagReason.WRONG)
    with django_assert_max_num_queries(9):
        expert.get(PAGE)
    mine = logged_in(agent)
    with django_assert_max_num_queries(9):
        mine.get(f"{PAGE}mine/")
