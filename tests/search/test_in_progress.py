"""Forwarded questions found beside the search: from the same second on, by their wording or its sound."""

import time
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, BusinessLine
from inquiries.models import Asker, Inquiry
from inquiries.services import answering
from search import in_progress
from search.likeness import Wordings
from tests.factories import AgentFactory, BusinessLineFactory
from tests.inquiries.making import expert_of, forwarded

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/inquiries/like"
ETC = "高速ETC的押金多久能退回来"


@pytest.fixture
def agent() -> Agent:
    return AgentFactory.create()


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create(code="CARD", name="信用卡中心")


def asked_like(person: Agent, text: str) -> list[int]:
    return [found.id for found, _likeness in in_progress.like(person, text)]


def test_a_question_is_found_as_soon_as_it_is_forwarded(agent: Agent, line: BusinessLine) -> None:
    assert asked_like(agent, "ETC的押金怎么退回来") == []
    first = forwarded(question=ETC, by=agent, line=line)
    assert asked_like(agent, "ETC的押金怎么退回来") == [first.pk]
    second = forwarded(question="ETC的押金怎么退", by=agent, line=line)
    assert set(asked_like(agent, "ETC的押金怎么退回来")) == {first.pk, second.pk}


def test_another_question_is_not_found(agent: Agent, line: BusinessLine) -> None:
    forwarded(question=ETC, by=agent, line=line)
    for other in ("信用卡年费多少", "怎么退", "多久", "", "?!", "12"):
        assert asked_like(agent, other) == [], other


def test_pinyin_finds_it_and_what_others_typed_does(agent: Agent, line: BusinessLine) -> None:
    inquiry = forwarded(question="速通卡押金多久能退", by=agent, line=line)
    assert asked_like(agent, "sutongka yajin") == [inquiry.pk]
    assert asked_like(agent, "保证金返还时间") == []
    Asker.objects.create(inquiry=inquiry, person=agent, call_id=uuid4(), words="保证金什么时候返还")
    assert asked_like(agent, "保证金返还时间") == [inquiry.pk]


def test_an_answered_one_shows_its_answer_until_an_entry_says_it(agent: Agent, line: BusinessLine) -> None:
    inquiry = forwarded(question=ETC, by=agent, line=line)
    answering.answer(inquiry, text="七个工作日内退回原卡", by=expert_of(line), key=uuid4())
    [(found, likeness)] = in_progress.like(agent, ETC)
    assert likeness == pytest.approx(1)
    assert (found.answer, found.asked, found.is_mine) == ("七个工作日内退回原卡", 1, True)
    Inquiry.objects.filter(pk=inquiry.pk).update(entry_published_at=timezone.now())
    assert asked_like(agent, ETC) == []


def test_one_closed_without_an_answer_is_not_found(agent: Agent, line: BusinessLine) -> None:
    answering.close(forwarded(question=ETC, by=agent, line=line), text="不问了", by=agent, key=uuid4())
    assert asked_like(agent, ETC) == []


def test_the_endpoint_tells_what_a_row_shows(
    agent: Agent, line: BusinessLine, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        forwarded(question=f"{ETC}（{number}）", line=line)
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
