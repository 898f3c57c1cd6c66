"""The page of similar questions from calls: who reads it, who decides, and what it says."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import settings
from accounts.models import Agent
from faq.models import Entry, SimilarQuestion
from search.models import ProposedQuestion
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
PAGE = "/knowledge/similar-questions/"


@pytest.fixture
def entry() -> Entry:
    found: Entry = PublishedEntryFactory.create(question="信用卡丢了怎么挂失")
    return found


@pytest.fixture
def keeper() -> Client:
    return logged_in(InformationAdministratorFactory.create())


def proposal_of(entry: Entry, text: str = "卡不见了", calls: int = 3) -> ProposedQuestion:
    return ProposedQuestion.objects.create(
        entry=entry, key=text, text=text, calls=calls, agents=2, calls_elsewhere=1
    )


def test_the_page_shows_what_waits_and_an_acceptance_goes_to_the_entry(keeper: Client, entry: Entry) -> None:
    proposal = proposal_of(entry)
    proposal_of(entry, "卡丢了咋办", calls=9)
    page = keeper.get(PAGE).content.decode()
    assert page.index("卡丢了咋办") < page.index("卡不见了")
    assert f'href="/entries/{entry.pk}/">信用卡丢了怎么挂失</a>' in page
    assert not INLINE.search(page.replace("<script type", "<x"))
    answer = keeper.post(f"{PAGE}{proposal.pk}/accept/", {"page": "1"})
    assert answer.headers["Location"] == f"{PAGE}?page=1"
    assert SimilarQuestion.objects.get().text == "卡不见了"
    assert "卡不见了" not in keeper.get(PAGE).content.decode()
    assert "卡不见了" in keeper.get(f"{PAGE}?state=accepted").content.decode()


def test_what_is_turned_down_is_listed_as_such(keeper: Client, entry: Entry) -> None:
    keeper.post(f"{PAGE}{proposal_of(entry).pk}/reject/")
    assert "没有等待处理的" in keeper.get(PAGE).content.decode()
    assert "卡不见了" in keeper.get(f"{PAGE}?state=rejected").content.decode()
    assert "还没有。" in keeper.get(f"{PAGE}?state=accepted").content.decode()
    assert not SimilarQuestion.objects.exists()


def test_a_refusal_says_why(keeper: Client, entry: Entry) -> None:
    proposal = proposal_of(entry)
    keeper.post(f"{PAGE}{proposal.pk}/reject/")
    for act in ("accept", "reject"):
        answer = keeper.post(f"{PAGE}{proposal.pk}/{act}/")
        assert answer.status_code == 422
        assert "已有人处理" in answer.content.decode()


def test_several_are_decided_on_at_once_and_one_refused_stops_none(keeper: Client, entry: Entry) -> None:
    full = PublishedEntryFactory.create(question="储蓄卡丢了")
    SimilarQuestion.objects.create(entry=full, text="折子丢了")
    chosen = [proposal_of(entry), proposal_of(full, "折子 丢了"), proposal_of(entry, "卡丢了咋办")]
    proposal_of(entry, "没有选中的")
    numbers = [str(proposal.pk) for proposal in chosen]
    answer = keeper.post(
        f"{PAGE}decide/", {"act": "accept", "proposal": [*numbers, "x", "9" * 30, "9" * 5000]}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "折子 丢了: 该条目已有这种问法" in page
    assert set(entry.similar_questions.values_list("text", flat=True)) == {"卡不见了", "卡丢了咋办"}
    assert keeper.post(f"{PAGE}decide/", {"act": "reject", "proposal": numbers}).status_code == 302
    states = dict(ProposedQuestion.objects.values_list("text", "state"))
    assert (states["折子 丢了"], states["没有选中的"]) == ("rejected", "waiting")


def test_several_are_narrowed_as_one_is(entry: Entry) -> None:
    theirs = proposal_of(entry)
    expert = logged_in(BusinessExpertFactory.create(lines=[BusinessLineFactory.create()]))
    expert.post(f"{PAGE}decide/", {"act": "accept", "proposal": [str(theirs.pk)]})
    administrator = logged_in(SystemAdministratorFactory.create())
    administrator.post(f"{PAGE}decide/", {"act": "reject", "proposal": [str(theirs.pk)]})
    assert ProposedQuestion.objects.waiting().count() == 1
    assert expert.post(f"{PAGE}decide/", {"act": "nonsense"}).status_code == 404


@pytest.mark.parametrize("factory", [SupervisorFactory, InformationAdministratorFactory])
def test_supervisors_and_information_administrators_decide_for_every_line(
    factory: type[PersonFactory], entry: Entry
) -> None:
    person = logged_in(factory.create())
    assert person.post(f"{PAGE}{proposal_of(entry).pk}/accept/").status_code == 302
    assert SimilarQuestion.objects.count() == 1


def test_an_expert_decides_for_their_own_line_and_sees_no_other(entry: Entry) -> None:
    proposal = proposal_of(entry)
    stranger = logged_in(BusinessExpertFactory.create(lines=[BusinessLineFactory.create()]))
    assert "卡不见了" not in stranger.get(PAGE).content.decode()
    assert stranger.post(f"{PAGE}{proposal.pk}/accept/").status_code == 404
    owner = logged_in(BusinessExpertFactory.create(lines=[entry.line]))
    assert f"{PAGE}{proposal.pk}/accept/" in owner.get(PAGE).content.decode()
    assert owner.post(f"{PAGE}{proposal.pk}/accept/").status_code == 302


def test_a_restricted_entry_is_for_people_of_its_lines(keeper: Client, entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    proposal = proposal_of(entry)
    assert "卡不见了" not in keeper.get(PAGE).content.decode()
    assert keeper.post(f"{PAGE}{proposal.pk}/reject/").status_code == 404


def test_a_system_administrator_reads_and_switches_but_does_not_decide(entry: Entry) -> None:
    proposal = proposal_of(entry)
    administrator = logged_in(SystemAdministratorFactory.create())
    page = administrator.get(PAGE).content.decode()
    assert "卡不见了" in page
    assert "/accept/" not in page
    assert administrator.post(f"{PAGE}{proposal.pk}/accept/").status_code == 403
    administrator.post(f"{PAGE}switch/", {"on": "1"})
    assert settings.current()["accept_learned_questions"] == 1
    assert "自动采纳" in administrator.get(PAGE).content.decode()
    administrator.post(f"{PAGE}switch/", {"on": "0"})
    assert settings.current()["accept_learned_questions"] == 0


@pytest.mark.parametrize("factory", [AgentFactory, AuditorFactory, CallCentreExpertFactory])
def test_others_read_nothing(factory: type[PersonFactory], entry: Entry) -> None:
    proposal = proposal_of(entry)
    person = logged_in(factory.create(lines=[entry.line]))
    assert person.get(PAGE).status_code == 403
    assert "similar-questions" not in person.get("/").content.decode()
    for path in (f"{proposal.pk}/accept/", f"{proposal.pk}/reject/", "decide/", "switch/"):
        assert person.post(f"{PAGE}{path}").status_code == 403
    assert ProposedQuestion.objects.waiting().count() == 1


def test_who_is_not_logged_in_is_sent_to_the_log_in(client: Client, entry: Entry) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/accounts/")
    for path in (f"{proposal_of(entry).pk}/accept/", "decide/", "switch/"):
        assert client.post(f"{PAGE}{path}").headers["Location"].startswith("/accounts/")


def test_only_system_administrators_switch(keeper: Client) -> None:
    assert "switch/" not in keeper.get(PAGE).content.decode()
    assert keeper.post(f"{PAGE}switch/", {"on": "1"}).status_code == 403
    assert settings.current()["accept_learned_questions"] == 0


def test_wrong_methods_and_what_is_not_there(keeper: Client, entry: Entry) -> None:
    proposal = proposal_of(entry)
    assert keeper.post(PAGE).status_code == 405
    for path in (f"{proposal.pk}/accept/", f"{proposal.pk}/reject/", "decide/", "switch/"):
        assert keeper.get(f"{PAGE}{path}").status_code == 405
    for path in (f"{proposal.pk + 1}/accept/", f"{10**30}/reject/"):
        assert keeper.post(f"{PAGE}{path}").status_code == 404
    assert keeper.get(f"{PAGE}?state=nonsense").status_code == 404
    assert keeper.get(f"{PAGE}?page=x").status_code == 200


def test_it_is_in_the_bar_of_those_who_read_it(keeper: Client) -> None:
    expert: Agent = BusinessExpertFactory.create()
    for person in (keeper, logged_in(expert)):
        assert f'href="{PAGE}" aria-current="page"' in " ".join(person.get(PAGE).content.decode().split())


def test_the_number_of_queries_does_not_grow(
    keeper: Client, entry: Entry, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        proposal_of(PublishedEntryFactory.create(), f"说法{number}")
    with django_assert_max_num_queries(13):
        keeper.get(PAGE)
