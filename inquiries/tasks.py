"""Jobs of the worker: what is due by the clock, and deadlines that waited for their year."""

from procrastinate.contrib.django import app

from faq.services.scheduling import CLOCK
from inquiries.services import calendars, reminding, scheduling


@app.task(name=scheduling.TASK, queue=CLOCK, pass_context=False)
def remind_when_due() -> int:
    """See ``reminding.remind_of_what_is_due``; at the second something falls due."""
    return reminding.remind_of_what_is_due()


@app.periodic(cron="* * * * *")
@app.task(
    name="inquiries.remind_of_what_is_due",
    queue=CLOCK,
    queueing_lock="inquiries.remind_of_what_is_due",
    pass_context=False,
)
def remind_of_what_is_due(timestamp: int) -> int:  # noqa: ARG001
    """See ``reminding.remind_of_what_is_due``; what a worker that was down has missed."""
    return reminding.remind_of_what_is_due()


@app.periodic(cron="10 16 * * *")  # UTC: ten past midnight in Shanghai
@app.task(name="inquiries.settle_provisional", pass_context=False)
def settle_provisional(timestamp: int) -> int:  # noqa: ARG001
    """See ``calendars.settle``: a new version of the calendar, or a year an administrator has entered."""
    return calendars.settle()
