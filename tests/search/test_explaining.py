"""Why each match stands where it does: told to administrators, and to nobody else."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent
from faq.services import curating
from search.engines.base import FoundBy
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)

pytestmark = pytest.mark.django_db
Searching = Callable[[], None]


def ask(client: Client, person: Agent, status: int = 200, **asked: Any) -> dict[str, Any]:
    client.force_login(person, backend="accounts.backends.AccountBackend")
    response = client.get("/api/v1/search", asked)
    assert response.status_code == status, response.content
    answer: dict[str, Any] = json.loads(response.content)
    return answer


@pytest.fixture
def entries(searching: Searching) -> None:
    for question in ("信用卡怎么挂失", "储蓄卡怎么挂失", "挂失以后怎么补卡", "年费怎么免"):
        PublishedEntryFactory.create(question=question)
    searching()


@pytest.mark.parametrize("role", [InformationAdministratorFactory, SystemAdministratorFactory])
@pytest.mark.usefixtures("entries")
def test_an_administrator_is_told_why(client: Client, role: Any) -> None:
    matches = ask(client, role.create(), q="信用卡丢了挂失", explain="1")["matches"]
    assert [match["explain"]["place"] for match in matches] == list(range(1, len(matches) + 1))
    reasons = matches[0]["explain"]
    assert reasons["tier"] == "score"
    assert reasons["readings"].keys() == {"words", "synonym", "pinyin", "initials", "sound", "answer"}
    assert reasons["readings"]["words"] > 0
    assert reasons["asked"] == {"line": 0, "all": 0}
    assert reasons["ranker"]["shares"][0].keys() == {"name", "said", "value", "share"}


@pytest.mark.usefixtures("entries")
def test_the_exact_question_is_explained_by_its_tier(client: Client) -> None:
    first = ask(client, SystemAdministratorFactory.create(), q="信用卡怎么挂失", explain="1")["matches"][0]
    assert (first["explain"]["tier"], first["explain"]["ranker"]) == ("question", None)


@pytest.mark.parametrize("role", [AgentFactory, SupervisorFactory, AuditorFactory, BusinessExpertFactory])
@pytest.mark.usefixtures("entries")
def test_others_are_refused_and_read_why(client: Client, role: Any) -> None:
    problem = ask(client, role.create(), status=403, q="挂失", explain="1")
    assert problem["status"] == 403
    assert problem["detail"]


@pytest.mark.usefixtures("entries")
def test_who_does_not_ask_is_not_told(client: Client) -> None:
    asks: list[dict[str, Any]] = [{}, {"explain": "0"}, {"explain": ""}]
    for asked in asks:
        for person in (AgentFactory.create(), SystemAdministratorFactory.create()):
            assert all("explain" not in match for match in ask(client, person, q="挂失", **asked)["matches"])


@pytest.mark.usefixtures("entries")
def test_another_value_is_named(client: Client) -> None:
    problem = ask(client, SystemAdministratorFactory.create(), status=400, q="挂失", explain="yes")
    assert list(problem["errors"]) == ["explain"]


def test_a_match_says_by_which_reading_it_was_found(client: Client, searching: Searching) -> None:
    entry = PublishedEntryFactory.create(question="信用卡怎么挂失")
    curating.apply(
        [curating.Curation(entry.pk, {}, similar_questions=["卡掉了"])],
        by=InformationAdministratorFactory.create(),
    )
    searching()
    typed = {
        "信用卡怎么挂失": FoundBy.QUESTION,
        "卡掉了": FoundBy.SIMILAR,
        "挂失": FoundBy.WORDS,
        "guashi": FoundBy.PINYIN,
        "xyk": FoundBy.INITIALS,
        "瓜湿": FoundBy.SOUND,
    }
    agent = AgentFactory.create()
    assert {words: ask(client, agent, q=words)["matches"][0]["matched_by"] for words in typed} == typed


def test_the_schema_describes_the_reasons(client: Client) -> None:
    client.force_login(AgentFactory.create(), backend="accounts.backends.AccountBackend")
    schema = client.get("/api/v1/schema", headers={"Accept": "application/json"}).json()
    match = schema["components"]["schemas"]["Match"]
    assert "explain" not in match["required"]
    reasons = schema["components"]["schemas"]["Explain"]
    assert set(reasons["properties"]) == {"place", "tier", "readings", "ranker", "asked"}
    found_by = schema["components"]["schemas"]["MatchedByEnum"]["enum"]
    assert found_by == [how.value for how in FoundBy]
    names = {each["name"] for each in schema["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert "explain" in names
