"""What an agent finds: ranked by the engine, decided by the database."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from faq.models import Entry, EntryState
from faq.services import curating, publishing
from search import asked, engines, matching, sounds
from search.engines.base import FoundBy
from search.matching import Filters
from search.ranking import ranker
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)

pytestmark = pytest.mark.django_db
Searching = Callable[[], None]


def questions(answer: matching.Answer) -> list[str]:
    return [found.entry["live_revision__question"] for found in answer.matches]


def test_an_agent_finds_what_is_in_force(searching: Searching) -> None:
    agent, now = AgentFactory.create(), timezone.now()
    PublishedEntryFactory.create(question="挂失在用")
    PublishedEntryFactory.create(question="挂失过期", valid_until=now - timedelta(seconds=1))
    PublishedEntryFactory.create(question="挂失未到", valid_from=now + timedelta(hours=1))
    DraftEntryFactory.create(question="挂失草稿", by=agent)
    searching()
    assert questions(matching.find(agent, "挂失")) == ["挂失在用"]
    assert questions(matching.find(SupervisorFactory.create(), "挂失")) == ["挂失在用"]


def test_who_types_pinyin_first_does_not_wait_for_what_a_process_loads(
    searching: Searching, monkeypatch: pytest.MonkeyPatch
) -> None:
    for loaded_once in (sounds._known, sounds._beginnings, sounds.spelt):
        loaded_once.cache_clear()
    searching()
    matching.warm()
    monkeypatch.setattr(sounds, "PINYIN_DICT", None)
    assert sounds.spelt("xinyongka") == (("xin", "yong", "ka"), "")
    assert sounds.spelt("guas") == (("gua",), "s")


@pytest.mark.parametrize("chosen", ["ranker", "no ranker"])
def test_among_equals_what_is_asked_more_comes_first_with_a_ranker_and_without(
    searching: Searching, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    agent = AgentFactory.create()
    entries = [PublishedEntryFactory.create(question=f"挂失须知{mark}") for mark in "甲乙丙"]
    searching()
    hits = {entries[2].pk: (0, 9), entries[1].pk: (1, 2)}
    monkeypatch.setattr(asked, "by", lambda _lines: lambda entry: hits.get(entry, (0, 0)))
    in_force = ranker.current() if chosen == "ranker" else None
    with ranker.using(in_force):
        found = questions(matching.find(agent, "挂失"))
    assert found == ["挂失须知乙", "挂失须知丙", "挂失须知甲"]


@pytest.mark.parametrize("is_reduced", [False, True])
@pytest.mark.parametrize("shift_seconds", [-300, 0, 300])
def test_what_is_in_force_goes_by_the_clock_of_the_database(
    searching: Searching,
    index_directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    shift_seconds: int,
    *,
    is_reduced: bool,
) -> None:
    """This node's clock is five minutes slow or fast; what has just begun is found, what has ended is not."""
    with connection.cursor() as database:
        database.execute("SELECT clock_timestamp()")
        (now,) = database.fetchone()
    second, soon = timedelta(seconds=1), timedelta(seconds=30)
    PublishedEntryFactory.create(question="挂失刚到", valid_from=now - second)
    PublishedEntryFactory.create(question="挂失未到", valid_from=now + soon)
    PublishedEntryFactory.create(question="挂失尚可", valid_until=now + soon)
    PublishedEntryFactory.create(question="挂失已过", valid_until=now - second)
    searching()
    if is_reduced:
        engines.engine.cache_clear()
        index_directory.rename(index_directory.with_name("away"))
    clock = SimpleNamespace(time=lambda: now.timestamp() + shift_seconds)
    monkeypatch.setattr(matching, "time", clock)
    answer = matching.find(AgentFactory.create(), "挂失")
    assert answer.is_reduced == is_reduced
    assert set(questions(answer)) == {"挂失刚到", "挂失尚可"}


def test_expired_entries_the_engine_lets_pass_take_nobodys_place(searching: Searching) -> None:
    ended = timezone.now() - timedelta(minutes=1)
    for _ in range(20):
        PublishedEntryFactory.create(question="挂失", valid_until=ended)
    for number in range(9):
        PublishedEntryFactory.create(question=f"怎么挂失信用卡{number}")
    searching()
    answer = matching.find(AgentFactory.create(), "挂失")
    assert len(answer.matches) == 8
    assert answer.has_more


def test_a_restricted_entry_is_found_by_its_lines_only(searching: Searching) -> None:
    line = BusinessLineFactory.create()
    PublishedEntryFactory.create(question="挂失内部", line=line, is_restricted=True)
    searching()
    assert questions(matching.find(AgentFactory.create(), "挂失内部")) == []
    assert questions(matching.find(AgentFactory.create(lines=[line]), "挂失内部")) == ["挂失内部"]


