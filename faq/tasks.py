"""Jobs of the worker."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from faq.services import import_work, publishing, reminding, scheduling
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


@app.task(name="faq.read_import", pass_context=False)
def read_import(run_id: int) -> None:
    """See ``import_work.run_reading``."""
    import_work.run_reading(run_id)


@app.task(name="faq.apply_import", pass_context=False)
def apply_import(run_id: int) -> None:
    """See ``import_work.run_applying``."""
    import_work.run_applying(run_id)


@app.task(name="faq.undo_import", pass_context=False)
def undo_import(run_id: int) -> None:
    """See ``import_work.run_undoing``."""
    import_work.run_undoing(run_id)


@app.periodic(cron="0 0 1 * *")  # UTC: eight in the morning of the first in Shanghai, before desks open
@app.task(name="faq.remind_of_reviews", queueing_lock="faq.remind_of_reviews", pass_context=False)
def remind_of_reviews(timestamp: int) -> int:
    """See ``reminding.remind``; the month is the one it was due in, however late it runs."""
    return reminding.remind(Month.of(datetime.fromtimestamp(timestamp, UTC)))
