"""Jobs of the worker."""

from procrastinate.contrib.django import app

from kb.lib.errors import RuleBrokenError
from search import following, gaps, similar_questions, training, trials
from search.models import Trial


@app.task(name="search.run_trial", pass_context=False)
def run_trial(trial_id: int) -> None:
    """See ``trials.run``; a trial survives whoever asked for it leaving the page.

    The worker answers nobody and follows nothing meanwhile, so it takes over first what is in force.
    """
    following.look()
    trials.run(Trial.objects.get(pk=trial_id))


@app.periodic(cron="0 19 * * *")  # UTC: three at night in Shanghai, after the counts are final
@app.task(name="search.train_ranker", pass_context=False)
def train_ranker(timestamp: int) -> None:
    """Learn from what was confirmed; while one is being trained there is nothing to do."""
    del timestamp
    try:
        training.ask()
    except RuleBrokenError:
        return


@app.periodic(cron="40 18 * * *")  # UTC: twenty to three in Shanghai, before the ranker learns from them
@app.task(
    name="search.propose_similar_questions",
    queueing_lock="search.propose_similar_questions",
    pass_context=False,
)
def propose_similar_questions(timestamp: int) -> int:  # noqa: ARG001
    """See ``similar_questions.refresh``."""
    return similar_questions.refresh()


@app.periodic(cron="50 18 * * *")  # UTC: ten to three in Shanghai
@app.task(name="search.find_gaps", queueing_lock="search.find_gaps", pass_context=False)
def find_gaps(timestamp: int) -> int:  # noqa: ARG001
    """See ``gaps.refresh``; words are cut by the dictionary in force."""
    following.look()
    return gaps.refresh()
