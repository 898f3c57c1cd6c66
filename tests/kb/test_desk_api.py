"""``GET /api/v1/entries/{id}``."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, BusinessLine
from faq.models import Entry
from faq.services import curating
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Agent:
    person: Agent = AgentFactory.create()
    client.force_login(person)
    return person


def address(entry: Entry) -> str:
    return f"/api/v1/entries/{entry.pk}"


def test_the_live_text_with_its_facts(client: Client, agent: Agent) -> None:
    line = BusinessLineFactory.create(code="CREDITCARD", name="信用卡中心")
    entry = PublishedEntryFactory.create(
        question="信用卡丢了怎么挂失", line=line, key_points=["核身"], answer="即时生效。\n\n内部：转二线。"
    )
    body = client.get(address(entry)).json()
    assert body["question"] == "信用卡丢了怎么挂失"
    assert body["line"] == {"code": "CREDITCARD", "name": "信用卡中心"}
    assert body["key_points"] == ["核身"]
    assert body["answer_for_caller"] == "即时生效。"
    assert body["revision"] == 1


def test_a_client_that_has_this_body_is_told_so(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create()
    first = client.get(address(entry))
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(address(entry), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def shorten(entry: Entry) -> None:
    """What curating does at once and without a new revision; `changed_at` stays."""
    until = timezone.now() + timedelta(days=1)
    curation = curating.Curation(entry.pk, {"valid_until": until, "keywords": ["挂失"]})
    curating.apply([curation], by=InformationAdministratorFactory.create())


def rename_line(entry: Entry) -> None:
    BusinessLine.objects.filter(pk=entry.line_id).update(name="改了名")


@pytest.mark.parametrize("change", [shorten, rename_line])
def test_whatever_changes_in_the_body_is_sent_again(
    client: Client, agent: Agent, change: Callable[[Entry], None]
) -> None:
    entry = PublishedEntryFactory.create()
    first = client.get(address(entry))
    change(entry)
    again = client.get(address(entry), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.json() != first.json()
    assert again.json()["changed_at"] == first.json()["changed_at"]


def test_the_schema_says_that_every_entry_has_an_external_id(client: Client, agent: Agent) -> None:
    schemas = client.get("/api/v1/schema").json()["components"]["schemas"]
    assert schemas["Entry"]["properties"]["external_id"] == {"type": "string"}


def test_what_is_not_for_this_person_is_not_found(client: Client, agent: Agent) -> None:
    restricted = PublishedEntryFactory.create()
    Entry.objects.filter(pk=restricted.pk).update(is_restricted=True)
    for entry in (restricted, DraftEntryFactory.create(), WithdrawnEntryFactory.create()):
        answer = client.get(address(entry))
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_without_a_log_in_there_is_a_problem_document(client: Client) -> None:
    answer = client.get(address(PublishedEntryFactory.create()))
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_it_is_only_read(client: Client, agent: Agent) -> None:
    assert client.post(address(PublishedEntryFactory.create())).status_code == 405


def test_it_is_one_look_up(
    client: Client, agent: Agent, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    entry = PublishedEntryFactory.create()
    with django_assert_num_queries(5) as seen:  # session, person, their roles, their lines, the entry
        client.get(address(entry))
    assert sum("faq_entry" in query["sql"] for query in seen.captured_queries) == 1
