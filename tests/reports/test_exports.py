"""The report as files, opened again with another library than the one that wrote them."""

import csv
from dataclasses import replace
from datetime import datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.test import Client
from django.utils.translation import override

from accounts.models import BusinessLine
from faq.models import Entry
from hits.models import MonthlyHits
from kb.lib.months import SITE_ZONE, Month
from reports.exports import files
from reports.figures import Figures
from reports.pictures import ALL
from reports.rows import RowPage
from reports.views import asked
from tests.factories import AgentFactory, BusinessLineFactory, SupervisorFactory
from tests.reports.figures_made import EMPTY, LARGE, ONE, RUNNING, listed, reading
from tests.reports.making import old_entry

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
FORMULA = '=HYPERLINK("http://x","点我")'


@pytest.fixture
def supervisor(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(asked, "database_now", lambda: datetime(2026, 11, 23, 9, tzinfo=SITE_ZONE))
    client.force_login(SupervisorFactory.create(), "accounts.backends.AccountBackend")
    return client


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create(code="CARD", name="信用卡中心")


def hit(entry: Entry, hits: int) -> None:
    MonthlyHits.objects.create(entry=entry, line=entry.line, month=OCTOBER.first_day, hits=hits)


def book_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def test_the_workbook_has_a_sheet_for_every_table_with_charts_and_typed_cells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = reading(replace(LARGE, risers=(listed(FORMULA, 9, 1), *LARGE.risers)))
    nothing = RowPage([], 0, 1, 1)
    monkeypatch.setattr(type(shown.report), "rows", lambda _self, **_wanted: nothing)
    book = book_of(files.workbook(shown))
    assert book.sheetnames[1:-1] == [make(shown).table.title for make in ALL.values()]
    drawn = {sheet.title for sheet in book if vars(sheet).get("_charts")}
    assert {"频次档", "各条线的频次档", "近十二个月", "上升最多", "按种类", "没有答案的问题"} <= drawn
    risers = book["上升最多"]
    cell = risers["A4"]
    assert (cell.data_type, cell.value) == ("s", FORMULA)
    assert (risers["B4"].data_type, risers["B4"].value) == ("n", 9)
    assert book["频次档"]["D4"].number_format == "0.0%"
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("figures", [EMPTY, ONE, LARGE, RUNNING])
def test_every_month_makes_a_workbook_in_both_languages(
    figures: Figures, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = reading(figures)
    monkeypatch.setattr(type(shown.report), "rows", lambda _self, **_wanted: RowPage([], 0, 1, 1))
    with override(language):
        assert len(book_of(files.workbook(shown)).sheetnames) == len(ALL) + 2


def test_the_csv_is_safe_for_spreadsheets_and_has_its_mark(supervisor: Client, line: BusinessLine) -> None:
    hit(old_entry(line=line, question=FORMULA), 3)
    answer = supervisor.get("/reports/2026-10/tables/entries.csv?line=CARD")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="wenqu-report-2026-10-CARD-entries.csv"'
    )
    head, row = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert row[head.index("标准问题")] == f"'{FORMULA}"
    assert row[head.index("命中")] == "3"
    assert row[head.index("占比")] == "1.0"


@pytest.mark.parametrize("name", ALL)
def test_every_picture_has_its_csv(supervisor: Client, line: BusinessLine, name: str) -> None:
    hit(old_entry(line=line), 3)
    answer = supervisor.get(f"/reports/2026-10/tables/{name}.csv")
    assert answer.status_code == 200
    widths = {len(row) for row in csv.reader(StringIO(answer.content.decode("utf-8-sig")))}
    assert len(widths) == 1


def test_the_workbook_comes_with_month_and_scope_in_its_name(supervisor: Client, line: BusinessLine) -> None:
    hit(old_entry(line=line, question="信用卡怎么挂失"), 3)
    answer = supervisor.get("/reports/2026-10/report.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="wenqu-report-2026-10-all.xlsx"'
    book = book_of(answer.content)
    assert book["全部条目"]["C4"].value == "信用卡怎么挂失"
    assert book["概要"]["A1"].value == "频次报告 2026-10 · 全部条线"


def test_restricted_questions_are_in_no_file_of_people_of_other_lines(
    supervisor: Client, line: BusinessLine
) -> None:
    """Break it: write ``row.question`` into the table of all entries."""
    secret = old_entry(line=line, question="只给本条线看")
    Entry.objects.filter(pk=secret.pk).update(is_restricted=True)
    hit(secret, 30)
    book = book_of(supervisor.get("/reports/2026-10/report.xlsx").content)
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [text for text in texts if "只给本条线看" in text]
    assert "受限条目" in texts
    for name in ("entries", "risers"):
        assert "只给本条线看" not in supervisor.get(f"/reports/2026-10/tables/{name}.csv").content.decode()


def test_files_are_for_those_who_read_reports(client: Client, supervisor: Client) -> None:
    assert supervisor.get("/reports/2026-10/tables/nothing.csv").status_code == 404
    assert supervisor.post("/reports/2026-10/report.xlsx").status_code == 405
    client.force_login(AgentFactory.create(), "accounts.backends.AccountBackend")
    assert client.get("/reports/2026-10/report.xlsx").status_code == 403
    assert client.get("/reports/2026-10/tables/entries.csv").status_code == 403
