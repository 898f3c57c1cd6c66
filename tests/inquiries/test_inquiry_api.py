"""``/api/v1/inquiries``: what the desk and other machines may do, and the same rights as on the pages."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, BusinessLine
from inquiries.models import Asker, Inquiry
from inquiries.services import answering
from tests.factories import AgentFactory, AuditorFactory, BusinessLineFactory
from tests.inquiries.making import QUESTION, expert_of, forwarded

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/inquiries"


@pytest.fixture
def agent() -> Agent:
    return AgentFactory.create()


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create(code="CARD", name="信用卡中心")


def client_of(person: Agent) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    return client


def test_a_question_is_forwarded_masked_and_once(agent: Agent, line: BusinessLine) -> None:
    body = {"id": str(uuid4()), "question": QUESTION, "context": "卡号6222020200112233445", "line": "CARD"}
    client = client_of(agent)
    first = client.post(ADDRESS, body | {"call_id": str(uuid4())}, "application/json")
    again = client.post(ADDRESS, body, "application/json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["context"] == "卡号***************3445"
    assert first.json()["line"] == {"code": "CARD", "name": "信用卡中心"}
    assert (first.json()["state"], first.json()["asked"], first.json()["is_mine"]) == ("open", 1, True)
    assert Inquiry.objects.count() == 1


def test_what_is_wrong_with_it_is_said(agent: Agent, line: BusinessLine) -> None:
    client, body = client_of(agent), {"id": str(uuid4()), "question": QUESTION, "line": "NONE"}
    answer = client.post(ADDRESS, body, "application/json")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "NONE" in answer.json()["errors"]["line"][0]
    BusinessLine.objects.update(is_active=False)
    answer = client.post(ADDRESS, body | {"line": "CARD"}, "application/json")
    assert (answer.status_code, bool(answer.json()["detail"])) == (409, True)
    assert client_of(AuditorFactory.create()).post(ADDRESS, body, "application/json").status_code == 403
    assert Client().post(ADDRESS, body, "application/json").status_code == 403


def test_joining_counts_a_call_once(agent: Agent, line: BusinessLine) -> None:
    inquiry, call = forwarded(line=line), str(uuid4())
    client = client_of(agent)
    for _time in range(2):
        answer = client.post(f"{ADDRESS}/{inquiry.pk}/join", {"call_id": call}, "application/json")
        assert (answer.status_code, answer.json()["asked"]) == (200, 2)
    answering.close(inquiry, text="不问了", by=inquiry.forwarded_by, key=uuid4())
    answer = client.post(f"{ADDRESS}/{inquiry.pk}/join", {"call_id": str(uuid4())}, "application/json")
    assert answer.status_code == 409
    stranger = client_of(AgentFactory.create())
    assert stranger.post(f"{ADDRESS}/{inquiry.pk}/join", {}, "application/json").status_code == 404


def test_one_inquiry_is_read_with_what_was_said(agent: Agent, line: BusinessLine) -> None:
    inquiry, expert = forwarded(line=line, by=agent), expert_of(line)
    answering.note(inquiry, text="内部备注", by=expert, key=uuid4())
    answering.answer(inquiry, text="改用磁条", by=expert, key=uuid4())
    body = client_of(agent).get(f"{ADDRESS}/{inquiry.pk}").json()
    assert [message["kind"] for message in body["messages"]] == ["answer"]
    assert (body["answer"], body["state"], body["entry"]) == ("改用磁条", "answered", None)
    said = client_of(expert).get(f"{ADDRESS}/{inquiry.pk}").json()["messages"]
    assert [message["kind"] for message in said] == ["note", "answer"]
    assert client_of(agent).get(f"{ADDRESS}/987654").status_code == 404


def test_the_list_is_narrowed_and_paged(
    agent: Agent, line: BusinessLine, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    mine = forwarded(line=line, by=agent)
    others = [forwarded(question=f"第{number}问") for number in range(3)]
    Asker.objects.bulk_create([Asker(inquiry=one, person=AgentFactory.create()) for one in others])
    client = client_of(agent)
    with django_assert_max_num_queries(6):
        page = client.get(ADDRESS, {"limit": 2}).json()
    assert [row["id"] for row in page["results"]] == [others[2].pk, others[1].pk]
    rest = client.get(page["next"]).json()
    assert [row["id"] for row in rest["results"]] == [others[0].pk, mine.pk]
    assert rest["next"] is None
    for query in ({"mine": "1"}, {"line": "CARD"}):
        assert [row["id"] for row in client.get(ADDRESS, query).json()["results"]] == [mine.pk]
    assert client.get(ADDRESS, {"state": ["answered", "closed"]}).json()["results"] == []
    assert client.get(ADDRESS, {"state": "lost"}).status_code == 400
