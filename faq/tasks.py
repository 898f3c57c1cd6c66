"""Jobs of the worker."""

from procrastinate.contrib.django import app

from faq.services import import_work, publishing, scheduling
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
