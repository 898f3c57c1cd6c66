"""The filters of the entry list, as its address and the export's hold them."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Agent
from faq.filtering import STATES, EntryFilters
from faq.models import Category, Entry, Flag, FlagReason
from faq.services import drafting
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    CategoryFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db


def _found(query: str, person: Agent | None = None) -> list[str]:
    person = person or InformationAdministratorFactory.create()
    return sorted(
        EntryFilters.from_query(QueryDict(query)).entries(person).values_list("external_id", flat=True)
    )


def test_without_a_filter_everything_one_may_see_is_there() -> None:
    PublishedEntryFactory.create(external_id="a")
    DraftEntryFactory.create(external_id="b")
    PublishedEntryFactory.create(external_id="c", is_restricted=True)
    assert _found("") == ["a", "b"]
    assert _found("", AgentFactory.create()) == ["a"]


def test_words_are_found_in_the_live_question_the_draft_and_the_external_id() -> None:
    PublishedEntryFactory.create(external_id="card-1", question="信用卡年费")
    DraftEntryFactory.create(external_id="b", question="年费怎么免")
    assert _found("q=年费") == ["b", "card-1"]
    assert _found("q=CARD") == ["card-1"]
    assert _found("q=%00") == []


def test_an_agent_learns_nothing_of_a_draft_by_searching_for_its_words() -> None:
    entry = PublishedEntryFactory.create(external_id="a", question="信用卡年费")
    expert = CallCentreExpertFactory.create()
    draft = drafting.new_draft(entry, by=expert)
    drafting.save_draft(draft, drafting.Text("秘密新价", line=entry.line), by=expert)
    assert _found("q=秘密", expert) == ["a"]
    assert _found("q=秘密", AgentFactory.create()) == []


def test_a_category_brings_what_lies_below_it() -> None:
    cards = CategoryFactory.create(name="卡片")
    lost = Category.objects.create(name="挂失", path="卡片/挂失", parent=cards, ancestor_ids=[cards.pk])
    PublishedEntryFactory.create(external_id="a", category=lost)
    PublishedEntryFactory.create(external_id="b", category=cards)
    PublishedEntryFactory.create(external_id="c")
    assert _found(f"category={cards.pk}") == ["a", "b"]
    assert _found(f"category={lost.pk}") == ["a"]


def test_line_and_kind_narrow_together() -> None:
    card = BusinessLineFactory.create(code="CARD")
    PublishedEntryFactory.create(external_id="a", line=card, kind="rule")
    PublishedEntryFactory.create(external_id="b", line=card)
    PublishedEntryFactory.create(external_id="c", kind="rule")
    assert _found("line=CARD&kind=rule") == ["a"]


def test_every_entry_stands_in_exactly_one_state() -> None:
    now = timezone.now()
    day = timedelta(days=1)
    PublishedEntryFactory.create(external_id="in_force")
    PublishedEntryFactory.create(external_id="not_yet", valid_from=now + day)
    PublishedEntryFactory.create(external_id="expired", valid_until=now - day)
    DraftEntryFactory.create(external_id="draft")
    WithdrawnEntryFactory.create(external_id="withdrawn")
    person = SupervisorFactory.create()
    person.groups.add(*InformationAdministratorFactory.create().groups.all())
    person = Agent.objects.get(pk=person.pk)
    for state in STATES:
        assert _found(f"state={state}", person) == [state]


def test_what_ends_soon_is_due_for_review_or_flagged() -> None:
    now = timezone.now()
    PublishedEntryFactory.create(external_id="a", valid_until=now + timedelta(days=10))
    PublishedEntryFactory.create(external_id="b", valid_until=now + timedelta(days=40))
    due = PublishedEntryFactory.create(external_id="c")
    Entry.objects.filter(pk=due.pk).update(review_due_on=now.date() - timedelta(days=1))
    flagged = PublishedEntryFactory.create(external_id="d")
    Flag.objects.create(entry=flagged, reason=FlagReason.WRONG, raised_by=AgentFactory.create())
    assert _found("expiring=30") == ["a"]
    assert _found("review_due=1") == ["c"]
    assert _found("flagged=1") == ["d"]


@pytest.mark.parametrize(
    "query", ["line=NONE", "kind=x", "state=x", "category=x", "category=99", "expiring=x", "expiring=-1"]
)
def test_a_value_that_means_nothing_finds_nothing(query: str) -> None:
    PublishedEntryFactory.create()
    assert _found(query) == []


def test_the_filters_come_back_as_an_address_of_only_what_is_set() -> None:
    filters = EntryFilters.from_query(QueryDict("q=+年费+&page=3&kind="))
    assert filters.as_query() == {"q": "年费"}
    assert EntryFilters().is_empty
