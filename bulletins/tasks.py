"""Jobs of the worker that keeps the clock."""

from procrastinate.contrib.django import app

from bulletins.services import scheduling
from faq.services.scheduling import CLOCK


@app.task(name="bulletins.announce_when_due", queue=CLOCK, pass_context=False)
def announce_when_due(bulletin_id: int) -> bool:
    """See ``scheduling.announce_due``; it may have been changed or withdrawn meanwhile."""
    return scheduling.announce_due(bulletin_id)


@app.periodic(cron="* * * * *")
@app.task(
    name="bulletins.announce_what_is_due",
    queue=CLOCK,
    queueing_lock="bulletins.announce_what_is_due",
    pass_context=False,
)
def announce_what_is_due(timestamp: int) -> int:  # noqa: ARG001
    """See ``scheduling.announce_what_is_due``."""
    return scheduling.announce_what_is_due()
