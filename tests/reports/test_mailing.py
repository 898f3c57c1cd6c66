"""The report by mail: on the first working day, once, to whoever asked, with what each may read."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Agent, BusinessLine
from courier.models import Mail, MailFile
from faq.models import Entry
from hits.models import MonthlyHits
from inquiries.models import CalendarDay
from kb.lib.months import SITE_ZONE, Month
from reports import mailing, subscribing, warming
from reports.models import Report, Subscription
from reports.reads import figures
from tests.factories import AgentFactory, BusinessLineFactory, SupervisorFactory
from tests.reports.making import old_entry

pytestmark = pytest.mark.django_db
SEPTEMBER = Month(2026, 9)
# The first to the seventh of October are holidays; the eighth is a Thursday that works.
HOLIDAY = datetime(2026, 10, 2, 12, tzinfo=SITE_ZONE)
WORKDAY = datetime(2026, 10, 8, 8, 10, tzinfo=SITE_ZONE)


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create(code="CARD", name="信用卡中心")


def subscriber(line: BusinessLine | None = None, **kwargs: object) -> Agent:
    person = SupervisorFactory.create(email="zhao@example.com", **kwargs)
    subscribing.subscribe(person, line)
    Subscription.objects.update(made_at=datetime(2026, 9, 1, tzinfo=UTC))
    return person


def close(line: BusinessLine | None = None) -> None:
    kept = figures(SEPTEMBER, line, HOLIDAY).to_json()
    Report.objects.create(
        month=SEPTEMBER.first_day, line=line, settings={}, figures=kept, sha256="0" * 64,
        upto_xid="1", upto_seq=1, closed_at=HOLIDAY,
    )  # fmt: skip


def used(line: BusinessLine, question: str = "信用卡怎么挂失", *, is_restricted: bool = False) -> None:
    entry = old_entry(line=line, question=question)
    Entry.objects.filter(pk=entry.pk).update(is_restricted=is_restricted)
    MonthlyHits.objects.create(entry=entry, line=line, month=SEPTEMBER.first_day, hits=3)


@pytest.mark.parametrize(
    ("month", "day"), [(Month(2026, 10), 8), (Month(2026, 9), 1), (Month(2026, 5), 6), (Month(2027, 3), 1)]
)
def test_the_first_working_day_knows_the_holidays(month: Month, day: int) -> None:
    begins = mailing.first_working_moment(month).astimezone(SITE_ZONE)
    assert (begins.day, begins.hour) == (day, 8)


def test_the_first_working_day_is_that_of_the_calendar_administrators_keep() -> None:
    CalendarDay.objects.create(day=date(2026, 10, 8), is_working=False, set_by=AgentFactory.create())
    assert mailing.first_working_moment(Month(2026, 10)).astimezone(SITE_ZONE).day == 9


def test_it_is_sent_once_on_the_first_working_day_with_findings_link_and_workbook(line: BusinessLine) -> None:
    used(line)
    person = subscriber()
    close()
    assert mailing.send_due(HOLIDAY) == 0
    assert mailing.send_due(WORKDAY) == 1
    assert mailing.send_due(WORKDAY + timedelta(days=3)) == 0
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == (person, "频次报告 2026-09 · 全部条线")
    assert "1 个条目中的 1 个解答了一半的来电" in mail.body
    assert "/reports/2026-09/" in mail.body
    file = MailFile.objects.get()
    assert file.name == "wenqu-report-2026-09-all.xlsx"
    assert openpyxl.load_workbook(BytesIO(bytes(file.content)))["上升最多"]["A4"].value == "信用卡怎么挂失"


def test_nothing_is_sent_before_the_report_is_closed_and_it_is_not_forgotten(line: BusinessLine) -> None:
    used(line)
    subscriber(line)
    close()
    assert mailing.send_due(WORKDAY) == 0
    close(line)
    assert mailing.send_due(WORKDAY + timedelta(days=2)) == 1
    assert Mail.objects.get().subject == "频次报告 2026-09 · 信用卡中心"


def test_each_gets_what_they_may_read(line: BusinessLine) -> None:
    """Break it: give everybody the first one's workbook."""
    used(line, "只给本条线看", is_restricted=True)
    stranger, own = subscriber(), subscriber(username="own", lines=[line])
    close()
    assert mailing.send_due(WORKDAY) == 2
    for person, is_told in ((stranger, False), (own, True)):
        mail = Mail.objects.get(to=person)
        book = openpyxl.load_workbook(BytesIO(bytes(mail.files.get().content)))
        texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        assert ("只给本条线看" in texts, "只给本条线看" in mail.body) == (is_told, is_told)


def test_the_mail_and_its_workbook_are_in_the_language_of_the_reader(line: BusinessLine) -> None:
    used(line)
    subscriber(language="en")
    close()
    assert mailing.send_due(WORKDAY) == 1
    mail = Mail.objects.get()
    assert mail.subject == "Frequency report 2026-09 · All lines"
    assert "1 of 1 entries answers half of all calls" in mail.body
    assert "Twelve months" in openpyxl.load_workbook(BytesIO(bytes(mail.files.get().content))).sheetnames


def test_who_no_longer_reads_reports_or_came_later_gets_none(line: BusinessLine) -> None:
    used(line)
    close()
    gone = subscriber()
    gone.groups.clear()
    assert mailing.send_due(WORKDAY) == 0
    late = SupervisorFactory.create(email="late@example.com")
    subscribing.subscribe(late, None)
    Subscription.objects.filter(person=late).update(made_at=WORKDAY + timedelta(days=2))
    assert mailing.send_due(WORKDAY + timedelta(days=3)) == 0


def test_the_page_takes_the_order_and_takes_it_back(client: Client, line: BusinessLine) -> None:
    person = SupervisorFactory.create(email="zhao@example.com")
    client.force_login(person, "accounts.backends.AccountBackend")
    for _again in range(2):
        answer = client.post("/reports/subscription/", {"line": "CARD", "month": "2026-09"})
    assert answer.headers["Location"] == "/reports/2026-09/?line=CARD"
    assert [one.line for one in Subscription.objects.filter(person=person)] == [line]
    assert "每月邮件送达" in client.get("/reports/2026-09/?line=CARD").content.decode()
    client.post("/reports/subscription/", {"line": "CARD", "month": "2026-09", "stop": "1"})
    assert not Subscription.objects.exists()


def test_without_a_mail_address_it_says_why(client: Client) -> None:
    client.force_login(SupervisorFactory.create(email=""), "accounts.backends.AccountBackend")
    answer = client.post("/reports/subscription/", {"line": "", "month": "2026-09"})
    assert answer.status_code == 422
    assert "没有邮箱地址" in answer.content.decode()
    assert client.get("/reports/subscription/").status_code == 405
    client.force_login(AgentFactory.create(email="a@example.com"), "accounts.backends.AccountBackend")
    assert client.post("/reports/subscription/", {"line": ""}).status_code == 403


def test_the_worker_draws_a_closed_month_once(
    line: BusinessLine, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    """Break it: draw without looking for what was drawn."""
    settings.CACHES = settings.CACHES | {"charts": settings.CACHES["charts"] | {"LOCATION": tmp_path}}
    drawn: list[str] = []

    def draw(text: str) -> str:
        drawn.append(text)
        return "<svg></svg>"

    monkeypatch.setattr("vl_convert.vegalite_to_svg", draw)
    used(line)
    subscriber()
    close()
    number = warming.warm(SEPTEMBER)
    assert len(drawn) == number >= 5
    assert warming.warm(SEPTEMBER) == number
    assert len(drawn) == number
