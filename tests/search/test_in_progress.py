"""Forwarded questions found beside the search: from the same second on, by their wording or its sound."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, BusinessLine
from inquiries.models import Asker, Inquiry, Message, Round
from search import in_progress
from search.likeness import Wordings
from tests.factories import AgentFactory, BusinessLineFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/inquiries/like"
ETC = "高速ETC的押金多久能退回来"


@pytest.fixture
def agent() -> Agent:
    return AgentFactory.create()


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create(code="CARD", name="信用卡中心")


def forwarded(question: str, by: Agent, line: BusinessLine, **words: object) -> Inquiry:
    """As the row stands, without what else forwarding does."""
    now = timezone.now()
    inquiry = Inquiry.objects.create(key=uuid4(), question=question, line=line, forwarded_by=by, **words)
    Round.objects.create(
        inquiry=inquiry,
        number=1,
        began_at=now,
        reply_due_at=now + timedelta(days=1),
        answer_due_at=now + timedelta(days=7),
    )
    Asker.objects.create(inquiry=inquiry, person=by, call_id=uuid4(), words=question)
    return inquiry


def asked_like(person: Agent, text: str) -> list[int]:
    return [found.id for found in in_progress.like(person, text)]


def test_a_question_is_found_as_soon_as_it_is_forwarded(agent: Agent, line: BusinessLine) -> None:
    assert asked_like(agent, "ETC的押金怎么退回来") == []
    first = forwarded(ETC, agent, line)
    assert asked_like(agent, "ETC的押金怎么退回来") == [first.pk]
    second = forwarded("ETC的押金怎么退", agent, line)
    assert set(asked_like(agent, "ETC的押金怎么退回来")) == {first.pk, second.pk}


def test_another_question_is_not_found(agent: Agent, line: BusinessLine) -> None:
    forwarded(ETC, agent, line)
    for other in ("信用卡年费多少", "怎么退", "多久", "", "?!", "12"):
        assert asked_like(agent, other) == [], other


def test_pinyin_finds_it_and_what_others_typed_does(agent: Agent, line: BusinessLine) -> None:
    inquiry = forwarded("速通卡押金多久能退", agent, line)
    assert asked_like(agent, "sutongka yajin") == [inquiry.pk]
    assert asked_like(agent, "保证金返还时间") == []
    Asker.objects.create(inquiry=inquiry, person=agent, call_id=uuid4(), words="保证金什么时候返还")
    assert asked_like(agent, "保证金返还时间") == [inquiry.pk]


def test_an_answered_one_shows_its_answer_until_an_entry_says_it(agent: Agent, line: BusinessLine) -> None:
    inquiry = forwarded(ETC, agent, line, state=Inquiry.State.ANSWERED)
    inquiry.rounds.update(answered_at=timezone.now())
    Message.objects.create(
        inquiry=inquiry, round=1, kind="answer", text="七个工作日内退回原卡", author=agent, key=uuid4()
    )
    [found] = in_progress.like(agent, ETC)
    assert (found.answer, found.asked, found.is_mine) == ("七个工作日内退回原卡", 1, True)
    Inquiry.objects.filter(pk=inquiry.pk).update(entry_published_at=timezone.now())
    assert asked_like(agent, ETC) == []


def test_one_closed_without_an_answer_is_not_found(agent: Agent, line: BusinessLine) -> None:
    forwarded(ETC, agent, line, state=Inquiry.State.CLOSED)
    assert asked_like(agent, ETC) == []


def test_the_endpoint_tells_what_a_row_shows(
    agent: Agent, line: BusinessLine, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        forwarded(f"{ETC}（{number}）", AgentFactory.create(), line)
    client = Client()
    client.force_login(agent, "accounts.backends.AccountBackend")
    client.get(ADDRESS, {"q": ETC})
    with django_assert_num_queries(5):  # session, person, which there are, newest wording, those shown
        answer = client.get(ADDRESS, {"q": ETC})
    first, *_others = answer.json()["inquiries"]
    assert len(answer.json()["inquiries"]) == 3
    assert first["line"] == {"code": "CARD", "name": "信用卡中心"}
    assert (first["asked"], first["state"], first["is_mine"], first["answer"]) == (1, "open", False, "")
    assert first["reply_due_at"] < first["answer_due_at"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert Client().get(ADDRESS, {"q": ETC}).status_code == 403


def test_five_hundred_wordings_cost_less_than_five_milliseconds() -> None:
    pieces = ["押金", "年费", "积分", "限额", "汇率", "账单", "分期", "密码", "短信", "冻结"]
    texts = [
        f"第{number}种卡的{pieces[number % 10]}和{pieces[number // 7 % 10]}怎么处理" for number in range(500)
    ]
    wordings = Wordings(texts)
    asked = [text[::-1] for text in texts[:50]]
    for text in asked:
        wordings.near(text)
    began = time.process_time()
    for text in asked:
        wordings.near(text)
    assert (time.process_time() - began) / len(asked) < 0.005
