"""What an open page is told when it asks whether it is still true."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from faq.models import Entry
from faq.services import drafting, publishing
from kb.home.freshness import seal
from tests.factories import AgentFactory, DraftEntryFactory, PublishedEntryFactory, SupervisorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Agent:
    person: Agent = AgentFactory.create()
    client.force_login(person)
    return person


def seal_of(entry: Entry) -> str:
    return seal(entry.live_revision_id, entry.changed_at)


def state(client: Client, entry: Entry, seen: str | None = None) -> str:
    asked = client.get(reverse("entry-state", args=[entry.pk]), {"seen": seen or seal_of(entry)})
    assert asked.headers["Cache-Control"] == "private, no-store"
    told: str = asked.json()["state"]
    return told


def test_what_was_read_is_the_same_until_a_new_text_comes_out(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create()
    assert f'data-seal="{seal_of(entry)}"' in client.get(f"/entries/{entry.pk}/").content.decode()
    assert state(client, entry) == "same"
    draft = drafting.new_draft(entry, by=entry.created_by)
    assert state(client, entry) == "same"
    publishing.publish(draft, by=entry.created_by)
    assert state(client, entry) == "changed"


def test_what_is_withdrawn_is_gone(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create()
    publishing.withdraw(entry, by=entry.created_by, reason="停办")
    assert state(client, entry) == "gone"
    client.force_login(SupervisorFactory.create())
    assert state(client, entry) == "changed"


def test_what_has_expired_is_gone_and_an_end_that_was_moved_is_told(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create()
    address = reverse("entry-state", args=[entry.pk])
    assert client.get(address).json()["valid_until"] is None
    Entry.objects.update(valid_until=Now() + timedelta(minutes=5))
    told = client.get(address, {"seen": seal_of(entry)}).json()
    assert told["state"] == "same"
    assert told["asked_at"] < told["valid_until"]
    Entry.objects.update(valid_until=Now())
    assert state(client, entry) == "gone"


def test_what_was_never_there_for_this_person_is_gone_too(client: Client, agent: Agent) -> None:
    closed = PublishedEntryFactory.create()
    Entry.objects.update(is_restricted=True)
    answers = {
        client.get(reverse("entry-state", args=[pk])).content
        for pk in (closed.pk, DraftEntryFactory.create().pk, 999_999, 10**40)
    }
    assert len(answers) == 1


@pytest.mark.parametrize("seen", ["", "x", "0-0", "\x00", "1" * 5000])
def test_a_seal_of_nothing_is_another_one(client: Client, agent: Agent, seen: str) -> None:
    entry = PublishedEntryFactory.create()
    assert state(client, entry, seen or "-") == "changed"


def test_it_is_one_look_up(
    client: Client, agent: Agent, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    entry = PublishedEntryFactory.create()
    with django_assert_num_queries(5) as seen:  # session, person, their roles, their lines, the entry
        state(client, entry)
    assert sum("faq_entry" in query["sql"] for query in seen.captured_queries) == 1


def test_a_log_in_is_needed_and_it_is_only_read(client: Client, agent: Agent) -> None:
    address = reverse("entry-state", args=[PublishedEntryFactory.create().pk])
    assert client.post(address).status_code == 405
    assert Client().get(address).status_code == 302
