"""To whom a question goes that no entry answers, and what the desk's script is told."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from accounts.roles import Role
from kb.home.forwarding import MOST_EXPERTS, experts_by_line
from kb.home.texts import desk_texts
from search.engines.base import FoundBy, Reading
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    PersonFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)

pytestmark = pytest.mark.django_db


def config_for(client: Client, person: Agent) -> dict[str, Any]:
    client.force_login(person, backend="accounts.backends.AccountBackend")
    found = re.search(r'id="desk-config"[^>]*>(.*?)</script>', client.get("/").content.decode())
    assert found
    config: dict[str, Any] = json.loads(found[1])
    return config


def test_a_line_is_spoken_for_by_its_own_experts() -> None:
    cards, loans = BusinessLineFactory.create(code="CARD-7"), BusinessLineFactory.create(code="LOAN-7")
    BusinessExpertFactory.create(display_name="甲", lines=[cards, loans])
    BusinessExpertFactory.create(display_name="乙", lines=[cards])
    BusinessExpertFactory.create(display_name="丙", lines=[cards], is_active=False)
    CallCentreExpertFactory.create(display_name="丁", lines=[cards])
    PersonFactory.create(display_name="", username="wu", lines=[loans], roles=[Role.BUSINESS_EXPERT])
    assert sorted(experts_by_line()["CARD-7"]) == ["乙", "甲"]
    assert sorted(experts_by_line()["LOAN-7"]) == ["wu", "甲"]


def test_some_names_are_enough_and_a_closed_line_has_none() -> None:
    line, closed = BusinessLineFactory.create(code="CARD-7"), BusinessLineFactory.create(is_active=False)
    for number in range(MOST_EXPERTS + 2):
        BusinessExpertFactory.create(display_name=f"专家{number}", lines=[line, closed])
    assert experts_by_line()["CARD-7"] == ["专家0", "专家1", "专家2"]
    assert closed.code not in experts_by_line()


def test_one_query_whatever_the_number_of_lines(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _number in range(5):
        BusinessExpertFactory.create(lines=[BusinessLineFactory.create()])
    with django_assert_num_queries(1):
        assert len(experts_by_line()) >= 5


def test_the_desk_is_told_the_lines_and_who_is_told_why(client: Client) -> None:
    line = BusinessLineFactory.create(code="CARD-7", name="信用卡中心")
    BusinessExpertFactory.create(display_name="甲", lines=[line])
    config = config_for(client, AgentFactory.create(lines=[line]))
    assert config["lines"]["CARD-7"] == {"name": "信用卡中心", "experts": ["甲"]}
    assert config["own_line"] == "CARD-7"
    assert not config["explains"]
    assert config_for(client, AgentFactory.create())["own_line"] == ""
    assert not config_for(client, SupervisorFactory.create())["explains"]
    assert config_for(client, InformationAdministratorFactory.create())["explains"]
    assert config_for(client, SystemAdministratorFactory.create())["explains"]


def test_every_reading_has_a_name_on_the_desk() -> None:
    texts = desk_texts()
    assert all(texts[f"found_{how}"] for how in FoundBy)
    assert all(texts[f"found_{reading.name.lower()}"] for reading in Reading)
