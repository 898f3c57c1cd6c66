"""Jobs that wake the reminding at the second it is due. A sweep each minute catches up what they missed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from procrastinate.contrib.django.models import ProcrastinateJob

from faq.services.scheduling import CLOCK
from kb.lib import jobs

TASK = "inquiries.remind_when_due"


def wake_at(moments: Iterable[datetime]) -> None:
    """Leave one job for each second in which something falls due.

    Two transactions at the same moment may leave two for one second; the second finds nothing to do.
    """
    seconds = {_next_second(moment) for moment in moments}
    waiting = ProcrastinateJob.objects.filter(task_name=TASK, status="todo", scheduled_at__in=seconds)
    known = set(waiting.values_list("scheduled_at", flat=True))
    for second in sorted(seconds - known):
        jobs.defer(TASK, queue=CLOCK, schedule_at=second)


def _next_second(moment: datetime) -> datetime:
    whole = moment.replace(microsecond=0)
    return whole if whole == moment else whole + timedelta(seconds=1)
