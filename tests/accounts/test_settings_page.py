"""The page on which system administrators set working hours, the life of mail links, and heads of lines."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import lines, settings
from accounts.models import Agent, AuditRow, BusinessLine
from accounts.roles import Role
from tests.factories import BusinessLineFactory, PersonFactory, SystemAdministratorFactory

pytestmark = pytest.mark.django_db
PAGE = "/accounts/settings/"


@pytest.fixture
def keeper(client: Client) -> Agent:
    person: Agent = SystemAdministratorFactory.create()
    client.force_login(person)
    return person


def test_both_settings_are_changed_and_what_they_were_stays(client: Client, keeper: Agent) -> None:
    sent = {"working_hours": " 8:30-12:00, 13:00-17:30", "answer_link_days": "5"}
    assert client.post(PAGE, sent).status_code == 302
    assert settings.text("working_hours") == "08:30-12:00,13:00-17:30"
    assert settings.current()["answer_link_days"] == 5
    page = client.get(PAGE).content.decode()
    assert 'value="08:30-12:00,13:00-17:30"' in page
    assert str(keeper) in page
    client.post(PAGE, sent | {"answer_link_days": "05"})
    assert AuditRow.objects.filter(act="setting.changed").count() == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"working_hours": "9 bis 5", "answer_link_days": "5"},
        {"working_hours": "08:00-12:00", "answer_link_days": "61"},
        {"working_hours": "08:00-12:00", "answer_link_days": "x"},
    ],
)
def test_one_bad_value_changes_nothing_and_keeps_what_was_typed(
    client: Client, keeper: Agent, sent: dict[str, Any]
) -> None:
    answer = client.post(PAGE, sent)
    assert answer.status_code == 422
    assert f'value="{sent["working_hours"]}"' in answer.content.decode()
    assert not AuditRow.objects.filter(act="setting.changed").exists()


def test_a_head_is_chosen_among_the_lines_experts_and_supervisors(client: Client, keeper: Agent) -> None:
    line = BusinessLineFactory.create()
    expert = PersonFactory.create(lines=[line], roles=[Role.BUSINESS_EXPERT])
    agent = PersonFactory.create(lines=[line], roles=[Role.AGENT])
    address = reverse("accounts:line-head", args=[line.pk])
    for refused in (agent.pk, 10**9):
        assert client.post(address, {"head": refused}).status_code == 422
    client.post(address, {"head": expert.pk})
    line.refresh_from_db()
    assert line.head == expert
    client.post(address, {"head": ""})
    assert BusinessLine.objects.get(pk=line.pk).head is None
    assert AuditRow.objects.filter(act="line.head_set").count() == 2


def test_queries_do_not_grow_with_the_lines(
    client: Client, keeper: Agent, django_assert_max_num_queries: Any
) -> None:
    for _number in range(8):
        line = BusinessLineFactory.create()
        expert = PersonFactory.create(lines=[line], roles=[Role.BUSINESS_EXPERT, Role.SUPERVISOR])
        lines.set_head(line, head=expert, by=keeper)
    with django_assert_max_num_queries(14):
        page = client.get(PAGE).content.decode()
    assert page.count(f">{expert}</option>") == 1


def test_it_is_the_system_administrators_alone(client: Client) -> None:
    client.force_login(PersonFactory.create(roles=[Role.SUPERVISOR]))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 403
    client.force_login(SystemAdministratorFactory.create())
    assert client.post("/accounts/settings/lines/999999/head/").status_code == 404
