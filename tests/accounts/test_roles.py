"""Roles are groups that a migration makes; demo accounts exist and work in demo mode only."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from django.test import RequestFactory
from pytest_django import Settings

from accounts import demo, permissions
from accounts.models import Agent
from accounts.roles import Role
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessLineFactory,
    FirstLoaderFactory,
    PersonFactory,
    SystemAdministratorFactory,
)

pytestmark = pytest.mark.django_db


def test_every_role_is_a_group() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)


def test_a_person_may_hold_several_roles() -> None:
    person = PersonFactory.create(roles=[Role.AGENT, Role.SUPERVISOR])
    assert person.has_role(Role.SUPERVISOR)
    assert not person.has_role(Role.AUDITOR, Role.BUSINESS_EXPERT)


def test_no_role_may_publish_without_sign_off() -> None:
    for role in Role:
        assert not permissions.may_publish_unsigned(PersonFactory.create(roles=[role]))
    assert permissions.may_publish_unsigned(FirstLoaderFactory.create())
    assert not permissions.may_publish_unsigned(FirstLoaderFactory.create(is_active=False))


def test_the_audit_trail_is_the_auditors_alone() -> None:
    assert permissions.may_read_audit_trail(AuditorFactory.create())
    assert not permissions.may_read_audit_trail(SystemAdministratorFactory.create())


def test_there_is_one_demo_account_for_each_role() -> None:
    BusinessLineFactory.create(code="CREDITCARD")
    made = demo.create()
    assert [person.roles for person in made.values()] == [frozenset([role]) for role in Role]
    assert made["agent"].supervisor == made["supervisor"]
    assert demo.create().keys() == made.keys()
    assert Agent.objects.filter(is_demo=True).count() == len(Role)


def logged_in(username: str, password: str) -> Agent | None:
    person = authenticate(RequestFactory().post("/"), username=username, password=password)
    return person if isinstance(person, Agent) else None


def test_demo_accounts_log_in_in_demo_mode_only(settings: Settings) -> None:
    settings.WENQU_DEMO = True
    demo.create()
    assert logged_in("agent", demo.PASSWORD) is not None
    assert len(demo.accounts()) == len(Role)
    settings.WENQU_DEMO = False
    assert logged_in("agent", demo.PASSWORD) is None
    assert demo.accounts() == []


def test_ordinary_accounts_log_in_in_every_mode(settings: Settings) -> None:
    settings.WENQU_DEMO = False
    AgentFactory.create(username="li", password="a-good-password")
    assert logged_in("li", "a-good-password") is not None
    assert logged_in("li", "a-bad-password") is None


def test_who_left_does_not_log_in() -> None:
    AgentFactory.create(username="li", password="a-good-password", is_active=False)
    assert logged_in("li", "a-good-password") is None
