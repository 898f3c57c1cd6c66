"""Figures for Prometheus: what waits, for how long, and who holds it back."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests.factories import PublishedEntryFactory

pytestmark = pytest.mark.django_db


def figures(client: Client) -> dict[str, float]:
    page = client.get("/metrics")
    assert page.status_code == 200
    families = text_string_to_metric_families(page.content.decode())
    return {
        f"{sample.name}:{sample.labels.get('index', '')}": sample.value
        for family in families
        for sample in family.samples
    }


def test_a_node_without_an_index_says_so(client: Client) -> None:
    found = figures(client)
    assert found["wenqu_rollup_unread_seconds:"] == 0
    assert found["wenqu_index_usable:postgres"] == 0


@pytest.fixture
def owners_transaction() -> Iterator[int]:
    """The process id of a second connection, of the owner, in the middle of a transaction."""
    with psycopg.connect(**{**connection.get_connection_params(), "application_name": "an-import"}) as owner:
        owner.execute("SELECT 1")  # begins its transaction
        yield owner.info.backend_pid


def test_the_web_role_learns_who_holds_the_line_back_once_something_waits(
    client: Client, owners_transaction: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_web")
    assert "wenqu_oldest_transaction_seconds" not in client.get("/metrics").content.decode()
    monkeypatch.setattr("hits.rollup.unread_seconds", lambda: 6.0)
    page = client.get("/metrics").content.decode()
    assert "wenqu_rollup_unread_seconds 6.0" in page
    (found,) = (
        sample
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.labels.get("pid") == str(owners_transaction)
    )
    assert found.name == "wenqu_oldest_transaction_seconds"
    assert found.labels["application"] == "an-import"
    assert found.value >= 0


def test_only_the_web_role_and_the_owner_may_ask_for_transactions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT grantee::regrole::text FROM pg_proc, aclexplode(proacl)"
            " WHERE proname = 'wenqu_oldest_transactions' AND grantee <> proowner"
        )
        assert cursor.fetchall() == [("wenqu_web",)]


def test_figures_tell_nothing_of_entries_or_people(client: Client) -> None:
    secret = uuid4().hex
    PublishedEntryFactory.create(question=secret)
    assert secret not in client.get("/metrics").content.decode()
