"""Jobs for the worker, left in the transaction at hand.

Inside the worker procrastinate's own ``defer`` goes over a connection of its own: such a job begins before
the rows it is about are committed, finds nothing to do, and is over. Whatever may be called by a job as well
as by a page leaves its jobs here.
"""

from datetime import datetime
from typing import Any

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task


def defer(
    task: str,
    *,
    queue: str | None = None,
    schedule_at: datetime | None = None,
    queueing_lock: str | None = None,
    **arguments: Any,
) -> None:
    """Leave one job for the task of this name. Raises AlreadyEnqueued when one waits under the same lock."""
    manager = JobManager(DjangoConnector())
    job = configure_task(
        name=task, job_manager=manager, queue=queue, schedule_at=schedule_at, queueing_lock=queueing_lock
    )
    job.defer(**arguments)
