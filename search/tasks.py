"""Jobs of the worker."""

from procrastinate.contrib.django import app

from search import trials
from search.models import Trial


@app.task(name="search.run_trial", pass_context=False)
def run_trial(trial_id: int) -> None:
    """See ``trials.run``; a trial survives whoever asked for it leaving the page."""
    trials.run(Trial.objects.get(pk=trial_id))
