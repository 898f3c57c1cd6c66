"""Jobs of the worker."""

from procrastinate.contrib.django import app

from hits.rollup import roll_up_all


@app.periodic(cron="* * * * *")
@app.task(name="hits.roll_up", queueing_lock="hits.roll_up", pass_context=False)
def roll_up_what_is_left(timestamp: int) -> int:  # noqa: ARG001
    """Read up what the counter process has not: a site without it is a minute behind, never wrong."""
    return roll_up_all()
