"""Nothing found, or nothing with these words: did you mean, and what is nearest."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent
from faq.models import Entry
from search import correcting, lexicon, matching, suggesting
from search.lexicon import Lexicon
from search.matching import Filters
from tests.factories import AgentFactory, BusinessLineFactory, PublishedEntryFactory

pytestmark = pytest.mark.django_db
Searching = Callable[[], None]
ALL = Filters()


@pytest.fixture
def agent() -> Agent:
    return AgentFactory.create()


@pytest.fixture
def bank(searching: Searching) -> None:
    for question in ("信用卡怎么挂失", "账户余额查询", "Samsung Pay怎么绑定", "公积金贷款利率"):
        PublishedEntryFactory.create(question=question)
    searching()


def help_with(agent: Agent, text: str, filters: Filters = ALL) -> correcting.Help:
    return correcting.help_with(agent, text, filters, matching.find(agent, text, filters))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("瓜湿", "挂失"), ("刮湿", "挂失"), ("sumsung", "Samsung"), ("xinyogka", "信用卡"), ("guasih", "挂失")],
)
@pytest.mark.usefixtures("bank")
def test_a_slip_is_answered_by_the_word_that_was_meant(agent: Agent, typed: str, meant: str) -> None:
    assert help_with(agent, typed).did_you_mean[:1] == (meant,)


@pytest.mark.usefixtures("bank")
def test_nothing_is_corrected_while_the_words_are_found(agent: Agent) -> None:
    for typed in ("挂失", "信用卡怎么挂失", "guashi", "xyk", "xykgs", "xykguas", "信用咔怎么挂失", "贷款率"):
        assert help_with(agent, typed) == correcting.Help()


def test_letters_that_only_share_initials_with_an_entry_are_in_vain(
    agent: Agent, searching: Searching
) -> None:
    PublishedEntryFactory.create(question="宁阳支行在哪")
    PublishedEntryFactory.create(question="信用卡怎么挂失")
    searching()
    found = matching.find(agent, "xinyogka")
    assert found.matches
    assert correcting.is_in_vain("xinyogka", found)
    assert help_with(agent, "xinyogka").did_you_mean == ("信用卡",)
    assert not correcting.is_in_vain("nyzh", matching.find(agent, "nyzh"))
    assert not correcting.is_in_vain("nyzhxyk", matching.find(agent, "nyzhxyk"))


@pytest.mark.usefixtures("bank")
def test_the_nearest_entries_come_when_nothing_was_found(agent: Agent) -> None:
    assert matching.find(agent, "sumsung").matches == []
    (nearest,) = help_with(agent, "sumsung").nearest
    assert nearest.entry["live_revision__question"] == "Samsung Pay怎么绑定"
    assert nearest.in_question == [(0, 7)]
    assert help_with(agent, "vvuuvv") == correcting.Help()
    assert help_with(agent, "") == correcting.Help()


def test_only_words_this_person_may_see_are_meant(agent: Agent, searching: Searching) -> None:
    line = BusinessLineFactory.create()
    closed = PublishedEntryFactory.create(question="信托计划赎回", line=line)
    Entry.objects.filter(pk=closed.pk).update(is_restricted=True)
    PublishedEntryFactory.create(question="挂失", valid_until=timezone.now() - timedelta(hours=1))
    searching()
    assert help_with(agent, "新脱计划") == correcting.Help()
    assert help_with(agent, "瓜湿") == correcting.Help()
    assert help_with(AgentFactory.create(lines=[line]), "新脱").did_you_mean == ("信托",)


@pytest.mark.usefixtures("bank")
def test_the_database_decides_where_the_index_lags_behind(agent: Agent) -> None:
    for typed in ("瓜湿", "sumsung", "xinyogka"):
        assert help_with(agent, typed).did_you_mean
    Entry.objects.update(is_restricted=True)
    for typed in ("瓜湿", "sumsung", "xinyogka"):
        assert help_with(agent, typed) == correcting.Help()


@pytest.mark.usefixtures("bank")
def test_a_correction_finds_something_with_the_filters_that_are_on(agent: Agent) -> None:
    line = Entry.objects.get(live_revision__question="信用卡怎么挂失").line
    assert help_with(agent, "瓜湿", Filters(lines=frozenset({line.pk}))).did_you_mean == ("挂失",)
    other = BusinessLineFactory.create()
    assert help_with(agent, "瓜湿", Filters(lines=frozenset({other.pk}))).did_you_mean == ()


@pytest.mark.usefixtures("bank")
def test_a_hidden_word_is_never_meant(agent: Agent) -> None:
    with lexicon.using(Lexicon(hidden=("挂失",))):
        assert help_with(agent, "瓜湿").did_you_mean == ()


@pytest.mark.usefixtures("bank")
def test_the_api_answers_with_both(agent: Agent, client: Client) -> None:
    client.force_login(agent, backend="accounts.backends.AccountBackend")
    answer = json.loads(client.get("/api/v1/search", {"q": "sumsung"}).content)
    assert (answer["matches"], answer["did_you_mean"]) == ([], ["Samsung"])
    assert [match["question"] for match in answer["nearest"]] == ["Samsung Pay怎么绑定"]
    later = json.loads(client.get("/api/v1/search", {"q": "sumsung", "offset": "8"}).content)
    assert (later["matches"], later["nearest"], later["did_you_mean"]) == ([], [], [])


def test_filters_that_hide_everything_leave_the_nearest(
    agent: Agent, client: Client, searching: Searching
) -> None:
    PublishedEntryFactory.create(question="信用卡怎么挂失")
    BusinessLineFactory.create(code="OTHER-1")
    searching()
    client.force_login(agent, backend="accounts.backends.AccountBackend")
    answer = json.loads(client.get("/api/v1/search", {"q": "挂失", "line": "OTHER-1"}).content)
    assert answer["matches"] == []
    assert [match["question"] for match in answer["nearest"]] == ["信用卡怎么挂失"]


@pytest.mark.parametrize(
    "typed",
    [
        "瓜" * 10_000,
        "xinyogka" * 1_000,
        "瓜湿 " * 500,
        "s" * 300,
        "\u202e瓜湿\u200b",
        "🙂瓜湿🙂",
        "瓜\x00湿",
        "a*b?:[x",
    ],
)
@pytest.mark.usefixtures("bank")
def test_whatever_was_typed_is_answered_in_bounded_time(agent: Agent, typed: str) -> None:
    help_with(agent, typed)
    began = time.process_time()
    help_with(agent, typed)
    suggesting.suggestions(agent, typed)
    assert time.process_time() - began < 0.5


def test_the_number_of_queries_is_bounded(
    agent: Agent, client: Client, searching: Searching, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        PublishedEntryFactory.create(question=f"怎么挂失Samsung{number}")
    searching()
    client.force_login(agent, backend="accounts.backends.AccountBackend")
    most = 3 + 1 + 3 + correcting.MOST_TRIED + 1  # who asks; the search; what is near; corrections; nearest
    for typed in ("sumsung", "瓜湿", "xinyogka", "gua sih sumsung"):
        with django_assert_max_num_queries(most):
            assert client.get("/api/v1/search", {"q": typed}).status_code == 200
