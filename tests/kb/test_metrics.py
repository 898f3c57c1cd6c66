"""Figures for Prometheus: what waits, for how long, and who holds it back."""

from uuid import uuid4

import pytest
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


def test_who_holds_the_line_back_is_named_once_something_waits(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "wenqu_oldest_transaction_seconds" not in client.get("/metrics").content.decode()
    monkeypatch.setattr("hits.rollup.unread_seconds", lambda: 6.0)
    page = client.get("/metrics").content.decode()
    assert "wenqu_rollup_unread_seconds 6.0" in page
    assert "wenqu_oldest_transaction_seconds" in page


def test_figures_tell_nothing_of_entries_or_people(client: Client) -> None:
    secret = uuid4().hex
    PublishedEntryFactory.create(question=secret)
    assert secret not in client.get("/metrics").content.decode()
