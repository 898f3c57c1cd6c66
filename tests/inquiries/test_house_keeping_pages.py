"""Files beside an inquiry, absences and the working calendar."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Agent, AuditRow
from inquiries.models import Absence, CalendarDay, CalendarYear, Inquiry, InquiryFile
from inquiries.services import answering
from inquiries.services.attaching import MOST_FILES, masked_name
from inquiries.views import calendar
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessLineFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)
from tests.inquiries.making import expert_of, forwarded

pytestmark = pytest.mark.django_db
CALENDAR = "/inquiries/calendar/"
ABSENCES = "/inquiries/absences/"
PDF = b"%PDF-1.4 x %%EOF"


@pytest.fixture
def inquiry() -> Inquiry:
    return forwarded()


def logged_in(person: Agent) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    return client


def attach(client: Client, inquiry: Inquiry, name: str, content: bytes) -> int:
    file = SimpleUploadedFile(name, content)
    return client.post(f"/inquiries/{inquiry.pk}/files/", {"file": file}).status_code


def test_a_files_name_is_masked_and_its_bytes_are_for_those_who_take_part(inquiry: Inquiry) -> None:
    agent = logged_in(inquiry.forwarded_by)
    assert attach(agent, inquiry, "账单_6222020200112233445.pdf", PDF) == 302
    assert attach(agent, inquiry, "again.pdf", PDF) == 302
    file = InquiryFile.objects.get()
    assert "6222" not in file.name
    assert file.name.endswith("3445.pdf")
    for person in (expert_of(inquiry.line), AuditorFactory.create()):
        answer = logged_in(person).get(f"/inquiries/files/{file.key}/")
        assert answer.content == PDF
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert logged_in(AgentFactory.create()).get(f"/inquiries/files/{file.key}/").status_code == 404


def test_no_part_of_a_number_is_left_where_a_long_name_is_cut(inquiry: Inquiry) -> None:
    attach(logged_in(inquiry.forwarded_by), inquiry, f"{'长' * 105}6222020200112233445.pdf", PDF)
    file = InquiryFile.objects.get()
    assert file.name == f"{'长' * 105}{'x' * 11}.pdf"
    audited = AuditRow.objects.get(act="inquiry.file_added")
    assert audited.detail["name"] == file.name


def test_a_file_is_refused_with_a_sentence(inquiry: Inquiry) -> None:
    agent = logged_in(inquiry.forwarded_by)
    assert attach(agent, inquiry, "x.exe", b"MZ\0\0") == 422
    assert attach(logged_in(AgentFactory.create()), inquiry, "a.pdf", PDF) == 422
    for number in range(MOST_FILES):
        assert attach(agent, inquiry, "a.txt", f"第{number}页".encode()) == 302
    assert attach(agent, inquiry, "a.txt", "又一页".encode()) == 422
    assert agent.post(f"/inquiries/{inquiry.pk}/files/").status_code == 422
    answering.close(inquiry, text="不问了", by=inquiry.forwarded_by, key=uuid4())
    assert attach(agent, inquiry, "b.txt", "再一页".encode()) == 422


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("13800138000.png", "xxxxxxx8000.png"),
        ("截图_13800138000_2.png", "截图_xxxxxxx8000_2.png"),
        ("6222_0202_0011_2233_445.pdf", "xxxx_xxxx_xxxx_xxx3_445.pdf"),
        ("费率表_2026-11.pdf", "费率表_2026-11.pdf"),
    ],
)
def test_numbers_in_names(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_an_expert_enters_their_absence_and_takes_it_back() -> None:
    line = BusinessLineFactory.create()
    away, stands_in = expert_of(line), expert_of(line)
    client, today = logged_in(away), timezone.localdate()
    form = {"person": away.pk, "substitute": stands_in.pk, "starts_on": today, "ends_on": today}
    assert client.post(ABSENCES, form | {"ends_on": today - timedelta(days=1)}).status_code == 422
    assert client.post(ABSENCES, form | {"person": stands_in.pk}).status_code == 422
    assert client.post(ABSENCES, form).status_code == 302
    assert str(stands_in) in client.get(ABSENCES).content.decode()
    absence = Absence.objects.get()
    assert logged_in(expert_of(line)).post(f"{ABSENCES}{absence.pk}/end/").status_code == 404
    assert logged_in(stands_in).post(f"{ABSENCES}{absence.pk}/end/").status_code == 422
    assert client.post(f"{ABSENCES}{absence.pk}/end/").status_code == 302
    assert not Absence.objects.exists()
    chaser = logged_in(SupervisorFactory.create())
    assert chaser.post(ABSENCES, form).status_code == 302
    assert logged_in(AgentFactory.create()).get(ABSENCES).status_code == 403


def test_the_calendar_shows_a_year_and_takes_days() -> None:
    client = logged_in(SystemAdministratorFactory.create())
    page = client.get(f"{CALENDAR}?year=2026").content.decode()
    assert "已公布" in page
    assert "calendar/day/" in page
    form = {"day": "2026-11-27", "what": "off"}
    assert client.post(f"{CALENDAR}day/", form).headers["Location"] == f"{CALENDAR}?year=2026"
    assert CalendarDay.objects.get().is_working is False
    assert "is-entered" in client.get(f"{CALENDAR}?year=2026").content.decode()
    client.post(f"{CALENDAR}day/", form | {"what": "as_shipped"})
    assert not CalendarDay.objects.exists()
    assert client.post(f"{CALENDAR}day/", {"day": "never", "what": "off"}).status_code == 422
    assert client.get(f"{CALENDAR}?year=9999").status_code == 200
    assert logged_in(SupervisorFactory.create()).get(CALENDAR).status_code == 403


def test_a_year_is_announced_with_spans_of_days() -> None:
    client = logged_in(SystemAdministratorFactory.create())
    year = 2098
    form = {"year": year, "off": f"{year}-02-05 {year}-02-07\n{year}-05-01", "worked": f"{year}-02-09"}
    assert client.post(f"{CALENDAR}year/", form | {"off": "5 月 1 日"}).status_code == 422
    assert client.post(f"{CALENDAR}year/", form).status_code == 302
    assert CalendarYear.objects.get().year == year
    assert CalendarDay.objects.filter(is_working=False).count() == 4
    assert CalendarDay.objects.get(is_working=True).day == date(year, 2, 9)


def test_a_span_of_days_ends_later_than_it_begins() -> None:
    assert len(calendar._days("2098-02-05 ~ 2098-02-11")) == 7
    for wrong in ("2098-02-11 2098-02-05", "2098-01-01 2098-12-31", "2098-02-30", "1 2 3"):
        with pytest.raises(RuleBrokenError):
            calendar._days(wrong)
