"""How well searches end, as supervisors and administrators read it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from kb.lib.months import Month
from search import quality
from search.models import Trial
from search.quality import MonthQuality
from search.yardstick import Figures, figures
from tests.factories import AgentFactory, SupervisorFactory, SystemAdministratorFactory
from tests.hits.test_confirmed import searched
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
PAGE = "/knowledge/quality/"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def supervisor() -> Client:
    return logged_in(SupervisorFactory.create())


def last_month(number: int = 0) -> Any:
    return Month.of(timezone.now()).later(-1 - number).starts_at


def finished(by: Agent, **more: Any) -> Trial:
    return Trial.objects.create(
        kind=Trial.Kind.DICTIONARY,
        before_ref="one",
        after_ref="other",
        state=Trial.State.DONE,
        before=Figures(100, 10, 0.5, 0.8, 2).as_json(),
        after=Figures(100, 8, 0.625, 0.78, 1).as_json(),
        asked_by=by,
        **more,
    )


def test_last_month_and_the_twelve_before_stand_in_picture_and_table(supervisor: Client) -> None:
    for entry_id in (1, 1, 1, 2):
        searched("挂失", entry_id, at=last_month())
    searched("挂失", 3, at=last_month(12))
    searched("太久以前", 3, at=last_month(13))
    text = supervisor.get(PAGE).content.decode()
    assert "75.0%" in text
    assert str(Month.of(timezone.now()).later(-13)) in text
    assert str(Month.of(timezone.now()).later(-14)) not in text
    assert len(re.findall(r"<circle", text)) == 4
    assert not INLINE.search(text.replace("<script type", "<x"))


def test_a_year_of_searches_is_not_read_for_every_reader(supervisor: Client) -> None:
    supervisor.get(PAGE)
    searched("挂失", 1, at=last_month())
    assert "上个月没有确认过的搜索" in supervisor.get(PAGE).content.decode()
    cache.clear()
    assert "100.0%" in supervisor.get(PAGE).content.decode()


def test_without_searches_and_trials_the_page_says_so(supervisor: Client) -> None:
    text = supervisor.get(PAGE).content.decode()
    assert "上个月没有确认过的搜索" in text
    assert "还没有试算过" in text
    assert "<polyline" not in text


def test_the_trials_stand_with_their_figures(supervisor: Client) -> None:
    finished(SystemAdministratorFactory.create(display_name="王管理"))
    text = supervisor.get(PAGE).content.decode()
    assert "50.0% → 62.5%" in text
    assert "王管理" in text


def test_the_figures_of_a_trial_stand_side_by_side(supervisor: Client) -> None:
    trial = finished(SystemAdministratorFactory.create())
    text = supervisor.get(f"/knowledge/trials/{trial.pk}/").content.decode()
    for said in ("+12.5", "−2.0", "−1", "better", "worse", "属于别的改动"):
        assert said in text
    assert "put-in-force" not in text
    empty = Figures(0, 0, 0.0, 0.0, None).as_json()
    Trial.objects.filter(pk=trial.pk).update(before=empty, after=empty)
    assert "没有可用来衡量的" in supervisor.get(f"/knowledge/trials/{trial.pk}/").content.decode()


def test_a_failed_trial_says_why(supervisor: Client) -> None:
    trial = finished(SystemAdministratorFactory.create())
    Trial.objects.filter(pk=trial.pk).update(state=Trial.State.FAILED, error="磁盘满了")
    assert "磁盘满了" in supervisor.get(f"/knowledge/trials/{trial.pk}/").content.decode()


def test_agents_read_nothing_and_nobody_writes(client: Client, supervisor: Client) -> None:
    trial = finished(SystemAdministratorFactory.create())
    for address in (PAGE, f"/knowledge/trials/{trial.pk}/"):
        assert logged_in(AgentFactory.create()).get(address).status_code == 403
        assert client.get(address).status_code == 302
        assert supervisor.post(address).status_code == 405
    for number in (trial.pk + 1, 10**30):
        assert supervisor.get(f"/knowledge/trials/{number}/").status_code == 404


def test_the_number_of_queries_does_not_grow(
    supervisor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    boss = SystemAdministratorFactory.create()
    for number in range(8):
        finished(boss)
        searched(f"问题{number}", 1, at=last_month(number))
    with django_assert_max_num_queries(13):
        supervisor.get(PAGE)


def test_a_month_without_searches_has_no_mark() -> None:
    month = Month(2026, 3)
    months = [MonthQuality(month, figures({1: 1, 2: 1})), MonthQuality(month.later(1), figures({}))]
    (point,) = quality.curve(months, "recall_at_1")
    assert (point.x, point.y) == (0.0, quality.HEIGHT / 2)
