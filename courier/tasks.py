"""Jobs of the worker: mails on their way out."""

import logging
from datetime import UTC, datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from courier.filling import filled
from courier.letters import framed
from courier.models import Mail, PushEvent

logger = logging.getLogger(__name__)
MOST_TRIES = 8
PUSHED_IS_KEPT = timedelta(hours=25)  # an hour more than `kb.live` promises


@app.task(
    name="courier.hand_over",
    pass_context=False,
    retry=RetryStrategy(max_attempts=MOST_TRIES, exponential_wait=4),
)
def hand_over(mail_id: int) -> None:
    """Give a mail to the mail server, at least once and always under the same Message-ID.

    In the demo it is marked as sent and stays in the house. Raises what the mail server says, so that it is
    tried again; the last refusal stays with the mail.
    """
    mail = Mail.objects.select_related("to").filter(pk=mail_id).exclude(state=Mail.State.SENT).first()
    if mail is None:
        return
    Mail.objects.filter(pk=mail_id).update(tries=F("tries") + 1)
    try:
        if not settings.WENQU_DEMO:
            _message(mail).send()
    except (OSError, SMTPException) as error:
        is_last = mail.tries + 1 >= MOST_TRIES
        Mail.objects.filter(pk=mail_id).update(
            error=str(error)[:500], state=Mail.State.FAILED if is_last else Mail.State.WAITING
        )
        raise
    with transaction.atomic():
        Mail.objects.filter(pk=mail_id).update(state=Mail.State.SENT, sent_at=Now(), error="")
        mail.files.update(content=b"")


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage(mail.subject, filled(framed(mail)), to=[mail.to.email])
    message.extra_headers["Message-ID"] = mail.message_id
    for file in mail.files.all():
        message.attach(file.name, bytes(file.content), file.content_type)
    return message


@app.periodic(cron="0 1 * * *")  # UTC: nine in the morning in Shanghai
@app.task(name="courier.send_daily", queueing_lock="courier.send_daily", pass_context=False)
def send_daily(timestamp: int) -> int:
    """See ``wishes.send_daily``; the day is the one it was due on, however late it runs."""
    from courier import wishes  # it writes mails, which asks this module to hand them over

    day = timezone.localdate(datetime.fromtimestamp(timestamp, UTC))
    return wishes.send_daily(day)


@app.periodic(cron="*/10 * * * *")
@app.task(name="courier.forget_pushed", queueing_lock="courier.forget_pushed", pass_context=False)
def forget_pushed(timestamp: int) -> int:  # noqa: ARG001
    """Forget what was pushed more than a day ago: a page that was away longer is told to load anew."""
    old = PushEvent.objects.filter(at__lt=Now() - PUSHED_IS_KEPT)
    return old.delete()[0]


@app.periodic(cron="* * * * *")
@app.task(name="courier.take_up_again", queueing_lock="courier.take_up_again", pass_context=False)
async def take_up_again(timestamp: int) -> int:  # noqa: ARG001
    """Let somebody else hand over the mails that a worker was busy with when it was killed; how many.

    Such a worker has shown no sign of life for half a minute. What it handed over unnoticed comes again,
    under the same Message-ID.
    """
    left = list(await app.job_manager.get_stalled_jobs(task_name=hand_over.name))
    for job in left:
        await app.job_manager.retry_job(job)
    return len(left)
