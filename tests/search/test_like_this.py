"""While an entry is written: which entries look like it, what it could be filed under; for writers only."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from faq.models import Entry
from search import engines
from search.indexer import Indexer
from search.suggested_fields import keywords
from tests.factories import (
    AgentFactory,
    CategoryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
LIKE = "/knowledge/like-this/"
SUGGEST = "/knowledge/suggest-fields/"


@pytest.fixture(autouse=True)
def entry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Entry]:
    monkeypatch.setattr(settings, "WENQU_SEARCH_ENGINE", "memory")
    engines.engine.cache_clear()
    category = CategoryFactory.create(name="挂失", path="挂失")
    yield PublishedEntryFactory.create(
        question="信用卡丢了怎么挂失",
        answer="挂失费 40 元",
        category=category,
        similar_questions=["卡不见了"],
    )
    engines.engine.cache_clear()


@pytest.fixture
def writer() -> Client:
    return logged_in(InformationAdministratorFactory.create())


def index() -> None:
    Indexer("memory", engines.engine()).rebuild()


def test_what_looks_like_it_is_named_and_the_same_question_first(writer: Client, entry: Entry) -> None:
    other = PublishedEntryFactory.create(question="信用卡挂失以后怎么补卡")
    index()
    page = writer.get(LIKE, {"q": "信用卡挂失", "similar": "卡不见了"}).content.decode()
    assert page.index("信用卡丢了怎么挂失") < page.index("信用卡挂失以后怎么补卡")
    assert page.count('class="state warn"') == 1
    assert reverse("faq:compare", args=[other.pk]) in page
    assert not INLINE.search(page)


def test_the_draft_s_own_entry_is_not_like_itself(writer: Client, entry: Entry) -> None:
    index()
    asked = {"q": "信用卡丢了怎么挂失", "entry": str(entry.pk)}
    assert "信用卡丢了怎么挂失" not in writer.get(LIKE, asked).content.decode()


def test_what_is_closed_to_the_writer_is_not_named(writer: Client, entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    index()
    assert "信用卡丢了" not in writer.get(LIKE, {"q": "信用卡丢了怎么挂失"}).content.decode()
    assert writer.post(reverse("faq:compare", args=[entry.pk])).status_code == 404
    sent = writer.post(SUGGEST, {"question": "信用卡丢了怎么挂失"}).content.decode()
    assert entry.line.name not in sent


def test_category_and_line_come_from_what_is_near(writer: Client, entry: Entry) -> None:
    index()
    page = writer.post(SUGGEST, {"question": "信用卡怎么挂失", "answer": "挂失手续费"}).content.decode()
    assert f'data-suggest="category" data-value="{entry.category_id}"' in page
    assert f'data-suggest="line" data-value="{entry.line_id}"' in page
    assert 'data-suggest="keywords" data-value="挂失"' in page
    has = {"question": "信用卡怎么挂失", "keywords": "挂失", "category": str(entry.category_id)}
    again = writer.post(SUGGEST, has).content.decode()
    assert 'data-value="挂失"' not in again
    assert "category" not in again


def test_keywords_are_what_tells_a_text_from_others() -> None:
    found = keywords("信用卡怎么挂失 信用卡挂失以后的手续费是 40 元，我们的挂失")
    assert found[0] == "挂失"
    assert not {"我们", "的", "40", "怎么"} & set(found)


def test_the_words_of_a_draft_are_compared_with_those_of_the_entry(writer: Client, entry: Entry) -> None:
    sent = {"question": "储蓄卡丢了怎么挂失", "answer": "挂失费 10 元"}
    page = writer.post(reverse("faq:compare", args=[entry.pk]), sent).content.decode()
    assert "<del>40</del><ins>10</ins>" in page


def test_nothing_asked_is_no_error(writer: Client) -> None:
    index()
    for address in (LIKE, f"{LIKE}?q=%20&entry=abc", f"{LIKE}?q={'9' * 3000}"):
        assert writer.get(address).status_code == 200
    assert writer.post(SUGGEST).status_code == 200


def test_only_writers_ask_and_only_so(writer: Client) -> None:
    for person, status in ((AgentFactory.create(), 403), (SupervisorFactory.create(), 200)):
        client = logged_in(person)
        assert client.get(LIKE).status_code == status  # supervisors link entries to bulletins
        assert client.post(SUGGEST).status_code == 403
    assert writer.post(LIKE).status_code == 405
    assert writer.get(SUGGEST).status_code == 405
    assert Client().get(LIKE).status_code == 302


def test_the_number_of_queries_does_not_grow(
    writer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    PublishedEntryFactory.create_batch(8, question="信用卡怎么挂失")
    index()
    writer.get(LIKE, {"q": "信用卡怎么挂失"})
    with django_assert_max_num_queries(8):
        writer.get(LIKE, {"q": "信用卡怎么挂失"})
