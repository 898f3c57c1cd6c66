"""The report by mail: on the first working day of the month, to whoever asked for it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import permissions
from accounts.models import Agent, BusinessLine
from courier.letters import language_of
from courier.models import Mail
from courier.telling import File, in_mail, send_mail
from inquiries import working_calendar
from kb.lib.months import SITE_ZONE, Month
from reports.exports import files
from reports.exports.files import TYPES
from reports.models import Subscription
from reports.pictures import pictures
from reports.reading import Reading
from reports.reads import MonthReport

WORKING_HOUR = 8  # of the site; nobody is written to before


def send_due(now: datetime) -> int:
    """Send what is due and was not sent yet: last month's closed reports; how many mails were written.

    From the first working day on, so that a report that was closed late is sent late, not never. Who
    subscribed after that day gets the next one.
    """
    begins_at = first_working_moment(Month.of(now))
    if now < begins_at:
        return 0
    month = Month.of(now).later(-1)
    due = Subscription.objects.filter(made_at__lt=begins_at + timedelta(days=1)).select_related(
        "line", "person"
    )
    return sum(_send(month, line, people) for line, people in _by_scope(due))


def first_working_moment(month: Month) -> datetime:
    """When the work of a month begins, by the calendar that inquiries are answered by."""
    calendar = working_calendar.current()
    moment = month.starts_at.astimezone(SITE_ZONE).replace(hour=WORKING_HOUR)
    while not calendar.works(moment.date()):
        moment += timedelta(days=1)
    return moment


def _by_scope(due: Iterable[Subscription]) -> list[tuple[BusinessLine | None, list[Agent]]]:
    people: dict[int | None, list[Agent]] = {}
    lines: dict[int | None, BusinessLine | None] = {}
    for one in due:
        people.setdefault(one.line_id, []).append(one.person)
        lines[one.line_id] = one.line
    return [(lines[key], some) for key, some in people.items()]


def _send(month: Month, line: BusinessLine | None, people: list[Agent]) -> int:
    key = f"report:{month}:{line.code if line else 'all'}"
    report = MonthReport(month, line, month.ends_at)
    waiting = [person for person in _readers(people) if not Mail.objects.filter(key=key, to=person).exists()]
    if not waiting or not report.figures.is_closed:
        return 0
    made: dict[tuple[frozenset[int], str], File] = {}
    for person in waiting:
        with override(language_of(person)):
            _send_one(Reading(report, person), key, made)
    return len(waiting)


def _readers(people: list[Agent]) -> list[Agent]:
    return [one for one in people if one.is_active and one.email and permissions.may_read_reports(one)]


def _send_one(reading: Reading, key: str, made: dict[tuple[frozenset[int], str], File]) -> None:
    """People of the same lines and language may read the same, so their workbook is the same."""
    who = reading.reader.line_ids, language_of(reading.reader)
    if who not in made:
        name, content = files.file_name(reading, "xlsx"), files.workbook(reading)
        made[who] = File(name, TYPES["xlsx"], content)
    words = {"month": str(reading.month), "scope": reading.scope}
    with transaction.atomic():
        send_mail(
            [reading.reader],
            _("Frequency report %(month)s · %(scope)s") % words,
            body(reading),
            key=key,
            files=[made[who]],
        )


def body(reading: Reading) -> str:
    """What was found, a sentence a line, and where to look."""
    said = [f"· {picture.finding}" for picture in pictures(reading) if picture.table.lines]
    lines = [
        _("The report of %(month)s (%(scope)s) is closed.")
        % {"month": str(reading.month), "scope": reading.scope},
        "",
        *said,
        "",
        in_mail(reading.page()),
        "",
        _("The whole report is attached as a workbook. You asked for this mail on that page."),
    ]
    return "\n".join(lines)
