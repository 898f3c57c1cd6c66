"""Provisional deadlines are set once, audited, when their year is announced; nothing else moves any."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import settings
from accounts.models import AuditRow
from courier.models import Notification
from inquiries import tasks
from inquiries.models import CalendarDay, Round
from inquiries.services import calendars
from kb.lib.errors import RuleBrokenError
from kb.lib.months import SITE_ZONE
from tests.factories import InformationAdministratorFactory, SystemAdministratorFactory
from tests.inquiries.making import expert_of, forwarded

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2031, 9, 26, 10, 0, tzinfo=SITE_ZONE)
HOLIDAYS = [date(2031, 10, day) for day in range(1, 8)]


@pytest.fixture
def provisional(monkeypatch: pytest.MonkeyPatch) -> Round:
    """Forwarded before a National Day that nobody has announced."""
    from inquiries.services import forwarding

    monkeypatch.setattr(forwarding, "database_now", lambda: FRIDAY)
    return forwarded().rounds.get()


def announce(**more: Any) -> None:
    calendars.announce_year(
        2031, off=HOLIDAYS, worked=[date(2031, 9, 28)], by=SystemAdministratorFactory.create(), **more
    )


def test_a_provisional_deadline_is_monday_to_friday(provisional: Round) -> None:
    assert provisional.is_provisional
    assert provisional.answer_due_at == datetime(2031, 10, 3, 10, 0, tzinfo=SITE_ZONE)


def test_once_the_year_is_announced_it_is_set_once_and_audited(provisional: Round) -> None:
    expert = expert_of(provisional.inquiry.line)
    assert tasks.settle_provisional(0) == 0
    jobs = ProcrastinateJob.objects.filter(task_name=tasks.settle_provisional.name, status="todo")
    assert not jobs.exists()
    announce()
    assert jobs.get().args == {"timestamp": 0}  # at once, not with the next night's
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_counter")  # the worker's
    assert tasks.settle_provisional(0) == 1
    assert tasks.settle_provisional(0) == 0
    provisional.refresh_from_db()
    assert not provisional.is_provisional
    assert provisional.answer_due_at == datetime(2031, 10, 9, 10, 0, tzinfo=SITE_ZONE)
    assert "2031-10-09 10:00" in Notification.objects.get(person=expert).text
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    row = AuditRow.objects.get(act="inquiry.deadline_settled")
    assert row.detail["before"] == "2031-10-03T02:00:00+00:00"
    assert datetime.fromisoformat(row.detail["after"]) == provisional.answer_due_at


def test_single_days_do_not_make_a_year_known(provisional: Round) -> None:
    boss = SystemAdministratorFactory.create()
    for day in HOLIDAYS:
        calendars.set_day(day, is_working=False, by=boss)
    assert calendars.settle() == 0


def test_a_deadline_that_is_fixed_stays_whatever_is_entered_later() -> None:
    before = forwarded().rounds.values().get()
    boss = SystemAdministratorFactory.create()
    calendars.set_day(before["answer_due_at"].date(), is_working=False, by=boss)
    settings.change_text("working_hours", "10:00-11:00", by=boss)
    assert calendars.settle() == 0
    assert Round.objects.values().get() == before


def test_the_hours_a_round_began_with_are_its_own(provisional: Round) -> None:
    settings.change_text("working_hours", "08:00-09:00", by=SystemAdministratorFactory.create())
    announce()
    calendars.settle()
    provisional.refresh_from_db()
    assert provisional.answer_due_at == datetime(2031, 10, 9, 10, 0, tzinfo=SITE_ZONE)


def test_only_system_administrators_enter_days_and_no_nonsense() -> None:
    with pytest.raises(RuleBrokenError):
        calendars.set_day(date(2031, 1, 1), is_working=False, by=InformationAdministratorFactory.create())
    boss, new_year = SystemAdministratorFactory.create(), date(2031, 1, 1)
    for off, worked in [([new_year], [new_year]), ([date(2032, 1, 1)], [])]:
        with pytest.raises(RuleBrokenError):
            calendars.announce_year(2031, off=off, worked=worked, by=boss)
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inquiries_round SET reply_due_at = now()",
        "UPDATE inquiries_round SET answer_due_at = now()",
        "UPDATE inquiries_round SET began_at = now()",
        "DELETE FROM inquiries_round",
        "UPDATE inquiries_message SET text = ''",
        "DELETE FROM inquiries_reminder",
    ],
)
def test_the_role_of_the_pages_moves_no_deadline_and_unsays_nothing(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_web")
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(statement)
