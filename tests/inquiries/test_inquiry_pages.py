"""The pages of inquiries: lists by role, the page of one with what each may do, refusals."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, BusinessLine
from courier.models import Notification
from faq.models import Revision
from inquiries.models import Asker, Inquiry, Message
from inquiries.services import answering, assigning, forwarding
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)
from tests.inquiries.making import QUESTION, expert_of, forwarded, moved_back

pytestmark = pytest.mark.django_db
LIST = "/inquiries/"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:")


def logged_in(person: Agent) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    return client


def page_of(person: Agent, address: str) -> str:
    answer = logged_in(person).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create(code="CARD", name="信用卡中心")


@pytest.fixture
def agent() -> Agent:
    return AgentFactory.create()


@pytest.fixture
def inquiry(line: BusinessLine, agent: Agent) -> Inquiry:
    return forwarded(line=line, by=agent, context="客户在东京，急用")


def test_each_role_begins_with_its_own_list(inquiry: Inquiry, line: BusinessLine, agent: Agent) -> None:
    assert QUESTION in page_of(agent, LIST)
    assert "还没有提过" in page_of(AgentFactory.create(), LIST)
    assert QUESTION in page_of(expert_of(line), LIST)
    assert QUESTION not in page_of(expert_of(BusinessLineFactory.create()), LIST)
    for watcher in (SupervisorFactory, InformationAdministratorFactory):
        assert QUESTION in page_of(watcher.create(), LIST)
    assert QUESTION in page_of(AuditorFactory.create(), f"{LIST}?view=all")
    assert logged_in(agent).get(f"{LIST}?view=all").status_code == 404
    assert logged_in(agent).get(f"{LIST}?state=lost").status_code == 404


def test_a_list_is_narrowed_by_state_and_line(inquiry: Inquiry, line: BusinessLine) -> None:
    other = forwarded(question="ETC押金怎么退")
    answering.answer(other, text="原路退回", by=expert_of(other.line), key=uuid4())
    keeper = InformationAdministratorFactory.create()
    assert "ETC" not in page_of(keeper, LIST)
    answered = page_of(keeper, f"{LIST}?state=answered")
    assert "ETC" in answered
    assert QUESTION not in answered
    assert "没有这样的疑难问题" in page_of(keeper, f"{LIST}?line={other.line_id}")
    assert "没有这样的疑难问题" in page_of(keeper, f"{LIST}?state=late")
    moved_back(inquiry, 25)
    assert QUESTION in page_of(keeper, f"{LIST}?state=late&line={line.pk}")


def test_what_is_due_next_says_how_late_in_words(line: BusinessLine, inquiry: Inquiry) -> None:
    late, provisional = forwarded(question="早该答的", line=line), forwarded(question="明年才到期", line=line)
    moved_back(late, 30)
    provisional.rounds.update(
        is_provisional=True, replied_at=timezone.now(), answer_due_at=timezone.now() + timedelta(days=9)
    )
    page = page_of(expert_of(line), f"{LIST}due/")
    assert page.index("早该答的") < page.index(QUESTION) < page.index("明年才到期")
    assert "逾期 6 小时" in page
    assert "暂定" in page
    assert "8 天后到期" in page
    assert not INLINE.search(page)
    assert "没有到期的" in page_of(AgentFactory.create(), f"{LIST}due/")


def test_the_page_shows_each_what_they_may_do(inquiry: Inquiry, line: BusinessLine, agent: Agent) -> None:
    address = f"{LIST}{inquiry.pk}/"
    asked, other = page_of(agent, address), page_of(AgentFactory.create(), address)
    answers, chases = page_of(expert_of(line), address), page_of(SupervisorFactory.create(), address)
    assert 'value="detail"' in asked
    assert 'value="answer"' not in asked
    assert "/assign/" not in asked
    assert "/join/" in other
    assert 'value="detail"' not in other
    assert 'value="answer"' in answers
    assert "/assign/" in answers
    assert "/pause/" in answers
    assert 'value="answer"' not in chases
    assert "/assign/" in chases
    assert "/close/" in chases
    assert all("客户在东京，急用" in page and not INLINE.search(page) for page in (asked, answers))
    assert str(agent) not in other
    assert str(agent) in answers


def test_a_closed_one_is_nobody_elses(inquiry: Inquiry, agent: Agent) -> None:
    answering.close(inquiry, text="客户不问了", by=agent, key=uuid4())
    address = f"{LIST}{inquiry.pk}/"
    assert "客户不问了" in page_of(agent, address)
    assert logged_in(AgentFactory.create()).get(address).status_code == 404
    assert logged_in(SystemAdministratorFactory.create()).post(f"{address}say/").status_code == 404


def test_said_twice_by_one_form_is_said_once(inquiry: Inquiry, line: BusinessLine) -> None:
    client, key = logged_in(expert_of(line)), str(uuid4())
    for _time in range(2):
        answer = client.post(f"{LIST}{inquiry.pk}/say/", {"kind": "answer", "text": "改用磁条", "key": key})
        assert answer.headers["Location"] == f"{LIST}{inquiry.pk}/"
    assert Message.objects.filter(kind="answer").count() == 1


def test_a_refusal_says_why_and_keeps_what_was_typed(inquiry: Inquiry, line: BusinessLine) -> None:
    client = logged_in(expert_of(line))
    answering.answer(inquiry, text="改用磁条", by=expert_of(line), key=uuid4())
    answer = client.post(
        f"{LIST}{inquiry.pk}/say/", {"kind": "reply", "text": "我再核实一下", "key": uuid4()}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert "我再核实一下" in page
    answer = client.post(f"{LIST}{inquiry.pk}/say/", {"kind": "shout", "text": "哎", "key": uuid4()})
    assert answer.status_code == 422


def test_a_whole_life_by_its_page(inquiry: Inquiry, line: BusinessLine, agent: Agent) -> None:
    expert, other = expert_of(line), BusinessLineFactory.create()
    client, address = logged_in(expert), f"{LIST}{inquiry.pk}/"

    def act(what: str, **form: object) -> Inquiry:
        answer = client.post(f"{address}{what}/", {"key": uuid4(), **form})
        assert answer.status_code == 302, answer.content.decode()
        return Inquiry.objects.get(pk=inquiry.pk)

    assert act("assign", to=expert.pk).assigned_to == expert
    act("pause", reason="等总行")
    assert inquiry.pauses.get().resumed_at is None
    act("resume")
    act("say", kind="note", text="问过风险部")
    assert "问过风险部" not in page_of(agent, address)
    act("say", kind="question", text="哪张卡？")
    assert act("say", kind="answer", text="改用磁条").state == "answered"
    act("entry")
    assert Revision.objects.get().question == QUESTION
    assert act("reopen", text="仍被拒").round == 2
    assert act("line", line=other.pk, reason="不归我们").line == other


def test_reading_it_is_reading_what_the_bell_says(inquiry: Inquiry, line: BusinessLine, agent: Agent) -> None:
    answering.answer(inquiry, text="改用磁条", by=expert_of(line), key=uuid4())
    client = logged_in(agent)
    told = client.get(f"{LIST}news/").json()
    assert told["number"] == 1
    assert (told["told"][0]["inquiry"], "改用磁条" in told["told"][0]["text"]) == (inquiry.pk, True)
    assert 'class="tally">1<' in client.get(LIST).content.decode()
    piece = client.get(f"{LIST}{inquiry.pk}/", headers={"X-Wenqu-Desk": "1"}).content.decode()
    assert "改用磁条" in piece
    assert "<html" not in piece
    assert client.get(f"{LIST}news/").json() == {"number": 0, "told": []}
    assert Notification.objects.filter(person=agent, seen_at__isnull=True).count() == 0
    assert 'class="tally"' not in client.get(LIST).content.decode()


def test_the_bar_counts_what_waits_for_an_expert_and_what_is_late_for_who_chases(
    inquiry: Inquiry, line: BusinessLine
) -> None:
    expert, keeper = expert_of(line), SupervisorFactory.create()
    assert 'class="tally">1<' in page_of(expert, LIST)
    assert 'class="tally">' not in page_of(keeper, LIST)
    moved_back(inquiry, 25)
    assert 'class="tally">1<' in page_of(keeper, LIST)
    away = expert_of(line)
    stands_in = expert_of(BusinessLineFactory.create())
    today = timezone.localdate()
    assigning.set_absence(away, substitute=stands_in, starts_on=today, ends_on=today, by=away)
    assert 'class="tally">1<' in page_of(stands_in, LIST)
    assert QUESTION in page_of(expert, "/knowledge/work/")


def test_the_number_of_queries_does_not_grow(
    inquiry: Inquiry, line: BusinessLine, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    expert = expert_of(line)
    for number in range(5):
        more = forwarded(question=f"第{number}个问题", line=line)
        forwarding.join(more, by=AgentFactory.create(), call_id=uuid4())
        answering.note(more, text="记一笔", by=expert, key=uuid4())
    Asker.objects.bulk_create([Asker(inquiry=inquiry, person=AgentFactory.create()) for _n in range(5)])
    client = logged_in(expert)
    with django_assert_max_num_queries(12):
        client.get(LIST)
    with django_assert_max_num_queries(12):
        client.get(f"{LIST}due/")
    with django_assert_max_num_queries(27):
        client.get(f"{LIST}{inquiry.pk}/")


def test_wrong_methods_are_refused(inquiry: Inquiry, line: BusinessLine) -> None:
    client = logged_in(expert_of(line))
    assert client.post(LIST).status_code == 405
    for act in ("say", "assign", "line", "pause", "resume", "close", "reopen", "join", "entry", "files"):
        assert client.get(f"{LIST}{inquiry.pk}/{act}/").status_code == 405
    assert Client().get(LIST).status_code == 302