def test_the_database_has_the_last_word_and_more_are_fetched(searching: Searching) -> None:
    """The index is behind: what it still holds is withdrawn, and the agent gets eight others all the same."""
    entries = [PublishedEntryFactory.create(question=f"怎么挂失{'卡' * number}") for number in range(40)]
    searching()
    first = matching.find(AgentFactory.create(), "怎么挂失", limit=8)
    refused = [found.match.id for found in first.matches] + [entry.pk for entry in entries[8:24]]
    Entry.objects.filter(pk__in=refused).update(state=EntryState.WITHDRAWN, withdrawn_at=timezone.now())
    answer = matching.find(AgentFactory.create(), "怎么挂失", limit=8)
    assert len(answer.matches) == 8
    assert answer.has_more
    assert {found.match.id for found in answer.matches}.isdisjoint(refused)
    everything = matching.find(AgentFactory.create(), "怎么挂失", limit=40)
    assert len(everything.matches) == 40 - len(set(refused))
    assert not everything.has_more


def test_offsets_go_on_where_the_answer_before_ended(searching: Searching) -> None:
    for number in range(20):
        PublishedEntryFactory.create(question=f"怎么挂失{'卡' * number}")
    searching()
    Entry.objects.filter(pk=Entry.objects.order_by("pk")[3].pk).update(
        state=EntryState.WITHDRAWN, withdrawn_at=timezone.now()
    )
    agent = AgentFactory.create()
    everything = questions(matching.find(agent, "怎么挂失", limit=50))
    pages = [matching.find(agent, "怎么挂失", limit=8, offset=offset) for offset in (0, 8, 16)]
    assert [question for page in pages for question in questions(page)] == everything
    assert [page.has_more for page in pages] == [True, True, False]


def test_filters_narrow_and_the_nearest_are_offered_without_them(searching: Searching) -> None:
    card, loans = BusinessLineFactory.create(), BusinessLineFactory.create()
    PublishedEntryFactory.create(question="信用卡挂失", line=card)
    PublishedEntryFactory.create(question="贷款还款", line=loans, kind="rule")
    searching()
    agent = AgentFactory.create()
    in_loans = Filters(lines=frozenset({loans.pk}))
    assert questions(matching.find(agent, "还款", in_loans)) == ["贷款还款"]
    answer = matching.find(agent, "挂失", in_loans)
    assert questions(answer) == []
    assert [found.entry["live_revision__question"] for found in answer.nearest] == ["信用卡挂失"]
    assert matching.find(agent, "基金", in_loans).nearest == []
    assert questions(matching.find(agent, "款", Filters(kinds=frozenset({"rule"})))) == ["贷款还款"]


def test_a_match_in_a_similar_question_says_which(searching: Searching) -> None:
    entry = PublishedEntryFactory.create(question="信用卡丢了怎么挂失")
    someone = InformationAdministratorFactory.create()
    curating.apply([curating.Curation(entry.pk, {}, similar_questions=["卡掉了", "贷记卡遗失"])], by=someone)
    searching()
    agent = AgentFactory.create()
    (exact,) = matching.find(agent, "贷记卡遗失！").matches
    assert (exact.match.found_by, exact.similar) == (FoundBy.SIMILAR, "贷记卡遗失")
    (words,) = matching.find(agent, "我的贷记卡").matches
    assert (words.match.found_by, words.similar) == (FoundBy.WORDS, "贷记卡遗失")
    assert words.in_similar == [(0, 3)]
    (question,) = matching.find(agent, "挂失").matches
    assert (question.match.found_by, question.similar, question.in_question) == (FoundBy.WORDS, "", [(7, 9)])


def test_a_search_asks_the_database_twice_however_many_match(
    searching: Searching, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        PublishedEntryFactory.create(question=f"怎么挂失{number}")
    searching()
    matching.find(AgentFactory.create(), "挂失")
    agent = AgentFactory.create()
    with django_assert_num_queries(2) as asked:  # the lines of the agent, and the entries
        assert len(matching.find(agent, "怎么挂失", limit=20).matches) == 20
    assert not any("hits_" in query["sql"] for query in asked)  # the desk has its figures from elsewhere


@pytest.mark.parametrize("damage", ["missing", "pointer", "segment"])
def test_without_a_good_index_the_database_answers(
    searching: Searching, index_directory: Path, damage: str
) -> None:
    entry = PublishedEntryFactory.create(question="信用卡丢了怎么挂失")
    searching()
    agent = AgentFactory.create()
    assert not matching.find(agent, "挂失").is_reduced
    engines.engine.cache_clear()
    if damage == "missing":
        index_directory.rename(index_directory.with_name("away"))
    elif damage == "pointer":
        (index_directory / "current.json").write_bytes(b"{}")
    else:
        for path in index_directory.glob("g-*/*.arrays"):
            path.write_bytes(b"")
    answer = matching.find(agent, "挂失")
    assert answer.is_reduced
    assert [found.match.id for found in answer.matches] == [entry.pk]
    searching()
    assert not matching.find(agent, "挂失").is_reduced


def test_a_deactivated_account_finds_nothing(searching: Searching) -> None:
    PublishedEntryFactory.create(question="挂失")
    searching()
    assert questions(matching.find(AgentFactory.create(is_active=False), "挂失")) == []


def test_a_withdrawn_entry_is_gone_before_the_index_knows(searching: Searching) -> None:
    entry = PublishedEntryFactory.create(question="挂失")
    searching()
    publishing.withdraw(entry, by=InformationAdministratorFactory.create(), reason="停办")
    assert questions(matching.find(AgentFactory.create(), "挂失")) == []
