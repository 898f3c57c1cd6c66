"""Jobs of the worker."""

from procrastinate.contrib.django import app

from faq.services.locking import database_now
from faq.services.scheduling import CLOCK
from reports.spikes import watching


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="reports.look_for_spikes", queue=CLOCK, queueing_lock="reports.look_for_spikes", pass_context=False
)
def look_for_spikes(timestamp: int) -> int:  # noqa: ARG001
    """See ``watching.look``; how many alerts were given."""
    return len(watching.look(database_now()).began)
