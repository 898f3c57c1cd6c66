"""`script/bench inquiries` in short: workers killed in the middle of reminding, and nothing is told twice."""

import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from bench import planted as planting
from courier import telling
from courier.models import Mail, Notification
from faq.services.locking import database_now
from inquiries import addresses
from inquiries.models import Reminder
from inquiries.services import reminding

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
DEATHS = (1, 4, 9, 2, 17, 6)  # after so many lines under bells: the row is written, its mail is not


def remind_and_die(lines: int) -> int:
    """A process of its own that reminds, and kills itself in the middle; how it ended."""
    connection.close()  # both would speak over it
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        _die_after(lines)
        reminding.remind_of_what_is_due()
    finally:
        os._exit(0)


def _die_after(lines: int) -> None:
    """Only ever called in the child."""
    tell, told = telling.tell, [0]

    def tell_and_die(*args: Any, **more: Any) -> None:
        tell(*args, **more)
        told[0] += 1
        if told[0] == lines:
            os.kill(os.getpid(), signal.SIGKILL)

    telling.tell = tell_and_die


def test_killed_again_and_again_it_tells_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "BATCH", 3)
    addresses.by_mail("x")  # loads every page's module once, and not in each child
    others = set(ProcrastinateJob.objects.values_list("pk", flat=True))  # of tests before, never emptied
    planted = planting.plant(90)
    planting.move(database_now() - timedelta(seconds=60), 50)
    seen = [0]
    for lines in DEATHS:
        assert remind_and_die(lines) == -signal.SIGKILL
        seen.append(Reminder.objects.count())
    assert seen == sorted(seen)
    assert 0 < seen[-1] < len(planted.expected)
    reminding.remind_of_what_is_due()
    assert planting.told() == planted.expected
    assert Reminder.objects.count() == len(planted.expected)
    handed = ProcrastinateJob.objects.filter(task_name="courier.hand_over").exclude(pk__in=others)
    assert Mail.objects.count() == handed.count() == planted.mails
    keys = Notification.objects.values_list("person", "key")
    assert len(keys) == len(set(keys)) > 0
    assert planted.wrong_deadlines == 0
