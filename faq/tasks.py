"""Jobs of the worker."""

from procrastinate.contrib.django import app

from faq.services import publishing, scheduling
from faq.services.locking import database_now
from faq.services.scheduling import CLOCK


@app.task(name="faq.publish_when_due", queue=CLOCK, pass_context=False)
def publish_when_due(entry_id: int) -> int:
    """Publish the entry's scheduled text if its time has come; it may have been taken back meanwhile."""
    return len(publishing.publish_due([entry_id], at=database_now()))


@app.periodic(cron="* * * * *")
@app.task(
    name="faq.publish_what_is_due", queue=CLOCK, queueing_lock="faq.publish_what_is_due", pass_context=False
)
def publish_what_is_due(timestamp: int) -> int:  # noqa: ARG001
    """See ``scheduling.publish_what_is_due``."""
    return scheduling.publish_what_is_due()
