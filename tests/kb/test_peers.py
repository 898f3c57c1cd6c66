"""Whose log-ins are locked: behind the proxy by the address it saw, and nobody talks their way out."""

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from kb.lib.peers import sender_address
from tests.factories import AgentFactory

PROXY, STRANGER, AGENT = "127.0.0.1", "198.51.100.7", "203.0.113.9"


@pytest.mark.parametrize(
    ("peer", "header", "address"),
    [
        (PROXY, STRANGER, STRANGER),
        ("::1", "2001:db8::7", "2001:db8::7"),
        (PROXY, f"10.0.0.1, {AGENT}, {STRANGER}", STRANGER),  # the proxy appends; the rest is a claim
        (STRANGER, AGENT, STRANGER),
        (PROXY, "nobody", PROXY),
        (PROXY, "", PROXY),
    ],
)
def test_only_the_proxy_is_believed_and_only_its_own_word(peer: str, header: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": header})
    assert sender_address(request) == address


def log_in(client: Client, password: str, *, peer: str, claim: str) -> int:
    data = {"username": "somebody", "password": password}
    page = reverse("accounts:log-in")
    return client.post(page, data, REMOTE_ADDR=peer, headers={"X-Forwarded-For": claim}).status_code


@pytest.mark.django_db
def test_a_strangers_wrong_passwords_do_not_lock_the_agent_behind_the_same_proxy(client: Client) -> None:
    AgentFactory.create(username="somebody", password="the-right-one")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        locked = log_in(client, "wrong", peer=PROXY, claim=STRANGER)
    assert locked == 429
    assert log_in(client, "the-right-one", peer=PROXY, claim=STRANGER) == 429
    assert log_in(client, "the-right-one", peer=PROXY, claim=AGENT) == 302


@pytest.mark.django_db
def test_a_new_claim_at_each_try_does_not_avoid_the_lock(client: Client) -> None:
    AgentFactory.create(username="somebody")
    for number in range(settings.AXES_FAILURE_LIMIT):
        through_proxy = log_in(client, "wrong", peer=PROXY, claim=f"10.0.0.{number}, {STRANGER}")
        direct = log_in(client, "wrong", peer=AGENT, claim=f"10.0.1.{number}")
    assert (through_proxy, direct) == (429, 429)
