"""What the desk sends, and what everybody else may."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from hits.models import Call, HitEvent, SearchLog
from tests.factories import (
    AgentFactory,
    CallCentreExpertFactory,
    DraftEntryFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)
from tests.hits.making import logged_in, post

pytestmark = pytest.mark.django_db
ADDRESSES = ["hits", "searches", "calls", f"calls/{UUID(int=7)}/end"]


def hit(entry: int, **more: object) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "entry": entry,
        "how": "confirmed",
        "search_id": None,
        "call_id": str(uuid4()),
        **more,
    }


def search(**more: object) -> dict[str, object]:
    given = {
        "id": str(uuid4()),
        "text": "挂失",
        "filters": {},
        "matches": [3, 1, 2],
        "took_ms": 4,
        "call_id": None,
    }
    return {**given, **more}


def test_a_use_sent_from_the_desk_by_an_agent_counts_and_is_answered_once_more_when_repeated() -> None:
    client, body = (
        logged_in(AgentFactory.create()),
        hit(PublishedEntryFactory.create().pk, search_id=str(uuid4())),
    )
    first, again = post(client, "hits", body), post(client, "hits", body)
    assert (first.status_code, first.json()) == (201, {"id": body["id"], "counted": True})
    assert (again.status_code, again.json()) == (200, {"id": body["id"], "counted": True})
    event = HitEvent.objects.get()
    assert event.counts
    assert str(event.search_id) == body["search_id"]


@pytest.mark.parametrize("factory", [CallCentreExpertFactory, SupervisorFactory])
def test_reading_by_others_than_agents_is_stored_and_counts_nothing(factory: type[AgentFactory]) -> None:
    answer = post(logged_in(factory.create()), "hits", hit(PublishedEntryFactory.create().pk))
    assert answer.json()["counted"] is False
    assert not HitEvent.objects.get().counts


def test_without_the_desks_mark_nothing_counts() -> None:
    client = logged_in(AgentFactory.create())
    answer = post(client, "hits", hit(PublishedEntryFactory.create().pk), **{"X-Other": "1"})
    assert answer.json()["counted"] is False


def test_an_entry_or_a_call_that_is_not_theirs_is_not_found() -> None:
    client, entry = logged_in(AgentFactory.create()), PublishedEntryFactory.create()
    others = Call.objects.create(pk=uuid4(), agent=AgentFactory.create())
    assert post(client, "hits", hit(DraftEntryFactory.create().pk)).status_code == 404
    assert post(client, "hits", hit(2**62)).status_code == 404
    assert post(client, "hits", hit(entry.pk, call_id=str(others.pk))).status_code == 404
    assert post(client, "searches", search(call_id=str(others.pk))).status_code == 404
    assert post(client, "calls", {"id": str(others.pk)}).status_code == 404
    assert post(client, f"calls/{others.pk}/end", {}).status_code == 404
    assert not HitEvent.objects.exists()


def test_an_id_used_for_something_else_is_a_conflict_with_a_sentence() -> None:
    client, body = logged_in(AgentFactory.create()), hit(PublishedEntryFactory.create().pk)
    post(client, "hits", body)
    answer = post(client, "hits", {**body, "how": "copied"})
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "no"},
        {"entry": 0},
        {"entry": 2**63},
        {"entry": "x"},
        {"how": "liked"},
        {"call_id": "1"},
        {"search_id": 5.5},
    ],
)
def test_a_malformed_use_is_refused_with_its_field(wrong: dict[str, object]) -> None:
    answer = post(logged_in(AgentFactory.create()), "hits", {**hit(1), **wrong})
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == set(wrong)


def test_a_search_is_stored_once_masked_and_in_the_order_shown() -> None:
    client, call_id = logged_in(AgentFactory.create()), uuid4()
    body = search(text="卡号 6222021234567890123 挂失", filters={"kind": "faq"}, call_id=str(call_id))
    assert post(client, "searches", body).status_code == 201
    assert post(client, "searches", {**body, "text": "另一句"}).status_code == 200
    logged = SearchLog.objects.get()
    assert logged.text == "卡号 ***************0123 挂失"
    assert logged.match_ids == [3, 1, 2]
    assert (logged.filters, logged.call_id) == ({"kind": "faq"}, call_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "a\x00b"},
        {"text": "\ud800"},
        {"text": "长" * 2001},
        {"matches": [2**63]},
        {"matches": list(range(1, 52))},
        {"took_ms": -1},
        {"filters": [1]},
    ],
)
def test_a_malformed_search_is_refused(wrong: dict[str, object]) -> None:
    answer = post(logged_in(AgentFactory.create()), "searches", search(**wrong))
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == set(wrong)


def test_a_long_text_is_masked_before_it_is_cut() -> None:
    body = search(text="长" * 490 + "6222021234567890123")
    assert post(logged_in(AgentFactory.create()), "searches", body).status_code == 201
    assert SearchLog.objects.get().text == "长" * 490 + "*" * 10


def test_a_call_begins_and_ends() -> None:
    client, call_id = logged_in(AgentFactory.create()), uuid4()
    begun = post(client, "calls", {"id": str(call_id), "external_id": "CTI-1"})
    assert begun.status_code == 200
    assert begun.json()["external_id"] == "CTI-1"
    assert begun.json()["ended_at"] is None
    assert post(client, f"calls/{call_id}/end", {}).status_code == 204
    assert Call.objects.get(pk=call_id).ended_at is not None


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_else_gets_in_and_nothing_is_read_here(address: str) -> None:
    assert post(Client(), address, {}).status_code == 403
    client = logged_in(AgentFactory.create())
    for method in (client.get, client.put, client.patch, client.delete):
        assert method(f"/api/v1/{address}").status_code == 405


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_request_without_the_csrf_token_is_refused(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(AgentFactory.create())
    assert post(client, address, {}).status_code == 403


def test_the_queries_of_a_use_do_not_grow(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    person: Agent = AgentFactory.create()
    client, call_id = logged_in(person), str(uuid4())
    entries = [PublishedEntryFactory.create() for _ in range(4)]
    for entry in entries:
        post(client, "hits", hit(entry.pk, call_id=call_id))
    with django_assert_max_num_queries(11):
        post(client, "hits", hit(entries[0].pk, call_id=call_id))
