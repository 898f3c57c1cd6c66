"""Jobs of the worker."""

from procrastinate.contrib.django import app

from hits.calls import end_forgotten_calls
from hits.rollup import roll_up_all
from hits.searches import blank_old_texts


@app.periodic(cron="* * * * *")
@app.task(name="hits.roll_up", queueing_lock="hits.roll_up", pass_context=False)
def roll_up_what_is_left(timestamp: int) -> int:  # noqa: ARG001
    """Read up what the counter process has not: a site without it is a minute behind, never wrong."""
    return roll_up_all()


@app.periodic(cron="*/10 * * * *")
@app.task(name="hits.end_forgotten_calls", queueing_lock="hits.end_forgotten_calls", pass_context=False)
def end_calls_whose_browser_is_gone(timestamp: int) -> int:  # noqa: ARG001
    """See ``calls.end_forgotten_calls``."""
    return end_forgotten_calls()


@app.periodic(cron="15 18 * * *")  # UTC: a quarter past two in Shanghai
@app.task(name="hits.blank_old_texts", queueing_lock="hits.blank_old_texts", pass_context=False)
def forget_old_search_texts(timestamp: int) -> int:  # noqa: ARG001
    """See ``searches.blank_old_texts``."""
    return blank_old_texts()
