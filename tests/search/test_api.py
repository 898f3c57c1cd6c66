"""The API of search and suggestions."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from faq.services import curating
from search import api
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    CategoryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
)

pytestmark = pytest.mark.django_db
Searching = Callable[[], None]


@pytest.fixture
def agent_client(client: Client) -> Client:
    client.force_login(AgentFactory.create(), backend="accounts.backends.AccountBackend")
    return client


def search(client: Client, status: int = 200, **asked: Any) -> dict[str, Any]:
    response = client.get("/api/v1/search", asked)
    assert response.status_code == status, response.content
    answer: dict[str, Any] = json.loads(response.content)
    return answer


def test_an_answer_says_all_the_desk_shows(agent_client: Client, searching: Searching) -> None:
    until = timezone.now().replace(microsecond=0) + timedelta(days=3)
    line = BusinessLineFactory.create(code="CARD", name="信用卡中心")
    category = CategoryFactory.create(name="挂失")
    entry = PublishedEntryFactory.create(
        question="信用卡丢了怎么挂失",
        line=line,
        category=category,
        key_points=["核对身份"],
        valid_until=until,
    )
    curating.apply(
        [curating.Curation(entry.pk, {}, similar_questions=["卡掉了怎么办"])],
        by=InformationAdministratorFactory.create(),
    )
    searching()
    answer = search(agent_client, q="卡掉了")
    assert UUID(answer.pop("search_id")).version == 4
    assert answer.pop("took_ms") > 0
    assert answer["matches"][0].pop("score") > 0
    assert answer == {
        "matches": [
            {
                "id": entry.pk,
                "question": "信用卡丢了怎么挂失",
                "key_points": ["核对身份"],
                "matched_by": "words",
                "similar": "卡掉了怎么办",
                "kind": "faq",
                "line": {"code": "CARD", "name": "信用卡中心"},
                "category": {"id": category.pk, "path": "挂失"},
                "valid_until": until.isoformat(),
                "highlights": {"question": [], "similar": [[0, 3]]},
            }
        ],
        "more": False,
        "reduced": False,
        "nearest": [],
        "did_you_mean": [],
    }


def test_limit_offset_and_more(agent_client: Client, searching: Searching) -> None:
    for number in range(12):
        PublishedEntryFactory.create(question=f"怎么挂失{number}")
    searching()
    first = search(agent_client, q="怎么挂失")
    assert (len(first["matches"]), first["more"]) == (8, True)
    rest = search(agent_client, q="怎么挂失", offset=8)
    assert (len(rest["matches"]), rest["more"]) == (4, False)
    assert len({match["id"] for match in first["matches"] + rest["matches"]}) == 12
    assert len(search(agent_client, q="怎么挂失", limit=50)["matches"]) == 12


def test_filters_by_code_kind_and_category(agent_client: Client, searching: Searching) -> None:
    card, loans = BusinessLineFactory.create(code="CARD-1"), BusinessLineFactory.create(code="LOAN-1")
    above = CategoryFactory.create(name="卡")
    below = CategoryFactory.create(name="挂失", path="卡/挂失", parent=above, ancestor_ids=[above.pk])
    one = PublishedEntryFactory.create(question="挂失甲", line=card, category=below).pk
    two = PublishedEntryFactory.create(question="挂失乙", line=loans, kind="rule").pk
    searching()

    def found(**asked: Any) -> set[int]:
        return {match["id"] for match in search(agent_client, q="挂失", **asked)["matches"]}

    assert found() == {one, two}
    assert found(line="CARD-1") == {one}
    assert found(line=["CARD-1", "LOAN-1"]) == {one, two}
    assert found(kind="rule") == {two}
    assert found(category=above.pk) == {one}
    assert found(line="LOAN-1", category=below.pk) == set()
    assert found(line="", kind="") == {one, two}
    new = BusinessLineFactory.create(code="NEW-1")
    assert found(line=new.code) == set()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "51"}, "limit"),
        ({"limit": "eight"}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"offset": "-1"}, "offset"),
        ({"offset": "9" * 500}, "offset"),
        ({"kind": "poem"}, "kind"),
        ({"line": "NOWHERE"}, "line"),
        ({"category": "1 OR 1=1"}, "category"),
        ({"category": [str(n) for n in range(30)]}, "category"),
        ({"q": "挂" * 10_001}, "q"),
    ],
)
def test_a_bad_parameter_is_named(
    agent_client: Client, searching: Searching, asked: dict[str, Any], field: str
) -> None:
    searching()
    problem = search(agent_client, status=400, **asked)
    assert problem["status"] == 400
    assert list(problem["errors"]) == [field]


def test_an_empty_text_finds_nothing(agent_client: Client, searching: Searching) -> None:
    PublishedEntryFactory.create()
    searching()
    assert search(agent_client)["matches"] == []
    assert search(agent_client, q="")["matches"] == []
    assert search(agent_client, q="？")["matches"] == []


def test_suggestions_are_questions_this_person_may_see(agent_client: Client, searching: Searching) -> None:
    one = PublishedEntryFactory.create(question="信用卡挂失").pk
    PublishedEntryFactory.create(question="信用卡挂失")
    PublishedEntryFactory.create(question="信用卡挂失费用", valid_until=timezone.now() - timedelta(hours=1))
    searching()
    answer = json.loads(agent_client.get("/api/v1/suggest", {"q": "信用卡挂"}).content)
    assert answer == {"suggestions": [{"kind": "question", "text": "信用卡挂失", "entry": one}]}


@pytest.mark.parametrize("address", ["/api/v1/search?q=挂失", "/api/v1/suggest?q=挂失"])
def test_strangers_are_refused_and_nothing_can_be_posted(
    client: Client, searching: Searching, address: str
) -> None:
    searching()
    assert client.get(address).status_code in {401, 403}
    client.force_login(AgentFactory.create(), backend="accounts.backends.AccountBackend")
    response = client.get(address)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert client.post(address).status_code == 405


def test_the_number_of_queries_does_not_grow(
    agent_client: Client, searching: Searching, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        PublishedEntryFactory.create(question=f"怎么挂失{number}")
    searching()
    search(agent_client, q="挂失")
    with django_assert_max_num_queries(4):  # session, person, lines, entries
        assert len(search(agent_client, q="挂失", limit=30)["matches"]) == 30


@hypothesis_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(["q", "limit", "offset", "kind", "line", "category"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    )
)
def test_any_parameters_get_an_answer_or_a_clear_400(
    agent_client: Client, searching: Searching, asked: dict[str, str]
) -> None:
    if not api._line_ids:
        PublishedEntryFactory.create(question="怎么挂失")
        searching()
    for address in ("/api/v1/search", "/api/v1/suggest"):
        response = agent_client.get(address, asked)
        assert response.status_code in {200, 400}
        if response.status_code == 400:
            assert json.loads(response.content)["errors"]
