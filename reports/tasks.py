"""Jobs of the worker."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from faq.services.locking import database_now
from faq.services.scheduling import CLOCK
from hits import rollup
from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from reports import closing, mailing, proposing, warming
from reports.spikes import watching
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


@app.periodic(cron="40 19 * * *")  # UTC: twenty to four in Shanghai, after the month was closed
@app.task(name="reports.draw_pictures", queueing_lock="reports.draw_pictures", pass_context=False)
def draw_pictures(timestamp: int) -> int:  # noqa: ARG001
    """See ``warming.warm``; of the last whole month."""
    return warming.warm(Month.of(database_now()).later(-1))


@app.periodic(cron="10 0-10 * * *")  # UTC: ten past every hour from eight to eighteen in Shanghai
@app.task(name="reports.send_reports", queueing_lock="reports.send_reports", pass_context=False)
def send_reports(timestamp: int) -> int:  # noqa: ARG001
    """See ``mailing.send_due``; what was sent is not sent again."""
    return mailing.send_due(database_now())


@app.task(name="reports.propose", queueing_lock="reports.propose", pass_context=False)
def propose(month: str) -> int:
    """See ``proposing.propose``; words are cut by the dictionary in force. A later month's stay."""
    following.look()
    try:
        return proposing.propose(Month.parse(month), database_now())
    except RuleBrokenError:
        return 0


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="reports.look_for_spikes", queue=CLOCK, queueing_lock="reports.look_for_spikes", pass_context=False
)
def look_for_spikes(timestamp: int) -> int:  # noqa: ARG001
    """See ``watching.look``; how many alerts were given.

    Counts what is unread first: a counter that stands still must not hide a spike.
    """
    rollup.roll_up_all()
    return len(watching.look(database_now()).began)
