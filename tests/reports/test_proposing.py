"""What is kept of a month's suggestions, beside what was decided on earlier ones."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from faq.models import Entry, Redirect
from faq.services.locking import database_now
from hits.models import MonthlyHits
from kb.lib.errors import RuleBrokenError
from kb.lib.months import SITE_ZONE, Month
from reports import closing, proposing, reshuffle, tasks
from reports.models import Proposal
from reports.proposal_inputs import Inputs
from reports.rules.base import Suggestion
from tests.factories import AgentFactory, CategoryFactory, PublishedEntryFactory
from tests.reports.making import old_entry, wait_for_somebody_who_waits

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
NOVEMBER = Month(2026, 11)
NOW = datetime(2026, 11, 3, 9, tzinfo=SITE_ZONE)
State = Proposal.State


class Rules:
    """What the rules suggest, said by the test."""

    def __init__(self) -> None:
        self.found: list[Suggestion] = []

    def suggest(self, *found: Suggestion) -> None:
        self.found = list(found)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Rules:
    said = Rules()

    def unchanged(found: Iterable[Suggestion], inputs: Inputs) -> list[Suggestion]:
        return list(found)

    monkeypatch.setattr(reshuffle, "suggestions", lambda _inputs: said.found)
    monkeypatch.setattr(reshuffle, "with_searches", unchanged)
    return said


def suggestion(key: str = "combine:1:2", weight: int = 10, **more: Any) -> Suggestion:
    return Suggestion(key.partition(":")[0], key, weight, {"n": weight}, {"weight": weight}, **more)


def propose(month: Month = OCTOBER) -> list[tuple[str, str, int]]:
    proposing.propose(month, NOW)
    return list(Proposal.objects.order_by("pk").values_list("key", "state", "weight"))


def decide(state: str, *, at: datetime = NOW, key: str = "combine:1:2") -> None:
    Proposal.objects.filter(key=key, state__in=[State.OPEN, State.LATER]).update(state=state, decided_at=at)


def test_a_second_run_brings_the_same_proposal_up_to_date(rules: Rules) -> None:
    rules.suggest(suggestion())
    propose()
    rules.suggest(suggestion(weight=12))
    assert propose(NOVEMBER) == [("combine:1:2", "open", 12)]
    row = Proposal.objects.get()
    assert (row.month, row.change, row.evidence) == (NOVEMBER.first_day, {"n": 12}, {"weight": 12})


def test_what_is_no_longer_suggested_is_no_longer_true_and_may_come_back(rules: Rules) -> None:
    rules.suggest(suggestion())
    propose()
    rules.suggest()
    assert propose() == [("combine:1:2", "gone", 10)]
    rules.suggest(suggestion())
    assert propose() == [("combine:1:2", "gone", 10), ("combine:1:2", "open", 10)]


@pytest.mark.parametrize("state", [State.DISMISSED, State.UNDONE])
def test_what_was_decided_against_comes_back_when_it_has_doubled(rules: Rules, state: str) -> None:
    rules.suggest(suggestion())
    propose()
    decide(state)
    rules.suggest(suggestion(weight=19))
    assert propose() == [("combine:1:2", state, 10)]
    rules.suggest(suggestion(weight=20))
    assert propose() == [("combine:1:2", state, 10), ("combine:1:2", "open", 20)]
    rules.suggest(suggestion(weight=18))
    assert propose()[1] == ("combine:1:2", "gone", 20)


def test_what_was_put_off_waits_for_the_next_month(rules: Rules) -> None:
    rules.suggest(suggestion())
    propose()
    decide(State.LATER)
    assert propose() == [("combine:1:2", "later", 10)]
    assert propose(NOVEMBER) == [("combine:1:2", "open", 10)]


def test_what_was_accepted_is_not_proposed_again(rules: Rules) -> None:
    rules.suggest(suggestion())
    propose()
    decide(State.ACCEPTED)
    rules.suggest(suggestion(weight=999))
    assert propose(NOVEMBER) == [("combine:1:2", "accepted", 10)]


@pytest.mark.parametrize("key", ["reorder:5", "feature:5"])
def test_an_order_and_a_place_on_the_hot_list_hold_for_the_months_they_were_made_in(
    rules: Rules, key: str
) -> None:
    rules.suggest(suggestion(key))
    propose()
    decide(State.ACCEPTED, at=NOVEMBER.starts_at + timedelta(seconds=1), key=key)
    assert len(propose(NOVEMBER)) == 1
    assert propose(NOVEMBER.later(1))[-1] == (key, "open", 10)


def test_a_gap_whose_wording_changed_is_still_the_same(rules: Rules) -> None:
    rules.suggest(suggestion("write:a", gap_key="a", aliases=frozenset({"write:a", "write:b"})))
    propose()
    rules.suggest(suggestion("write:b", gap_key="b", aliases=frozenset({"write:a", "write:b"})))
    assert propose() == [("write:a", "open", 10)]
    assert Proposal.objects.get().gap_key == "b"
    decide(State.DISMISSED, key="write:a")
    assert propose() == [("write:a", "dismissed", 10)]


def test_of_a_kind_no_more_are_open_than_can_be_worked_off_and_what_waits_stays(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "MOST_OPEN", 2)
    rules.suggest(suggestion("split:1", 5))
    propose()
    rules.suggest(*(suggestion(f"split:{pk}", 9) for pk in (4, 3, 2)), suggestion("split:1", 5), suggestion())
    keys = [key for key, state, _weight in propose() if state == "open"]
    assert keys == ["split:1", "split:4", "combine:1:2"]


def test_an_older_month_changes_nothing(rules: Rules) -> None:
    rules.suggest(suggestion())
    propose(NOVEMBER)
    rules.suggest()
    with pytest.raises(RuleBrokenError):
        propose(OCTOBER)
    assert Proposal.objects.get().state == State.OPEN


def entry(category: Any, hits: int, **more: Any) -> Entry:
    made = old_entry(category=category, **more)
    for month in (OCTOBER, OCTOBER.later(-1)):
        MonthlyHits.objects.create(entry=made, line_id=made.line_id, month=month.first_day, hits=hits)
    return made


def test_from_the_counts_to_a_stored_proposal() -> None:
    category = CategoryFactory.create()
    seldom, sometimes, often = (entry(category, hits) for hits in (5, 6, 60))
    into = entry(None, 1)
    gone = entry(category, 70)
    Redirect.objects.create(entry=gone, into=into, made_by=AgentFactory.create())
    new = PublishedEntryFactory.create(category=category)
    Entry.objects.filter(pk=new.pk).update(published_at=OCTOBER.ends_at)
    assert propose() == [(f"reorder:{category.pk}", "open", 71)]
    row = Proposal.objects.get()
    assert row.change == {"order": [often.pk, sometimes.pk, seldom.pk, new.pk]}
    assert row.category == category


def test_the_number_of_queries_does_not_grow_with_the_entries(
    django_assert_max_num_queries: Any,
) -> None:
    category = CategoryFactory.create()
    for hits in (5, 6, 60):
        entry(category, hits)
    with django_assert_max_num_queries(99) as few:
        propose()
    for hits in (5, 6, 60, 7, 8, 9):
        entry(CategoryFactory.create(), hits)
    with django_assert_max_num_queries(len(few)):
        propose()


def test_the_web_role_may_store_and_decide_on_proposals(rules: Rules) -> None:
    rules.suggest(suggestion())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_counter")
    assert propose() == [("combine:1:2", "open", 10)]


def test_the_command_tells_how_many_are_open_and_refuses_a_month_that_runs(
    rules: Rules, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.suggest(suggestion(), suggestion("split:1"))
    call_command("propose", "2025-10")
    assert capsys.readouterr().out.splitlines() == ["combine: 1", "split: 1"]
    for month in ("2999-01", "2025-9", "2025-09"):
        with pytest.raises(CommandError):
            call_command("propose", month)


def jobs() -> list[dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'reports.propose'")
        return [json.loads(args) for (args,) in cursor.fetchall()]


def test_closing_the_newest_month_asks_for_its_proposals_once() -> None:
    newest = Month.of(database_now()).later(-1)
    closing.close(newest.later(-1), [None])
    assert jobs() == []
    closing.close(newest, [None])
    closing.close(newest, closing.scopes())
    proposing.ask_for(newest)
    assert jobs() == [{"month": str(newest)}]


def test_the_job_leaves_a_later_month_as_it_is(rules: Rules) -> None:
    rules.suggest(suggestion())
    assert tasks.propose(month="2026-10") == 1
    assert tasks.propose(month="2026-09") == 0


@pytest.mark.concurrency
def test_of_two_at_once_the_second_brings_the_proposals_of_the_first_up_to_date(
    committed: None, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.suggest(suggestion())
    begun, told = Signal(), []

    def held(found: Iterable[Suggestion], inputs: Inputs) -> list[Suggestion]:
        if not begun.is_set():
            begun.set()
            wait_for_somebody_who_waits()
        return list(found)

    def run() -> None:
        told.append(proposing.propose(OCTOBER, NOW))
        connection.close()

    monkeypatch.setattr(reshuffle, "with_searches", held)
    first, second = Thread(target=run), Thread(target=run)
    first.start()
    assert begun.wait(5)
    second.start()
    first.join(20)
    second.join(20)
    assert told == [1, 1]
    assert Proposal.objects.count() == 1
