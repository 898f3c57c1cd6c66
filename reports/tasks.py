"""Jobs of the worker."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from reports import closing


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
