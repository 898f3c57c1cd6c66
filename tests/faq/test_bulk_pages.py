"""The pages of bulk work: choose, preview, do, look at it, undo."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from faq.models import BulkAct, Entry, Revision
from faq.services import bulk
from faq.services.bulk_planning import Act, Wish
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    CategoryFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/knowledge/bulk/"
NEW, DO = f"{PAGE}new/", f"{PAGE}do/"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:")


def logged_in(person: Agent) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    return client


@pytest.fixture
def person() -> Agent:
    return InformationAdministratorFactory.create()


@pytest.fixture
def keeper(person: Agent) -> Client:
    return logged_in(person)


@pytest.fixture
def entry() -> Entry:
    return PublishedEntryFactory.create(question="信用卡年费")


def act_of(person: Agent, entry: Entry) -> BulkAct:
    wish = Wish(Act.CATEGORY, CategoryFactory.create())
    return bulk.carry_out([entry.pk], wish, by=person, reason="归类")


def test_choose_preview_do_and_undo(keeper: Client, entry: Entry) -> None:
    category = CategoryFactory.create(name="费用")
    second = PublishedEntryFactory.create(question="补卡费")
    Entry.objects.filter(pk=second.pk).update(category=category)
    chosen = {"entry": [str(entry.pk), str(second.pk)]}
    page = keeper.post(NEW, chosen).content.decode()
    assert "已选 2 个条目" in page
    assert not INLINE.search(page)
    sent = {"entry": f"{entry.pk},{second.pk}", "act": "category", "category": str(category.pk)}
    page = keeper.post(NEW, sent).content.decode()
    assert "1 个条目会改变" in page
    assert "1 个条目不处理" in page
    assert "已经是这样了" in page
    answer = keeper.post(DO, sent)
    assert answer.status_code == 422
    assert "请说明原因" in answer.content.decode()
    answer = keeper.post(DO, {**sent, "reason": "归到费用"})
    act = BulkAct.objects.get()
    assert answer.headers["Location"] == f"{PAGE}{act.pk}/"
    page = keeper.get(f"{PAGE}{act.pk}/").content.decode()
    assert "归到费用" in page
    assert "信用卡年费" in page
    assert "已经是这样了" in page
    assert not INLINE.search(page)
    assert "归到费用" in keeper.get(PAGE).content.decode()
    assert keeper.post(f"{PAGE}{act.pk}/undo/").status_code == 302
    entry.refresh_from_db()
    assert entry.category is None
    assert "已恢复原样" in keeper.get(f"{PAGE}{act.pk}/").content.decode()
    assert keeper.post(f"{PAGE}{act.pk}/undo/").status_code == 422


def test_all_that_match_are_chosen_by_the_filters(keeper: Client, entry: Entry) -> None:
    other = PublishedEntryFactory.create(question="别线的")
    page = keeper.post(NEW, {"all": "1", "filters": f"line={entry.line.code}"}).content.decode()
    assert f'name="entry" value="{entry.pk}"' in page
    page = keeper.post(NEW, {"all": "1", "filters": ""}).content.decode()
    assert f'name="entry" value="{entry.pk},{other.pk}"' in page


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "shorter"},
        {"act": "longer", "until": "x"},
        {"act": "nonsense"},
        {"act": "category", "category": "999999"},
        {"act": "review_due_on", "review_due_on": "x"},
        {"act": "lines", "others": ["x"]},
    ],
)
def test_a_form_that_says_nothing_sensible_is_shown_again(
    keeper: Client, entry: Entry, sent: dict[str, str]
) -> None:
    for address in (NEW, DO):
        answer = keeper.post(address, {"entry": str(entry.pk), "reason": "整理", **sent})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert not BulkAct.objects.exists()


@pytest.mark.parametrize("chosen", ["", "x", "9" * 40, ",,", "²"])
def test_nothing_chosen_says_so(keeper: Client, chosen: str) -> None:
    answer = keeper.post(NEW, {"entry": chosen})
    assert answer.status_code == 422
    assert "请先在列表中选择条目" in answer.content.decode()


def test_a_validity_without_end_is_asked_of_the_seats(keeper: Client, entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(valid_until="2027-01-01T00:00:00+08:00")
    sent = {"entry": str(entry.pk), "act": "longer", "is_endless": "1", "reason": "长期有效"}
    assert "提请会签" in keeper.post(NEW, sent).content.decode()
    assert keeper.post(DO, sent).status_code == 302
    assert Revision.objects.get(number=2).valid_until is None


def test_times_are_shanghai_times(keeper: Client, entry: Entry) -> None:
    sent = {"entry": str(entry.pk), "act": "shorter", "until": "2031-01-01T00:00", "reason": "到期"}
    assert keeper.post(DO, sent).status_code == 302
    entry.refresh_from_db()
    assert entry.valid_until is not None
    assert entry.valid_until.isoformat() == "2030-12-31T16:00:00+00:00"


def test_entries_that_are_not_theirs_to_see_are_not_told_of(keeper: Client) -> None:
    hidden = PublishedEntryFactory.create(question="内部的", is_restricted=True)
    sent = {"entry": str(hidden.pk), "act": "review_due_on", "review_due_on": "2027-03-01", "reason": "x"}
    assert "内部的" not in keeper.post(NEW, sent).content.decode()
    assert keeper.post(DO, sent).status_code == 422


def test_what_was_restricted_since_is_not_shown_in_the_act(
    keeper: Client, person: Agent, entry: Entry
) -> None:
    act = act_of(person, entry)
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    assert "信用卡年费" not in keeper.get(f"{PAGE}{act.pk}/").content.decode()


def test_acts_are_ones_own_but_information_administrators_see_all(entry: Entry, keeper: Client) -> None:
    expert = CallCentreExpertFactory.create()
    act = act_of(expert, entry)
    stranger = logged_in(BusinessExpertFactory.create(lines=[entry.line]))
    assert stranger.get(f"{PAGE}{act.pk}/").status_code == 404
    assert stranger.post(f"{PAGE}{act.pk}/undo/").status_code == 404
    assert "归类" not in stranger.get(PAGE).content.decode()
    assert keeper.get(f"{PAGE}{act.pk}/").status_code == 200
    assert logged_in(expert).get(f"{PAGE}{act.pk}/").status_code == 200


@pytest.mark.parametrize(
    "factory", [AgentFactory, SupervisorFactory, AuditorFactory, SystemAdministratorFactory]
)
def test_others_are_refused(factory: type[PersonFactory], person: Agent, entry: Entry) -> None:
    act = act_of(person, entry)
    other = logged_in(factory.create())
    assert other.get(PAGE).status_code == 403
    assert other.get(f"{PAGE}{act.pk}/").status_code == 403
    for address in (NEW, DO, f"{PAGE}{act.pk}/undo/"):
        assert other.post(address, {"entry": str(entry.pk)}).status_code == 403


def test_who_is_not_logged_in_is_sent_to_the_log_in(client: Client) -> None:
    for answer in (client.get(PAGE), client.get(f"{PAGE}1/"), client.post(NEW), client.post(DO)):
        assert answer.headers["Location"].startswith("/accounts/")


def test_wrong_methods_and_what_is_not_there(keeper: Client, person: Agent, entry: Entry) -> None:
    act = act_of(person, entry)
    for address in (NEW, DO, f"{PAGE}{act.pk}/undo/"):
        assert keeper.get(address).status_code == 405
    for address in (PAGE, f"{PAGE}{act.pk}/"):
        assert keeper.post(address).status_code == 405
    for number in (act.pk + 1, 10**30):
        assert keeper.get(f"{PAGE}{number}/").status_code == 404
        assert keeper.post(f"{PAGE}{number}/undo/").status_code == 404


def test_an_empty_list_of_acts_says_so(keeper: Client) -> None:
    assert "请先在列表中选择条目" in keeper.get(PAGE).content.decode()


def test_the_number_of_queries_does_not_grow(
    keeper: Client, person: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    category = CategoryFactory.create()
    chosen = [PublishedEntryFactory.create() for _ in range(12)] + [DraftEntryFactory.create()]
    sent = {"entry": ",".join(str(one.pk) for one in chosen), "act": "category", "category": category.pk}
    with django_assert_max_num_queries(16):
        keeper.post(NEW, sent)
    wish = Wish(Act.CATEGORY, category)
    act = bulk.carry_out([one.pk for one in chosen], wish, by=person, reason="归类")
    with django_assert_max_num_queries(12):
        keeper.get(f"{PAGE}{act.pk}/")
    with django_assert_max_num_queries(12):
        keeper.get(PAGE)


def test_colleagues_are_told_nothing_of_restricted_entries_of_other_lines(keeper: Client) -> None:
    line = BusinessLineFactory.create()
    other = InformationAdministratorFactory.create(lines=[line])
    hidden = PublishedEntryFactory.create(line=line, is_restricted=True)
    act = act_of(other, hidden)
    assert act.reason not in keeper.get(PAGE).content.decode()
    assert keeper.get(f"{PAGE}{act.pk}/").status_code == 404
    assert act.reason in logged_in(other).get(PAGE).content.decode()
    both = [hidden.pk, PublishedEntryFactory.create().pk]
    wish = Wish(Act.CATEGORY, CategoryFactory.create())
    mixed = bulk.carry_out(both, wish, by=other, reason="一起归类")
    found = keeper.get(f"{PAGE}{mixed.pk}/")
    assert (found.context["number"], found.context["may_undo"]) == (1, False)
    assert [number for _act, _label, number in keeper.get(PAGE).context["rows"]] == [1]
