"""Variants by region or customer segment: on the desk, for machines, in the index, in the desk's choice."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from faq.models import Entry
from faq.services.drafting import Variant
from kb.home.regions import regions_for
from kb.home.versions import versions_of
from search.documents import documents
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    DraftEntryFactory,
    PublishedEntryFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db
DESK = {"X-Wenqu-Desk": "1"}
SHANGHAI = Variant("上海", ["先问区县"], script="{姓氏}女士，上海地区当天办好。\n\n内部：浦东除外。")
GOLD = Variant("金卡客户", answer="金卡免收手续费。")


@pytest.fixture
def agent(client: Client) -> Agent:
    person: Agent = AgentFactory.create()
    client.force_login(person)
    return person


def with_variants() -> Entry:
    entry: Entry = PublishedEntryFactory.create(
        key_points=["核身"], script="三天办好。", answer="手续费 40 元。", variants=[SHANGHAI, GOLD]
    )
    return entry


def test_what_a_variant_leaves_empty_is_as_for_everybody() -> None:
    text = with_variants().revisions.get()
    common, shanghai, gold = versions_of(text)
    assert (common.name, common.own, common.script_to_copy) == ("", frozenset(), "三天办好。")
    assert shanghai.own == {"key_points", "script"}
    assert [point.text for point in shanghai.key_points] == ["先问区县"]
    assert shanghai.script_to_copy == "{姓氏}女士，上海地区当天办好。"
    assert shanghai.answer_to_copy == "手续费 40 元。"
    assert (set(gold.own), gold.script_to_copy) == ({"answer"}, "三天办好。")


def test_every_version_stands_in_the_page_and_one_is_shown(client: Client, agent: Agent) -> None:
    entry = with_variants()
    html = client.get(reverse("entry-detail", args=[entry.pk]), headers=DESK).content.decode()
    assert html.count("data-version-choice") == 3
    assert html.count('class="version"') == 3
    assert [html.count(f'data-version="{number}" hidden') for number in range(3)] == [0, 1, 1]
    assert "内部：" not in html


def test_an_entry_without_variants_offers_no_choice(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create()
    html = client.get(reverse("entry-detail", args=[entry.pk]), headers=DESK).content.decode()
    assert "data-version-choice" not in html


def test_machines_get_complete_variants(client: Client, agent: Agent) -> None:
    body = client.get(f"/api/v1/entries/{with_variants().pk}").json()
    shanghai, gold = body["variants"]
    assert shanghai["name"] == "上海"
    assert shanghai["key_points"] == ["先问区县"]
    assert shanghai["answer_for_caller"] == "手续费 40 元。"
    assert gold["answer"] == "金卡免收手续费。"


def test_the_index_holds_what_only_a_variant_says() -> None:
    with_variants()
    (document,) = documents()
    for words in ("上海", "先问区县", "当天办好", "金卡免收手续费", "三天办好"):
        assert words in document.answer


def test_the_choice_offers_the_regions_of_what_this_person_may_find(agent: Agent) -> None:
    own, other = BusinessLineFactory.create_batch(2)
    now = timezone.now()
    with_variants()
    with_variants()
    DraftEntryFactory.create(variants=[Variant("草稿区", ["核身"])])
    WithdrawnEntryFactory.create(variants=[Variant("下架区", ["核身"])])
    PublishedEntryFactory.create(
        valid_until=now - timedelta(seconds=1), variants=[Variant("过期区", ["核身"])]
    )
    closed = PublishedEntryFactory.create(line=other, variants=[Variant("受限区", ["核身"])])
    Entry.objects.filter(pk=closed.pk).update(is_restricted=True)
    assert regions_for(agent) == ["上海", "金卡客户"]
    assert regions_for(AgentFactory.create(lines=[own])) == ["上海", "金卡客户"]
    assert "受限区" in regions_for(AgentFactory.create(lines=[other]))


def test_the_desk_has_the_choice_only_where_there_is_something_to_choose(
    client: Client, agent: Agent
) -> None:
    assert 'id="region"' not in client.get(reverse("desk")).content.decode()
    with_variants()
    html = client.get(reverse("desk")).content.decode()
    assert 'id="region"' in html
    assert '<option value="金卡客户">' in html


def test_one_query_finds_the_regions(agent: Agent, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _ = agent.line_ids
    for _number in range(5):
        with_variants()
    with django_assert_num_queries(1):
        assert len(regions_for(agent)) == 2
