"""Jobs of the worker."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from reports import closing, proposing
from search import following


@app.periodic(cron="10 16 * * *")  # UTC: ten past midnight in Shanghai
@app.task(
    name="reports.close_ended_months",
    queueing_lock="reports.close_ended_months",
    retry=RetryStrategy(max_attempts=6, exponential_wait=4),
    pass_context=False,
)
def close_ended_months(timestamp: int) -> int:  # noqa: ARG001
    """Close every month that has ended and is not closed, oldest first; how many they were.

    Runs every night, so that a month nobody closed on the first is closed on the second.
    """
    months = closing.months_to_close()
    for month in months:
        closing.close(month, closing.scopes())
    return len(months)


@app.task(name="reports.propose", queueing_lock="reports.propose", pass_context=False)
def propose(month: str) -> int:
    """See ``proposing.propose``; words are cut by the dictionary in force. A later month's stay."""
    following.look()
    try:
        return proposing.propose(Month.parse(month), database_now())
    except RuleBrokenError:
        return 0
