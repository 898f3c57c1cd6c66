"""``/api/v1/bulletins``: the same bulletins as on the pages, for machines."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Agent
from bulletins.models import Receipt
from tests.bulletins.bulletins import QUIZ, drafted, published
from tests.factories import AgentFactory, BusinessLineFactory, PublishedEntryFactory, SupervisorFactory

pytestmark = pytest.mark.django_db


def as_(person: Agent) -> Any:
    client = APIClient()
    client.force_authenticate(person)
    return client


def test_the_list_holds_what_is_in_force_a_page_at_a_time() -> None:
    agent, supervisor = AgentFactory.create(), SupervisorFactory.create()
    for number in range(26):
        published(supervisor, title=f"第{number}号")
    drafted(supervisor)
    client = as_(agent)
    first = client.get("/api/v1/bulletins").json()
    assert [row["title"] for row in first["results"]][:2] == ["第25号", "第24号"]
    second = client.get(first["next"]).json()
    assert [row["title"] for row in second["results"]] == ["第0号"]
    assert second["next"] is None


def test_one_bulletin_says_everything_but_the_right_answer() -> None:
    line, entry = BusinessLineFactory.create(code="CARD"), PublishedEntryFactory.create()
    closed = PublishedEntryFactory.create(is_restricted=True)
    agent = AgentFactory.create(lines=[line])
    bulletin = published(line_ids=[line.pk], entry_ids=[entry.pk, closed.pk], **QUIZ)
    body = as_(agent).get(f"/api/v1/bulletins/{bulletin.pk}").json()
    assert (body["lines"], body["entries"], body["is_read"]) == (["CARD"], [entry.pk], False)
    assert body["choices"] == QUIZ["choices"]
    assert "right_choice" not in body
    assert as_(AgentFactory.create()).get(f"/api/v1/bulletins/{bulletin.pk}").status_code == 404


def test_a_receipt_is_taken_once_and_a_wrong_answer_is_a_conflict() -> None:
    agent, bulletin = AgentFactory.create(), published(**QUIZ)
    client, address = as_(agent), f"/api/v1/bulletins/{bulletin.pk}/receipt"
    refused = client.post(address, {"version": 1, "choice": 0}, format="json")
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert client.post(address, {"version": 2, "choice": 1}, format="json").status_code == 409
    assert client.post(address, {"choice": 1}, format="json").status_code == 400
    for _ in range(2):
        assert client.post(address, {"version": 1, "choice": 1}, format="json").status_code == 204
    assert Receipt.objects.filter(person=agent).count() == 1
    assert client.get("/api/v1/bulletins?unread=1").json()["results"] == []
    assert client.get("/api/v1/bulletins").json()["results"][0]["is_read"] is True
    assert client.post("/api/v1/bulletins/4711/receipt", {"version": 1}, format="json").status_code == 404


def test_the_schema_knows_the_receipt() -> None:
    paths = as_(AgentFactory.create()).get("/api/v1/schema?format=json").json()["paths"]
    assert set(paths["/api/v1/bulletins/{id}/receipt"]["post"]["responses"]) == {"204", "404", "409"}
    assert "/api/v1/bulletins" in paths
