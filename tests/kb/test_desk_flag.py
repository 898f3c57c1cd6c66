"""An agent flags what is not right."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, AuditRow
from faq.models import Entry, Flag, FlagReason
from faq.services import flagging
from kb.lib.errors import RuleBrokenError
from tests.factories import AgentFactory, PublishedEntryFactory, WithdrawnEntryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Agent:
    person: Agent = AgentFactory.create()
    client.force_login(person)
    return person


def address(entry: Entry) -> str:
    return reverse("flag-entry", args=[entry.pk])


def test_a_flag_is_stored_and_audited(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create()
    answer = client.post(address(entry), {"reason": "outdated", "text": " 费率已改 "})
    assert answer.status_code == 200
    flag = Flag.objects.get()
    assert (flag.entry, flag.reason, flag.text, flag.raised_by) == (entry, "outdated", "费率已改", agent)
    assert AuditRow.objects.filter(act="entry.flagged", subject_id=str(entry.pk), actor=agent).exists()


def test_a_double_send_is_one_flag(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create()
    for _ in range(2):
        client.post(address(entry), {"reason": "wrong"})
    client.post(address(entry), {"reason": "unclear"})
    assert Flag.objects.count() == 2


@pytest.mark.parametrize("data", [{}, {"reason": "ugly"}])
def test_a_reason_is_needed(client: Client, agent: Agent, data: dict[str, str]) -> None:
    assert client.post(address(PublishedEntryFactory.create()), data).status_code == 422
    assert not Flag.objects.exists()


def test_a_note_has_an_end(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create()
    assert client.post(address(entry), {"reason": "wrong", "text": "长" * 501}).status_code == 422
    with pytest.raises(RuleBrokenError):
        flagging.raise_flag(entry, by=agent, reason=FlagReason.WRONG, text="长" * 501)


def test_what_one_may_not_read_one_cannot_flag(client: Client, agent: Agent) -> None:
    assert client.post(address(WithdrawnEntryFactory.create()), {"reason": "wrong"}).status_code == 404


def test_a_flag_is_posted_by_somebody_logged_in(client: Client) -> None:
    entry = PublishedEntryFactory.create()
    assert client.post(address(entry), {"reason": "wrong"}).status_code == 302
    client.force_login(AgentFactory.create())
    assert client.get(address(entry)).status_code == 405
