"""The pages of gaps: information administrators work them off, nobody else sees them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from faq.models import Entry, SimilarQuestion
from search import engines
from search.indexer import Indexer
from search.models import Gap
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
    WithdrawnEntryFactory,
)
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
PAGE = "/knowledge/gaps/"
ACTS = ("ignore", "reopen", "add", "write")


@pytest.fixture(autouse=True)
def entry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Entry]:
    """One entry that is found."""
    monkeypatch.setattr(settings, "WENQU_SEARCH_ENGINE", "memory")
    engines.engine.cache_clear()
    yield PublishedEntryFactory.create(question="保险箱租用办法")
    engines.engine.cache_clear()


@pytest.fixture
def keeper() -> Client:
    return logged_in(InformationAdministratorFactory.create())


def gap_of(*texts: str, calls: int = 3) -> Gap:
    return Gap.objects.create(
        key=texts[0],
        wording=texts[0],
        keys=list(texts),
        wordings=[[text, calls] for text in texts],
        calls=calls,
        agents=2,
        last_at=timezone.now() - timedelta(days=1),
    )


def test_what_is_open_is_listed_most_calls_first(keeper: Client) -> None:
    gap_of("外国硬币")
    gap = gap_of("保管箱怎么租", "租保管箱", calls=9)
    page = keeper.get(PAGE).content.decode()
    assert page.index("保管箱怎么租") < page.index("外国硬币")
    assert "租保管箱" in page
    assert f'href="{PAGE}{gap.pk}/"' in page
    assert f'href="{PAGE}" aria-current="page"' in page
    assert not INLINE.search(page.replace("<script type", "<x"))


def test_the_chosen_wordings_are_added_to_an_entry_that_is_found(keeper: Client, entry: Entry) -> None:
    Indexer("memory", engines.engine()).rebuild()
    gap = gap_of("保险箱怎么租", "租保险箱")
    page = keeper.get(f"{PAGE}{gap.pk}/").content.decode()
    assert f'name="entry" value="{entry.pk}"' in page
    assert page.count(" checked") == 2
    assert not INLINE.search(page.replace("<script type", "<x"))
    answer = keeper.post(f"{PAGE}{gap.pk}/add/", {"entry": str(entry.pk), "text": ["租保险箱"]})
    assert answer.headers["Location"] == PAGE
    assert SimilarQuestion.objects.get().text == "租保险箱"
    assert "没有待处理的" in keeper.get(PAGE).content.decode()
    assert "保险箱租用办法" in keeper.get(f"{PAGE}?state=taken").content.decode()
    assert "checkbox" not in keeper.get(f"{PAGE}{gap.pk}/").content.decode()


def test_an_entry_is_chosen_by_its_number(keeper: Client, entry: Entry) -> None:
    gap = gap_of("外国硬币")
    address = f"{PAGE}{gap.pk}/"
    assert "没有找到这样的条目" in keeper.get(address).content.decode()
    assert "保险箱租用办法" in keeper.get(f"{address}?q={entry.pk}").content.decode()
    for asked in ("9" * 30, "9" * 5000, "%00", "²"):
        assert keeper.get(f"{address}?q={asked}").status_code == 200


def test_a_draft_is_begun_with_question_and_wordings(keeper: Client) -> None:
    line = BusinessLineFactory.create()
    gap = gap_of("外国硬币", "硬币兑换")
    sent = {"question": "外国硬币怎么兑换", "line": str(line.pk), "text": ["外国硬币"]}
    answer = keeper.post(f"{PAGE}{gap.pk}/write/", sent)
    draft = Entry.objects.get(line=line)
    assert answer.headers["Location"] == reverse("faq:draft", args=[draft.revisions.get().pk])
    assert draft.revisions.get().question == "外国硬币怎么兑换"
    assert [similar.text for similar in draft.similar_questions.all()] == ["外国硬币"]
    page = keeper.get(f"{PAGE}?state=taken").content.decode()
    assert f'href="/entries/{draft.pk}/">新条目</a>' in page


def test_what_is_ignored_is_listed_as_such_and_opened_again(keeper: Client) -> None:
    gap = gap_of("外国硬币")
    keeper.post(f"{PAGE}{gap.pk}/ignore/")
    assert "外国硬币" not in keeper.get(PAGE).content.decode()
    assert f"{PAGE}{gap.pk}/reopen/" in keeper.get(f"{PAGE}?state=ignored").content.decode()
    keeper.post(f"{PAGE}{gap.pk}/reopen/")
    assert "外国硬币" in keeper.get(PAGE).content.decode()
    assert keeper.post(f"{PAGE}{gap.pk}/reopen/").status_code == 422


def test_a_refusal_says_why_and_keeps_what_was_chosen(keeper: Client, entry: Entry) -> None:
    gap = gap_of("外国硬币", "硬币兑换")
    line = str(entry.line_id)
    answer = keeper.post(f"{PAGE}{gap.pk}/write/", {"question": " ", "line": line, "text": ["硬币兑换"]})
    page = answer.content.decode()
    assert (answer.status_code, page.count(" checked")) == (422, 1)
    assert "缺少标准问题" in page
    assert f'<option value="{line}" selected>' in page
    answer = keeper.post(f"{PAGE}{gap.pk}/add/", {"entry": str(entry.pk)})
    assert (answer.status_code, "至少选择" in answer.content.decode()) == (422, True)
    keeper.post(f"{PAGE}{gap.pk}/ignore/")
    answer = keeper.post(f"{PAGE}{gap.pk}/ignore/")
    assert (answer.status_code, "已有人处理" in answer.content.decode()) == (422, True)


def test_wordings_are_not_added_to_what_the_person_may_not_find(keeper: Client, entry: Entry) -> None:
    gap = gap_of("外国硬币")
    gone = WithdrawnEntryFactory.create()
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    for number in (gone.pk, entry.pk, entry.pk + 99, "x", "", "9" * 30, "9" * 5000):
        sent = {"entry": str(number), "text": ["外国硬币"]}
        assert keeper.post(f"{PAGE}{gap.pk}/add/", sent).status_code == 404
    assert not SimilarQuestion.objects.exists()
    assert str(entry) not in keeper.get(f"{PAGE}{gap.pk}/?q={entry.pk}").content.decode()


@pytest.mark.parametrize(
    "factory", [AgentFactory, SupervisorFactory, BusinessExpertFactory, SystemAdministratorFactory]
)
def test_others_read_and_do_nothing(factory: type[PersonFactory], entry: Entry) -> None:
    gap = gap_of("外国硬币")
    person = logged_in(factory.create())
    assert PAGE not in person.get("/").content.decode()
    for path in ("", f"{gap.pk}/"):
        assert person.get(f"{PAGE}{path}").status_code == 403
    for act in ACTS:
        assert person.post(f"{PAGE}{gap.pk}/{act}/", {"entry": str(entry.pk)}).status_code == 403
    assert Gap.objects.get().state == Gap.State.OPEN


def test_who_is_not_logged_in_is_sent_to_the_log_in(client: Client) -> None:
    gap = gap_of("外国硬币")
    assert client.get(PAGE).headers["Location"].startswith("/accounts/")
    for act in ACTS:
        assert client.post(f"{PAGE}{gap.pk}/{act}/").headers["Location"].startswith("/accounts/")


def test_wrong_methods_and_what_is_not_there(keeper: Client) -> None:
    gap = gap_of("外国硬币")
    for path in ("", f"{gap.pk}/"):
        assert keeper.post(f"{PAGE}{path}").status_code == 405
    for act in ACTS:
        assert keeper.get(f"{PAGE}{gap.pk}/{act}/").status_code == 405
        for number in (gap.pk + 1, 10**30):
            assert keeper.post(f"{PAGE}{number}/{act}/").status_code == 404
    assert keeper.get(f"{PAGE}{gap.pk + 1}/").status_code == 404
    assert keeper.get(f"{PAGE}?state=nonsense").status_code == 404
    assert keeper.get(f"{PAGE}?page=x").status_code == 200
    assert keeper.post(f"{PAGE}{gap.pk}/write/", {"question": "外国硬币", "line": "0"}).status_code == 404


def test_hostile_wordings_are_shown_as_text(keeper: Client) -> None:
    gap = gap_of('<b onclick="x">硬币</b>')
    for address in (PAGE, f"{PAGE}{gap.pk}/"):
        page = keeper.get(address).content.decode()
        assert "<b onclick" not in page
        assert "&lt;b onclick" in page


def test_the_number_of_queries_does_not_grow(
    keeper: Client, entry: Entry, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        gap = gap_of(f"第{number}个问题", f"另一种说法{number}")
        PublishedEntryFactory.create(question=f"第{number}个")
    Indexer("memory", engines.engine()).rebuild()
    with django_assert_max_num_queries(11):
        keeper.get(PAGE)
    with django_assert_max_num_queries(12):
        keeper.get(f"{PAGE}{gap.pk}/")
    for gap in Gap.objects.all():
        keeper.post(f"{PAGE}{gap.pk}/add/", {"entry": str(entry.pk), "text": gap.texts})
    with django_assert_max_num_queries(11):
        keeper.get(f"{PAGE}?state=taken")
