"""What is offered while somebody types: words and questions this person may see, and none that is hidden."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent
from faq.models import Entry
from faq.services import curating
from search import lexicon, matching, suggesting
from search.lexicon import Lexicon
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db
Searching = Callable[[], None]


@pytest.fixture
def agent() -> Agent:
    return AgentFactory.create()


@pytest.fixture
def bank(searching: Searching) -> None:
    for question in ("信用卡怎么挂失", "信用卡挂失手续费", "信用卡年费怎么免", "Samsung Pay怎么绑定"):
        PublishedEntryFactory.create(question=question)
    searching()


def words(agent: Agent, typed: str) -> list[str]:
    return [each.text for each in suggesting.suggestions(agent, typed) if each.kind == "word"]


def questions(agent: Agent, typed: str) -> list[str]:
    return [each.text for each in suggesting.suggestions(agent, typed) if each.kind == "question"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("信用卡挂", "信用卡挂失"),
        ("信用卡gua", "信用卡挂失"),
        ("信用卡gs", "信用卡挂失"),
        ("guash", "挂失"),
        ("xy", "信用卡"),
        ("ＸＹＫ", "信用卡"),
        ("信用卡nian", "信用卡年费"),
        ("信用卡n", "信用卡年费"),
        ("信yk", "信用卡"),
        ("怎么免信用k", "怎么免信用卡"),
        ("sams", "Samsung"),
        ("怎么绑定sams", "怎么绑定Samsung"),
    ],
)
@pytest.mark.usefixtures("bank")
def test_the_last_word_is_completed_however_it_was_typed(agent: Agent, typed: str, offered: str) -> None:
    assert offered in words(agent, typed)


@pytest.mark.usefixtures("bank")
def test_nothing_is_completed_behind_a_space_or_inside_a_word(agent: Agent) -> None:
    assert words(agent, "信用卡gua ") == []
    assert words(agent, "") == []
    assert words(agent, "，。") == []
    PublishedEntryFactory.create(question="行程码怎么查")
    assert "银行程码" not in words(agent, "银行")


@pytest.mark.usefixtures("bank")
def test_what_stands_there_already_is_not_offered(agent: Agent) -> None:
    assert "信用卡" not in words(agent, "信用卡")
    assert len(words(agent, "信用卡")) <= suggesting.MOST_WORDS


@pytest.mark.usefixtures("bank")
def test_a_phrase_of_one_entry_is_offered_only_when_it_is_typed_to_its_end(
    agent: Agent, searching: Searching
) -> None:
    PublishedEntryFactory.create(question="储蓄卡密码重置")
    searching()
    assert words(agent, "储蓄卡") == []
    assert "储蓄卡密码" in words(agent, "cxkmm")
    PublishedEntryFactory.create(question="怎么改储蓄卡密码")
    searching()
    assert "储蓄卡密码" in words(agent, "储蓄卡")


def test_a_word_of_a_similar_question_is_offered(agent: Agent, searching: Searching) -> None:
    entry = PublishedEntryFactory.create(question="怎么挂失")
    curating.apply(
        [curating.Curation(entry.pk, {}, similar_questions=["钱包被偷了"])],
        by=InformationAdministratorFactory.create(),
    )
    searching()
    assert "钱包" in words(agent, "qianb")


def test_only_what_this_person_may_see_now_is_offered(agent: Agent, searching: Searching) -> None:
    line = BusinessLineFactory.create()
    hour = timedelta(hours=1)
    PublishedEntryFactory.create(question="甲种理财", valid_until=timezone.now() - hour)
    PublishedEntryFactory.create(question="乙种理财", valid_from=timezone.now() + hour)
    WithdrawnEntryFactory.create(question="丙种理财")
    DraftEntryFactory.create(question="丁种理财")
    closed = PublishedEntryFactory.create(question="私人理财顾问", line=line)
    Entry.objects.filter(pk=closed.pk).update(is_restricted=True)
    searching()
    for typed in ("理财", "lc", "理", "私人"):
        assert suggesting.suggestions(agent, typed) == []
    insider = AgentFactory.create(lines=[line])
    assert questions(insider, "理财") == ["私人理财顾问"]
    assert "私人" in words(insider, "si")


@pytest.mark.usefixtures("bank")
def test_the_database_decides_where_the_index_lags_behind(agent: Agent) -> None:
    assert suggesting.suggestions(agent, "信用卡gua")
    Entry.objects.update(is_restricted=True)
    assert suggesting.suggestions(agent, "信用卡gua") == []
    Entry.objects.update(is_restricted=False, valid_until=timezone.now() - timedelta(seconds=1))
    assert suggesting.suggestions(agent, "信用卡gua") == []


@pytest.mark.usefixtures("bank")
def test_a_hidden_word_is_neither_completed_nor_in_a_question(agent: Agent) -> None:
    assert questions(agent, "信用卡挂")[:1] == ["信用卡挂失手续费"]
    with lexicon.using(Lexicon(hidden=("掛失",))):
        found = suggesting.suggestions(agent, "信用卡gua")
        assert found
        assert not [each for each in found if "挂失" in each.text]
        assert matching.find(agent, "挂失").matches


def test_a_word_of_the_dictionary_is_offered_whole(agent: Agent, searching: Searching) -> None:
    PublishedEntryFactory.create(question="云闪付怎么绑卡")
    searching()
    with lexicon.using(Lexicon(words=("云闪付",))):
        assert words(agent, "ysf") == ["云闪付"]
        assert words(agent, "云闪付") == []
        assert "云闪付" in words(agent, "云")


@pytest.mark.usefixtures("bank")
def test_questions_that_begin_as_typed_come_first_and_each_text_once(agent: Agent) -> None:
    PublishedEntryFactory.create(question="信用卡怎么挂失")
    assert questions(agent, "信用卡年")[0] == "信用卡年费怎么免"
    found = [each.text for each in suggesting.suggestions(agent, "信用卡挂失手续")]
    assert len(found) == len(set(found))


def test_the_api_says_what_each_suggestion_is(agent: Agent, client: Client, searching: Searching) -> None:
    entry = PublishedEntryFactory.create(question="信用卡怎么挂失")
    searching()
    client.force_login(agent, backend="accounts.backends.AccountBackend")
    answer = json.loads(client.get("/api/v1/suggest", {"q": "guas"}).content)
    assert answer == {
        "suggestions": [
            {"kind": "word", "text": "挂失", "entry": None},
            {"kind": "question", "text": "信用卡怎么挂失", "entry": entry.pk},
        ]
    }


def test_the_number_of_queries_does_not_grow(
    agent: Agent, client: Client, searching: Searching, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        PublishedEntryFactory.create(question=f"怎么挂失{number}")
    searching()
    client.force_login(agent, backend="accounts.backends.AccountBackend")
    with django_assert_max_num_queries(4):  # session, person, lines, entries
        assert client.get("/api/v1/suggest", {"q": "guas"}).status_code == 200
