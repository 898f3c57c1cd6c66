"""Figures of one person: on a page of their own and their supervisor's, and nobody else's."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
    SupervisorFactory,
)
from tests.inquiries.making import expert_of

pytestmark = pytest.mark.django_db
PAGE = "/inquiries/figures/"


def test_a_supervisor_reads_their_own_team_and_nobody_else(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    line, supervisor = BusinessLineFactory.create(), SupervisorFactory.create()
    expert, stranger = expert_of(line), expert_of(line)
    expert.supervisor = supervisor
    expert.save(update_fields=["supervisor"])
    client.force_login(supervisor)
    assert PAGE in client.get("/inquiries/due/").content.decode()
    with django_assert_max_num_queries(30):
        assert str(expert) in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}?person={expert.pk}&month=2026-03").status_code == 200
    assert client.get(f"{PAGE}?person={stranger.pk}").status_code == 404
    for wrong in ("person=x", "month=2999-01", "month=soon"):
        assert client.get(f"{PAGE}?{wrong}").status_code == 404


def test_who_answers_reads_their_own(client: Client) -> None:
    line = BusinessLineFactory.create()
    expert, other = expert_of(line), expert_of(line)
    client.force_login(expert)
    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}?person={other.pk}").status_code == 404
    assert client.post(PAGE).status_code == 405


def test_a_supervisor_whose_team_answers_nothing_is_told_so(client: Client) -> None:
    client.force_login(SupervisorFactory.create())
    answer = client.get(PAGE)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'class="notice"' in page
    assert "<table" not in page
    assert client.get(f"{PAGE}?person=1").status_code == 404


def test_it_is_nothing_for_who_has_neither(client: Client) -> None:
    client.force_login(AgentFactory.create())
    assert client.get(PAGE).status_code == 403
    client.force_login(InformationAdministratorFactory.create())
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/inquiries/due/").content.decode()
