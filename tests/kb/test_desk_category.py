"""The desk's category chip with an empty box: its entries, in the order somebody gave them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from faq.models import Category, Entry
from faq.services import ordering
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    CategoryFactory,
    DraftEntryFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Client:
    client.force_login(AgentFactory.create(), "accounts.backends.AccountBackend")
    return client


def listed(agent: Client, category: Category, **filters: str) -> list[dict[str, Any]]:
    answer = agent.get(reverse("desk-category"), {"category": str(category.pk), **filters})
    groups: list[dict[str, Any]] = answer.json()["groups"]
    return groups


def ids(groups: list[dict[str, Any]]) -> list[list[int]]:
    return [[row["id"] for row in group["rows"]] for group in groups]


def test_entries_stand_in_their_order_and_those_below_behind(agent: Client) -> None:
    cards = CategoryFactory.create(name="卡", path="卡")
    lost = CategoryFactory.create(name="挂失", path="卡/挂失", parent=cards, ancestor_ids=[cards.pk])
    a, b = (PublishedEntryFactory.create(category=cards) for _ in range(2))
    c = PublishedEntryFactory.create(category=lost)
    PublishedEntryFactory.create(category=CategoryFactory.create())
    assert ids(listed(agent, cards)) == [[a.pk, b.pk], [c.pk]]
    ordering.reorder(cards, [b.pk, a.pk], by=SupervisorFactory.create())
    groups = listed(agent, cards)
    assert ids(groups) == [[b.pk, a.pk], [c.pk]]
    assert [group["title"] for group in groups] == ["卡", "卡/挂失"]


def test_only_what_the_agent_may_find_and_the_other_chips_choose(agent: Client) -> None:
    category, line = CategoryFactory.create(), BusinessLineFactory.create()
    seen = PublishedEntryFactory.create(category=category, line=line, kind="rule")
    PublishedEntryFactory.create(category=category)
    DraftEntryFactory.create(category=category)
    closed = PublishedEntryFactory.create(category=category, line=line)
    Entry.objects.filter(pk=closed.pk).update(is_restricted=True)
    assert len(ids(listed(agent, category))[0]) == 2
    assert ids(listed(agent, category, line=line.code)) == [[seen.pk]]
    assert ids(listed(agent, category, kind="rule")) == [[seen.pk]]
    assert ids(listed(agent, category, line="NONE")) == []


@pytest.mark.parametrize("asked", ["", "x", "9" * 30, "987654321"])
def test_what_is_no_category_lists_nothing(agent: Client, asked: str) -> None:
    assert agent.get(reverse("desk-category"), {"category": asked}).json() == {"groups": []}


def test_the_number_of_queries_does_not_grow(agent: Client, django_assert_max_num_queries: Any) -> None:
    category = CategoryFactory.create()
    for _ in range(6):
        PublishedEntryFactory.create(category=category)
    with django_assert_max_num_queries(6):
        listed(agent, category)
