"""On the first of the month each person responsible has one mail about all that is due."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from croniter import croniter  # type: ignore[import-untyped]
from procrastinate.contrib.django import app

from accounts.models import Agent, BusinessLine
from courier.models import Mail, Notification
from faq import tasks
from faq.models import Entry
from faq.services import reminding
from kb.lib.months import SITE_ZONE, Month
from tests.factories import (
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db
MARCH = Month(2027, 3)


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create()


@pytest.fixture
def expert(line: BusinessLine) -> Agent:
    return BusinessExpertFactory.create(lines=[line], email="expert@bank.example")


def due(line: BusinessLine, on: date = date(2027, 3, 15), **more: Any) -> Entry:
    columns = {name: more.pop(name) for name in ("review_owner", "is_restricted") if name in more}
    entry = PublishedEntryFactory.create(line=line, **more)
    Entry.objects.filter(pk=entry.pk).update(review_due_on=on, **columns)
    return entry


def test_all_that_is_due_comes_in_one_mail(line: BusinessLine, expert: Agent) -> None:
    due(line, question="三月的")
    due(line, date(2027, 1, 3), question="拖到现在的")
    due(line, date(2027, 3, 31), question="月底的")
    due(line, date(2027, 4, 1), question="四月的")
    reminding.remind(MARCH)
    mail = Mail.objects.get(to=expert)
    assert "3" in mail.subject
    assert mail.body.index("拖到现在的") < mail.body.index("三月的") < mail.body.index("月底的")
    assert "四月的" not in mail.body
    assert mail.body.endswith("http://127.0.0.1:8000/knowledge/work/")


def test_the_same_month_again_writes_nothing(line: BusinessLine, expert: Agent) -> None:
    due(line)
    reminding.remind(MARCH)
    reminding.remind(MARCH)
    assert Mail.objects.filter(to=expert).count() == 1
    assert Notification.objects.filter(person=expert, key="review-due-2027-03").count() == 1
    reminding.remind(MARCH.later(1))
    assert Mail.objects.filter(to=expert).count() == 2


def test_who_was_made_responsible_has_it_alone(line: BusinessLine, expert: Agent) -> None:
    owner = CallCentreExpertFactory.create(email="owner@bank.example")
    due(line, review_owner=owner)
    reminding.remind(MARCH)
    assert [mail.to for mail in Mail.objects.all()] == [owner]


def test_who_has_left_is_replaced_by_the_line(line: BusinessLine, expert: Agent) -> None:
    due(line, review_owner=CallCentreExpertFactory.create(is_active=False, email="gone@bank.example"))
    reminding.remind(MARCH)
    assert [mail.to for mail in Mail.objects.all()] == [expert]


def test_a_line_without_experts_falls_to_the_information_administrators(line: BusinessLine) -> None:
    keeper = InformationAdministratorFactory.create(email="keeper@bank.example")
    due(line)
    reminding.remind(MARCH)
    assert keeper in {mail.to for mail in Mail.objects.all()}


def test_restricted_entries_are_told_to_their_lines_only(line: BusinessLine, expert: Agent) -> None:
    stranger = CallCentreExpertFactory.create(email="stranger@bank.example")
    due(line, review_owner=stranger, is_restricted=True)
    reminding.remind(MARCH)
    assert [mail.to for mail in Mail.objects.all()] == [expert]


def test_what_is_not_in_force_is_not_reviewed(line: BusinessLine, expert: Agent) -> None:
    gone = WithdrawnEntryFactory.create(line=line)
    Entry.objects.filter(pk=gone.pk).update(review_due_on=date(2027, 3, 1))
    assert reminding.remind(MARCH) == 0
    assert not Mail.objects.exists()


@pytest.mark.parametrize("after", ["2026-12-15", "2027-02-27", "2027-03-01"])
def test_it_runs_on_the_first_of_a_month_in_shanghai_and_means_that_month(
    after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crons = {one.task.name: one.cron for one in app.periodic_registry.periodic_tasks.values()}
    fires = croniter(
        crons["faq.remind_of_reviews"], datetime.fromisoformat(f"{after}T12:00:00+00:00")
    ).get_next(datetime)
    here = fires.astimezone(SITE_ZONE)
    assert (here.day, here.hour) == (1, 8)
    asked: list[Month] = []

    def remind(month: Month) -> int:
        asked.append(month)
        return 0

    monkeypatch.setattr(reminding, "remind", remind)
    tasks.remind_of_reviews(int(fires.astimezone(UTC).timestamp()))
    assert asked == [Month(here.year, here.month)]
