"""Jobs of the worker."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from faq.services import publishing, reminding, scheduling
from faq.services.locking import database_now
from faq.services.scheduling import CLOCK
from kb.lib.months import Month


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


@app.periodic(cron="0 0 1 * *")  # UTC: eight in the morning of the first in Shanghai, before desks open
@app.task(name="faq.remind_of_reviews", queueing_lock="faq.remind_of_reviews", pass_context=False)
def remind_of_reviews(timestamp: int) -> int:
    """See ``reminding.remind``; the month is the one it was due in, however late it runs."""
    return reminding.remind(Month.of(datetime.fromtimestamp(timestamp, UTC)))
