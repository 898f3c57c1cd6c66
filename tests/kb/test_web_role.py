"""The pages and the API work with what the role *web* may do, as in the processes that serve people."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from faq.models import Entry, Flag, Pin
from hits.models import HitEvent, SearchLog
from search import engines
from search.indexer import Indexer
from tests.factories import AgentFactory, PublishedEntryFactory, SupervisorFactory

pytestmark = pytest.mark.django_db
PASSWORD = "the-right-one"


@pytest.fixture
def entry(settings: Settings) -> Iterator[Entry]:
    """A published entry for the engine whose index is rows of the database, and people who can log in."""
    settings.WENQU_SEARCH_ENGINE = "postgres"
    engines.engine.cache_clear()
    AgentFactory.create(username="agent", password=PASSWORD)
    SupervisorFactory.create(username="supervisor", password=PASSWORD)
    yield PublishedEntryFactory.create(question="信用卡丢了怎么挂失")
    engines.engine.cache_clear()


@pytest.fixture
def web(entry: Entry, client: Client) -> Client:
    """The connection is the role's from here to the end of the test."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_web")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("wenqu_web",)
    return client


def log_in(client: Client, username: str) -> None:
    page = reverse("accounts:log-in")
    assert client.get(page).status_code == 200
    assert client.post(page, {"username": username, "password": "wrong"}).status_code == 200
    assert client.post(page, {"username": username, "password": PASSWORD}).status_code == 302


def post(client: Client, address: str, **body: Any) -> int:
    answer = client.post(
        f"/api/v1/{address}", body, content_type="application/json", headers={"X-Wenqu-Desk": "1"}
    )
    return answer.status_code


def test_ten_wrong_passwords_lock_and_are_stored(web: Client) -> None:
    wrong = {"username": "agent", "password": "wrong"}
    answers = [web.post(reverse("accounts:log-in"), wrong) for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1].status_code == 429


def test_an_agent_works_through_a_call(web: Client, entry: Entry) -> None:
    for name, engine in engines.maintained().items():
        Indexer(name, engine).rebuild()
    log_in(web, "agent")
    for address in ("/", "/start/", "/counts/", f"/entries/{entry.pk}/", f"/api/v1/entries/{entry.pk}"):
        assert web.get(address).status_code == 200, address
    found = web.get("/api/v1/search", {"q": "挂失"}).json()
    assert [match["id"] for match in found["matches"]] == [entry.pk]
    assert web.get("/api/v1/suggest", {"q": "信用卡"}).status_code == 200

    call, search = str(uuid4()), found["search_id"]
    assert post(web, "calls", id=call) == 200
    assert post(web, "searches", id=search, text="挂失", matches=[entry.pk], took_ms=3, call_id=call) == 201
    hit = {"entry": entry.pk, "how": "confirmed", "call_id": call, "search_id": search}
    assert post(web, "hits", id=str(uuid4()), **hit) == 201
    assert post(web, f"calls/{call}/end") == 204
    assert (SearchLog.objects.count(), HitEvent.objects.count()) == (1, 1)

    assert web.post(reverse("flag-entry", args=[entry.pk]), {"reason": "wrong"}).status_code == 200
    assert web.post(reverse("pin-entry", args=[entry.pk]), {"pinned": "1"}).status_code == 200
    assert web.post(reverse("pin-entry", args=[entry.pk]), {"pinned": "0"}).status_code == 200
    assert Flag.objects.filter(raised_by__username="agent").exists()
    assert not Pin.objects.exists()
    assert web.post(reverse("accounts:log-out")).status_code == 302
    assert web.get("/").status_code == 302


def test_a_supervisor_reads_the_report(web: Client) -> None:
    log_in(web, "supervisor")
    assert web.get("/reports/", follow=True).status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_machines_are_answered(web: Client, address: str) -> None:
    assert web.get(address).status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM accounts_agent",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('kb', '0001_of_nobody', now())",
    ],
)
def test_the_role_is_held_back_in_these_tests(web: Client, statement: str) -> None:
    """What passes here proves something only while the role may not do everything."""
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)
