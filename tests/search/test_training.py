"""A site trains a ranker of its own, and it comes into force only where it ranks better."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import settings
from accounts.models import Agent
from faq.models import Entry, SimilarQuestion
from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from search import dictionaries, following, lexicon, tasks, training, trials
from search.documents import documents
from search.models import RankerVersion, Trial
from search.ranking import model, ranker
from search.ranking.features import NAMES
from search.ranking.model import Model
from search.ranking.ranker import Ranker
from search.yardstick import Figures
from tests.factories import (
    AgentFactory,
    CategoryFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)
from tests.hits.test_confirmed import searched
from tests.search.test_dictionary_pages import logged_in

pytestmark = pytest.mark.django_db
PAGE = "/knowledge/quality/"
TRAIN = "/knowledge/ranker/train/"
SWITCH = "/knowledge/ranker/switch/"
NOTHING = Figures(0, 0, 0.0, 0.0, None)


@pytest.fixture(autouse=True)
def ranker_of_this_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(training, "_followed", [])
    yield
    ranker.use(Ranker(model.factory()))


@pytest.fixture
def boss() -> Agent:
    person: Agent = SystemAdministratorFactory.create()
    return person


@pytest.fixture
def entries() -> list[Entry]:
    cards, loans = CategoryFactory.create(), CategoryFactory.create()
    texts = [
        (cards, f"{place}怎么挂失信用卡", f"{place}丢了卡如何处理", f"我在{place}卡不见了")
        for place in ("德国", "英国", "法国", "日本")
    ] + [
        (loans, f"{kind}贷款如何申请", f"想办{kind}贷款", f"{kind}贷款要什么条件")
        for kind in ("住房", "汽车", "助学", "消费")
    ]
    made = []
    for category, question, *similar in texts:
        entry = PublishedEntryFactory.create(question=question, category=category)
        SimilarQuestion.objects.bulk_create(
            SimilarQuestion(entry=entry, text=text, position=place) for place, text in enumerate(similar)
        )
        made.append(entry)
    return made


def last_month() -> Any:
    return Month.of(timezone.now()).later(-1).starts_at


def version(boss: Agent, *, is_better: bool, weights: Model | None = None) -> RankerVersion:
    trial = Trial.objects.create(
        kind=Trial.Kind.RANKER,
        before_ref="without",
        after_ref="r",
        state=Trial.State.DONE,
        before=NOTHING.as_json(),
        after=NOTHING.as_json(),
        asked_by=boss,
    )
    return RankerVersion.objects.create(
        weights=(weights or named("the site's own")).to_json(), lessons=9, is_better=is_better, trial=trial
    )


def named(name: str) -> Model:
    zeros, unit = np.zeros(len(NAMES), np.float32), np.zeros(1, np.float32)
    return Model(name, zeros, zeros + 1, np.zeros((len(NAMES), 1), np.float32), unit, unit, zeros)


def in_force() -> str | None:
    current = ranker.current()
    return current.model.version if current else None


def test_a_training_ends_with_figures_and_a_version(boss: Agent, entries: list[Entry]) -> None:
    searched("德国信用卡挂失", entries[0].pk, at=last_month())
    trial = training.ask(boss)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_counter")  # as the worker does
        trials.run(trial)
        cursor.execute("RESET ROLE")
    trial.refresh_from_db()
    assert (trial.state, trial.progress, trial.error) == (Trial.State.DONE, 100, "")
    kept = RankerVersion.objects.get()
    assert kept.trial == trial
    assert Figures.read(trial.before or {}).searches == Figures.read(trial.after or {}).searches == 1
    assert kept.is_better == training.is_better(
        Figures.read(trial.before or {}), Figures.read(trial.after or {})
    )
    assert kept.classifier


def test_with_enough_questions_weights_of_its_own_are_learned(
    entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = list(documents())
    alone, few = training.train(found)
    assert alone.model is model.factory()
    monkeypatch.setattr(training, "FEWEST_LESSONS", few)
    told: list[int] = []
    learned, count = training.train(found, told.append)
    assert learned.model is not model.factory()
    assert learned.classifier is not None
    assert count == few
    assert told == sorted(told)
    assert told[-1] == 100


def test_confirmed_searches_are_lessons_but_last_month_is_kept_for_the_trial(
    entries: list[Entry],
) -> None:
    found = list(documents())
    without = training.train(found)[1]
    searched("哪天都没人写过的德国挂失说法", entries[0].pk, at=last_month())
    assert training.train(found)[1] == without
    searched("哪天都没人写过的英国挂失说法", entries[1].pk, at=Month.of(timezone.now()).later(-2).starts_at)
    assert training.train(found)[1] == without + 1


def test_without_anything_to_learn_the_training_says_so_and_nothing_changes(boss: Agent) -> None:
    PublishedEntryFactory.create(question="只有一条")
    trial = training.ask(boss)
    trials.run(trial)
    trial.refresh_from_db()
    assert trial.state == Trial.State.FAILED
    assert trial.error
    assert not RankerVersion.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "better"),
    [
        (Figures(10, 0, 0.5, 0.8, 1), Figures(10, 0, 0.6, 0.7, 1), True),
        (Figures(10, 0, 0.5, 0.8, 1), Figures(10, 0, 0.5, 0.9, 1), True),
        (Figures(10, 0, 0.5, 0.8, 1), Figures(10, 0, 0.5, 0.8, 1), False),
        (Figures(10, 0, 0.5, 0.8, 1), Figures(10, 0, 0.4, 0.9, 1), False),
        (NOTHING, NOTHING, False),
    ],
)
def test_better_is_only_what_ranks_better(before: Figures, after: Figures, *, better: bool) -> None:
    assert training.is_better(before, after) is better


def test_only_a_better_one_comes_into_force_and_one_setting_switches_it_off(boss: Agent) -> None:
    following.look()
    assert in_force() == model.factory().version
    version(boss, is_better=False)
    assert training.follow()
    assert in_force() == model.factory().version
    version(boss, is_better=True)
    assert training.follow()
    assert in_force() == "the site's own"
    assert not training.follow()
    settings.change("learned_ranker", 0, by=boss)
    assert training.follow()
    assert ranker.current() is None
    settings.change("learned_ranker", 1, by=boss)
    training.follow()
    assert in_force() == "the site's own"


def test_weights_for_other_figures_are_left_alone(boss: Agent, caplog: pytest.LogCaptureFixture) -> None:
    broken = version(boss, is_better=True)
    RankerVersion.objects.filter(pk=broken.pk).update(weights={"names": ["other"]})
    training.follow()
    assert in_force() == model.factory().version
    assert "cannot be read" in caplog.text


def test_the_nightly_job_waits_for_one_that_runs() -> None:
    tasks.train_ranker(timestamp=0)
    tasks.train_ranker(timestamp=0)
    trial = Trial.objects.get()
    assert (trial.kind, trial.asked_by) == (Trial.Kind.RANKER, None)


def test_the_worker_tries_with_the_dictionary_and_the_ranker_in_force(
    boss: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    version(boss, is_better=True)
    seen: list[tuple[str, str | None]] = []

    def runner(_trial: Trial, _told: object) -> tuple[Figures, Figures]:
        seen.append((lexicon.current().version, in_force()))
        return NOTHING, NOTHING

    monkeypatch.setitem(trials.RUNNERS, Trial.Kind.RANKER, runner)
    monkeypatch.setattr(lexicon, "_in_force", lexicon.EMPTY)
    tasks.run_trial(trial_id=training.ask(boss).pk)
    assert seen == [(dictionaries.version_in_force(), "the site's own")]


def test_what_follows_goes_on_when_one_of_them_fails(
    boss: Agent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> bool:
        raise RuleBrokenError("no database")

    def looks() -> bool:
        seen.append("ranker")
        return True

    seen: list[str] = []
    monkeypatch.setitem(following.FOLLOWED, "dictionary", fails)
    monkeypatch.setitem(following.FOLLOWED, "ranker", looks)
    for name, follow in following.FOLLOWED.items():
        following._look(name, follow)
    assert seen == ["ranker"]
    assert "dictionary cannot be looked at" in caplog.text


def test_administrators_train_and_switch_and_others_only_read(boss: Agent) -> None:
    administrator, supervisor = logged_in(boss), logged_in(SupervisorFactory.create())
    assert administrator.post(TRAIN).status_code == 302
    assert Trial.objects.get().asked_by == boss
    assert "有一次试算正在进行" in administrator.post(TRAIN, follow=True).content.decode()
    administrator.post(SWITCH, {"on": "0"})
    assert settings.current()["learned_ranker"] == 0
    assert "开启" in administrator.get(PAGE).content.decode()
    administrator.post(SWITCH, {"on": "1"})
    assert settings.current()["learned_ranker"] == 1
    text = supervisor.get(PAGE).content.decode()
    assert TRAIN not in text
    for address in (TRAIN, SWITCH):
        assert supervisor.post(address).status_code == 403
        assert logged_in(AgentFactory.create()).post(address).status_code == 403
        assert administrator.get(address).status_code == 405
        assert Client().post(address).status_code == 302


def test_the_page_says_which_model_is_in_force(
    boss: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    administrator = logged_in(boss)
    assert "每个站点最初" in administrator.get(PAGE).content.decode()
    version(boss, is_better=True)
    assert "9 个问题" in administrator.get(PAGE).content.decode()
    version(boss, is_better=False)
    assert "没有变好" in administrator.get(PAGE).content.decode()
    with django_assert_max_num_queries(12):
        administrator.get(PAGE)
