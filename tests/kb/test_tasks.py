"""What is cleared away each night, and what stays."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from asgiref.sync import async_to_sync
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from croniter import croniter  # type: ignore[import-untyped]
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kb import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_worker() -> None:
    """Rows are made and cleared as the role of the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_counter")


def test_sessions_go_when_they_have_expired(as_worker: None) -> None:
    for name, hours in (("gone", -1), ("open", 1)):
        Session.objects.create(
            session_key=name, session_data="", expire_date=timezone.now() + timedelta(hours=hours)
        )
    tasks.clear_log_ins(0)
    assert [row.session_key for row in Session.objects.all()] == ["open"]


@pytest.mark.parametrize(
    ("model", "more"), [(AccessAttempt, {"failures_since_start": 1}), (AccessFailureLog, {}), (AccessLog, {})]
)
def test_attempts_to_log_in_go_after_ninety_days(
    as_worker: None, model: type[Any], more: dict[str, int]
) -> None:
    for days in (89, 91):
        row = model.objects.create(username=str(days), user_agent="", ip_address="127.0.0.1", **more)
        model.objects.filter(pk=row.pk).update(attempt_time=timezone.now() - timedelta(days=days))
    tasks.clear_log_ins(0)
    assert [row.username for row in model.objects.all()] == ["89"]


@pytest.mark.parametrize("end", ["succeeded", "failed"])
def test_jobs_go_a_week_after_their_end_and_what_is_to_be_done_stays(as_worker: None, end: str) -> None:
    jobs = {
        name: app.configure_task("hits.roll_up", queueing_lock=name).defer(timestamp=0)
        for name in ("old", "new", "waits")
    }
    with connection.cursor() as cursor:
        for name, days in (("old", 8), ("new", 6)):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [end, jobs[name]])
            cursor.execute(
                "UPDATE procrastinate_events SET at = now() - make_interval(days => %s) WHERE job_id = %s",
                [days, jobs[name]],
            )
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - interval '9 days' WHERE job_id = %s",
            [jobs["waits"]],
        )
    async_to_sync(tasks.clear_jobs.func)(timestamp=0)
    assert set(ProcrastinateJob.objects.values_list("pk", flat=True)) == {jobs["new"], jobs["waits"]}


def test_the_worker_does_so_at_half_past_two_in_shanghai() -> None:
    crons = {
        periodic.task.name: periodic.cron
        for periodic in app.periodic_registry.periodic_tasks.values()
        if periodic.task.name.startswith("kb.")
    }
    assert crons.keys() == {"kb.clear_log_ins", "kb.clear_jobs"}
    for cron in crons.values():
        following = croniter(cron, datetime(2026, 3, 1, tzinfo=UTC)).get_next(datetime)
        assert following.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M") == "02:30"
