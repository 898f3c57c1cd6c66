"""A person's own pins."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent
from faq.models import Entry, Pin
from faq.services import pinning
from kb.home.start import start_for
from kb.lib.errors import RuleBrokenError
from tests.factories import AgentFactory, PublishedEntryFactory, WithdrawnEntryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Agent:
    person: Agent = AgentFactory.create()
    client.force_login(person)
    return person


def address(entry: Entry) -> str:
    return reverse("pin-entry", args=[entry.pk])


def pinned_of(person: Agent) -> list[int]:
    return [row["id"] for row in start_for(person, timezone.now()).pins]


def test_a_pin_is_ones_own_and_comes_off_again(client: Client, agent: Agent) -> None:
    first, second = PublishedEntryFactory.create_batch(2)
    for entry in (first, second, second):
        assert client.post(address(entry), {"pinned": "1"}).status_code == 200
    assert pinned_of(agent) == [second.pk, first.pk]
    assert pinned_of(AgentFactory.create()) == []
    client.post(address(second), {"pinned": "0"})
    assert pinned_of(agent) == [first.pk]


def test_a_pinned_entry_that_goes_is_not_shown(agent: Agent) -> None:
    entry = WithdrawnEntryFactory.create()
    Pin.objects.create(person=agent, entry=entry)
    assert pinned_of(agent) == []


def test_a_list_has_an_end(client: Client, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinning, "MOST_PINS", 1)
    first, second = PublishedEntryFactory.create_batch(2)
    pinning.pin(first, by=agent)
    pinning.pin(first, by=agent)
    with pytest.raises(RuleBrokenError):
        pinning.pin(second, by=agent)
    assert client.post(address(second), {"pinned": "1"}).status_code == 422


def test_what_one_may_not_read_one_cannot_pin(client: Client, agent: Agent) -> None:
    assert client.post(address(WithdrawnEntryFactory.create()), {"pinned": "1"}).status_code == 404


def test_a_pin_is_posted_by_somebody_logged_in(client: Client) -> None:
    entry = PublishedEntryFactory.create()
    assert client.post(address(entry), {"pinned": "1"}).status_code == 302
    client.force_login(AgentFactory.create())
    assert client.get(address(entry)).status_code == 405
