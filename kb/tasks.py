"""Jobs of the worker that keep the house's own tables small; what is counted or audited is never touched."""

from datetime import timedelta
from importlib import import_module

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

LOG_IN_DAYS = 90
JOB_DAYS = 7
AT_NIGHT = "30 18 * * *"  # cron is UTC: 02:30 in Shanghai, when the fewest desks are open


@app.periodic(cron=AT_NIGHT)
@app.task(name="kb.clear_log_ins", queueing_lock="kb.clear_log_ins", pass_context=False)
def clear_log_ins(timestamp: int) -> None:  # noqa: ARG001
    """Forget sessions that have expired and attempts to log in that are older than 90 days."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    oldest = timezone.now() - timedelta(days=LOG_IN_DAYS)
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(attempt_time__lt=oldest).delete()


@app.periodic(cron=AT_NIGHT)
@app.task(name="kb.clear_jobs", queueing_lock="kb.clear_jobs", pass_context=False)
async def clear_jobs(timestamp: int) -> None:  # noqa: ARG001
    """Forget jobs that ended more than a week ago, however they ended."""
    await app.job_manager.delete_old_jobs(
        nb_hours=JOB_DAYS * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
