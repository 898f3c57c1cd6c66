"""Mails written inside the worker, and mails whose worker was killed: none goes missing."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.testing import InMemoryConnector

from courier import tasks
from courier.models import Mail
from courier.telling import send_mail
from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db


def test_a_job_that_writes_a_mail_leaves_its_handing_over_in_the_same_transaction() -> None:
    """Over the worker's own connection it would begin before the mail is committed, and find none."""
    with app.replace_connector(InMemoryConnector()):  # as the worker replaces ours
        send_mail([AgentFactory.create(email="li@example.com")], "题", "文", key="review-1")
    job = ProcrastinateJob.objects.get(task_name="courier.hand_over")
    assert job.args == {"mail_id": Mail.objects.get().pk}


@pytest.mark.parametrize(("status", "expected"), [("doing", "todo"), ("succeeded", "succeeded")])
def test_a_mail_whose_worker_was_killed_is_taken_up_again(status: str, expected: str) -> None:
    send_mail([AgentFactory.create(email="li@example.com")], "题", "文", key="review-1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s", [status])
    assert async_to_sync(tasks.take_up_again.func)(timestamp=0) == (status == "doing")
    assert ProcrastinateJob.objects.get(task_name="courier.hand_over").status == expected
