"""A change is measured beside what is in force, by the worker, and its figures stay."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Agent
from faq.models import Entry
from faq.services import publishing
from hits.confirmed import ConfirmedSearch
from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from search import dictionaries, lexicon, trials
from search.dictionary_lines import Line, LineKind
from search.models import DictionaryVersion, Trial
from search.yardstick import Figures
from tests.factories import PublishedEntryFactory, SystemAdministratorFactory
from tests.hits.test_confirmed import searched

pytestmark = pytest.mark.django_db
NEW_GROUP = Line(LineKind.SYNONYMS, ("问渠卡", "活水卡"))


@pytest.fixture
def boss() -> Agent:
    person: Agent = SystemAdministratorFactory.create()
    return person


@pytest.fixture
def entries() -> list[Entry]:
    return [PublishedEntryFactory.create(question=text) for text in ("活水卡怎么挂失", "存款利率是多少")]


def last_month() -> Any:
    return Month.of(timezone.now()).later(-1).starts_at


def test_both_sides_are_asked_under_their_own_dictionary(entries: list[Entry]) -> None:
    pairs = [ConfirmedSearch("活水卡挂失", entries[0].pk, 3), ConfirmedSearch("看不懂", entries[1].pk, 1)]
    seen: list[str] = []
    told: list[int] = []

    @contextmanager
    def side(name: str) -> Iterator[None]:
        seen.append(name)
        yield

    before, after = trials.compare(side("before"), side("after"), pairs=pairs, told=told.append)
    assert seen == ["before", "after"]
    assert before == after == Figures(4, 1, 0.75, 0.75, 1)
    assert told == sorted(told)
    assert told[-1] == 100


def test_the_lexicons_compared_are_in_force_while_each_side_is_asked(
    entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    versions: list[str] = []

    def measure(pairs: object, search: object, told: object) -> Figures:
        versions.append(lexicon.current().version)
        return Figures(0, 0, 0.0, 0.0, None)

    monkeypatch.setattr(trials, "measure", measure)
    trials.compare_lexicons(lexicon.Lexicon("one"), lexicon.Lexicon("other"), pairs=[])
    assert versions == ["one", "other"]


def test_a_trial_of_the_dictionary_ends_with_figures_and_may_go_live(
    boss: Agent, entries: list[Entry]
) -> None:
    searched("活水卡挂失", entries[0].pk, at=last_month())
    dictionaries.add(NEW_GROUP, by=boss)
    trial = trials.try_dictionary(by=boss)
    assert trial.state == Trial.State.WAITING
    trials.run(trial)
    trial.refresh_from_db()
    assert (trial.state, trial.progress) == (Trial.State.DONE, 100)
    assert Figures.read(trial.before or {}) == Figures(1, 0, 1.0, 1.0, 1)
    dictionaries.put_in_force(trial, by=boss)
    assert DictionaryVersion.objects.count() == 1


def test_the_worker_is_told_in_the_same_transaction(boss: Agent) -> None:
    dictionaries.add(NEW_GROUP, by=boss)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_web")
        trial = trials.try_dictionary(by=boss)
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'search.run_trial'")
        assert [args for (args,) in cursor.fetchall()] in (
            [{"trial_id": trial.pk}],
            [f'{{"trial_id": {trial.pk}}}'],
        )


def test_one_trial_of_a_kind_runs_at_a_time_and_one_that_stands_still_is_given_up(boss: Agent) -> None:
    dictionaries.add(NEW_GROUP, by=boss)
    first = trials.try_dictionary(by=boss)
    with pytest.raises(RuleBrokenError):
        trials.try_dictionary(by=boss)
    trials.ask(Trial.Kind.RANKER, "1", "2", {}, by=boss)
    Trial.objects.filter(pk=first.pk).update(seen_at=timezone.now() - trials.FORGOTTEN_AFTER * 2)
    second = trials.try_dictionary(by=boss)
    first.refresh_from_db()
    assert first.state == Trial.State.FAILED
    trials.run(first)
    first.refresh_from_db()
    assert (first.state, first.before) == (Trial.State.FAILED, None)
    assert second.state == Trial.State.WAITING


def test_without_a_change_there_is_nothing_to_try(boss: Agent) -> None:
    with pytest.raises(RuleBrokenError):
        trials.try_dictionary(by=boss)


def test_what_goes_wrong_stands_in_the_trial(boss: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    dictionaries.add(NEW_GROUP, by=boss)
    trial = trials.try_dictionary(by=boss)

    def break_down(trial: Trial, told: trials.Told) -> tuple[Figures, Figures]:
        told(30)
        raise OSError("the disk is full")

    monkeypatch.setitem(trials.RUNNERS, "dictionary", break_down)
    with pytest.raises(OSError, match="full"):
        trials.run(trial)
    trial.refresh_from_db()
    assert (trial.state, trial.error, trial.progress) == (Trial.State.FAILED, "the disk is full", 30)


def test_what_is_not_in_force_any_more_is_not_searched_for(boss: Agent, entries: list[Entry]) -> None:
    for entry in entries:
        searched("挂失", entry.pk, at=last_month())
    publishing.withdraw(entries[1], by=boss, reason="停办")
    assert [pair.entry_id for pair in trials.pairs_of_last_month()] == [entries[0].pk]
