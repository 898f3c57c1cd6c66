"""Where the address of a combined entry leads: on pages, on the desk, in the API, in pins and relations."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent
from faq.models import Entry, Pin
from faq.services import featuring, pinning, publishing, redirecting
from faq.services.locking import database_now
from kb.home.reading import opened_entry
from kb.home.start import start_for
from tests.factories import AgentFactory, PublishedEntryFactory, SupervisorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Agent:
    person: Agent = AgentFactory.create()
    client.force_login(person, "accounts.backends.AccountBackend")
    return person


@pytest.fixture
def both() -> tuple[Entry, Entry]:
    """The one that went, and the one it was combined into."""
    old = PublishedEntryFactory.create(question="信用卡丢了怎么挂失")
    return old, PublishedEntryFactory.create(question="信用卡遗失如何挂失")


def combine(old: Entry, new: Entry) -> None:
    by = SupervisorFactory.create()
    publishing.withdraw(old, by=by, reason="合并")
    redirecting.lead(old, new, by=by)


def test_the_old_address_leads_to_the_new_one_and_says_so(
    client: Client, agent: Agent, both: tuple[Entry, Entry]
) -> None:
    old, new = both
    combine(old, new)
    answer = client.get(reverse("entry-detail", args=[old.pk]), follow=True)
    assert answer.redirect_chain == [(f"/entries/{new.pk}/?from={old.pk}", 302)]
    page = answer.content.decode()
    assert "data-led" in page
    assert "信用卡丢了怎么挂失" in page
    assert "data-led" not in client.get(reverse("entry-detail", args=[new.pk])).content.decode()
    lie = client.get(reverse("entry-detail", args=[old.pk + 1]) + f"?from={new.pk}")
    assert "data-led" not in lie.content.decode()


def test_the_desk_opens_the_new_one_in_place(client: Client, agent: Agent, both: tuple[Entry, Entry]) -> None:
    old, new = both
    combine(old, new)
    page = client.get(reverse("entry-detail", args=[old.pk]), headers={"X-Wenqu-Desk": "1"}).content.decode()
    assert f'data-entry="{new.pk}"' in page
    assert "data-led" in page


def test_the_api_answers_the_new_one_and_what_was_asked_for(
    client: Client, agent: Agent, both: tuple[Entry, Entry]
) -> None:
    old, new = both
    address = reverse("api-entry-detail", args=[old.pk])
    assert client.get(address).json()["redirected_from"] is None
    combine(old, new)
    body = client.get(address).json()
    assert (body["id"], body["redirected_from"]) == (new.pk, old.pk)


def test_an_open_page_of_the_old_one_is_told_where_it_went(
    client: Client, agent: Agent, both: tuple[Entry, Entry]
) -> None:
    old, new = both
    combine(old, new)
    told = client.get(reverse("entry-state", args=[old.pk]), {"seen": "x"}).json()
    assert (told["state"], told["into"]) == ("gone", new.pk)


def test_when_it_is_undone_both_have_their_own_address(
    client: Client, agent: Agent, both: tuple[Entry, Entry]
) -> None:
    old, new = both
    combine(old, new)
    publishing.restore(old, by=old.created_by)
    assert client.get(reverse("entry-detail", args=[old.pk])).status_code == 200
    assert client.get(reverse("api-entry-detail", args=[old.pk])).json()["id"] == old.pk


def test_nobody_is_led_where_they_may_not_read(
    client: Client, agent: Agent, both: tuple[Entry, Entry]
) -> None:
    old, new = both
    combine(old, new)
    Entry.objects.filter(pk=new.pk).update(is_restricted=True)
    assert client.get(reverse("entry-detail", args=[old.pk])).status_code == 404
    assert client.get(reverse("api-entry-detail", args=[old.pk])).status_code == 404
    assert client.get(reverse("entry-state", args=[old.pk])).json()["into"] is None


def test_where_it_leads_nowhere_in_force_the_old_one_itself_is_read(
    client: Client, both: tuple[Entry, Entry]
) -> None:
    old, new = both
    combine(old, new)
    Entry.objects.filter(pk=new.pk).update(valid_until=database_now() - timedelta(seconds=1))
    client.force_login(SupervisorFactory.create(), "accounts.backends.AccountBackend")
    page = client.get(reverse("entry-detail", args=[old.pk]))
    assert page.status_code == 200
    assert "data-led" not in page.content.decode()
    body = client.get(reverse("api-entry-detail", args=[old.pk])).json()
    assert (body["id"], body["redirected_from"]) == (old.pk, None)


def test_pins_relations_and_the_hot_list_name_the_new_one_once(
    agent: Agent, both: tuple[Entry, Entry]
) -> None:
    old, new = both
    other = PublishedEntryFactory.create()
    other.related.set([old, new])
    new.related.set([old, other])
    for entry in both:
        pinning.pin(entry, by=agent)
        featuring.feature(entry, line=None, days=9, by=SupervisorFactory.create())
    combine(old, new)

    start = start_for(agent, database_now())
    assert [row["id"] for row in start.pins] == [new.pk]
    assert [row["id"] for row in start.groups[0]["rows"]] == [new.pk]
    assert related(other, agent) == [new.pk]
    assert related(new, agent) == [other.pk]
    Pin.objects.filter(entry=new).delete()
    opened = opened_entry(new.pk, agent)
    assert opened is not None
    assert opened.is_pinned
    pinning.unpin(new, by=agent)
    assert not Pin.objects.exists()


def related(entry: Entry, reader: Agent) -> list[Any]:
    opened = opened_entry(entry.pk, reader)
    assert opened is not None
    return [pk for pk, _question in opened.related]
