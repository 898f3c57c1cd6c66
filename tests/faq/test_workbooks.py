"""Workbooks of strangers: typed cells are understood, hostile files are refused within their limits."""

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook as OpenpyxlWorkbook
from openpyxl import load_workbook
from xlsxwriter import Workbook

from faq import exchange
from faq.exchange import Content, Reading, workbook
from faq.exchange.workbook import CHILD

HEADER = ["external_id", "question", "answer", "valid_until"]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "entries.xlsx"


def write(path: Path, fill: Callable[[Any, Any], None]) -> None:
    with Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        fill(workbook, sheet)


def reason(path: Path) -> str:
    (problem,) = exchange.read(path).problems
    return problem.reason


def first(reading: Reading) -> dict[str, Any]:
    assert reading.problems == []
    return reading.rows[0].values


def test_numbers_dates_and_yes_become_what_they_show(path: Path) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_number(1, 0, 10017)
        sheet.write_number(1, 1, 0.5)
        sheet.write_boolean(1, 2, True)
        day = workbook.add_format({"num_format": "yyyy/m/d"})
        sheet.write_datetime(1, 3, datetime(2026, 3, 31), day)  # noqa: DTZ001

    write(path, fill)
    values = first(exchange.read(path))
    assert (values["external_id"], values["question"], values["answer"]) == ("10017", "0.5", "true")
    assert values["valid_until"] == datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)


def test_a_time_in_a_cell_is_of_shanghai(path: Path) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        exact = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(1, 0, ["a", "问"])
        sheet.write_datetime(1, 3, datetime(2026, 3, 31, 0, 0, 0), exact)  # noqa: DTZ001

    write(path, fill)
    assert first(exchange.read(path))["valid_until"] == datetime(2026, 3, 30, 16, tzinfo=UTC)


def test_escapes_in_shared_strings_are_taken_off_once(path: Path) -> None:
    texts = ["external_id", "question", "a", "x005F_-_x005F_x0041_-_x0041_"]
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{2 * row - 2}</v></c>'
        f'<c r="B{row}" t="s"><v>{2 * row - 1}</v></c></row>'
        for row in (1, 2)
    )
    write(path, lambda _workbook, sheet: sheet.write_row(1, 0, ["a", "b"]))
    put(path, "xl/sharedStrings.xml", f'<sst xmlns="{namespace}">{items}</sst>'.encode())
    sheet = f'<worksheet xmlns="{namespace}"><sheetData>{cells}</sheetData></worksheet>'
    put(path, "xl/worksheets/sheet1.xml", sheet.encode())
    assert first(exchange.read(path))["question"] == "x005F_-_x0041_-A"


def test_every_formula_is_told_with_its_cell(path: Path) -> None:
    def fill(_workbook: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["a", "问"])
        sheet.write_formula(1, 2, "=1+1")
        sheet.write_row(2, 0, ["b"])
        sheet.write_formula(2, 1, '=HYPERLINK("http://x","y")')

    write(path, fill)
    told = [(p.line, p.field, p.cell) for p in exchange.read(path).problems if "formula" in p.reason]
    assert told == [(2, "answer", "C2"), (3, "question", "B3")]


def test_an_error_value_is_told_with_its_cell(path: Path) -> None:
    book = OpenpyxlWorkbook()
    sheet: Any = book.active
    sheet.append(HEADER)
    sheet.append(["a", "#N/A"])
    sheet["B2"].data_type = "e"
    book.save(path)
    assert [(p.field, p.cell) for p in exchange.read(path).problems] == [("question", "B2")]


def test_a_value_under_no_name_is_told(path: Path) -> None:
    write(path, lambda _workbook, sheet: sheet.write_row(1, 0, ["a", "问", "", "", "更多"]))
    assert [problem.cell for problem in exchange.read(path).problems] == ["E2"]


def test_what_is_written_is_text_and_never_runs(path: Path) -> None:
    texts = ("=1+1", "+1", "-1", "@x", "<r><t>a</t></r>")
    exchange.write(path, [Content(external_id=f"id{n}", question=text) for n, text in enumerate(texts)])
    rows = list(load_workbook(path).worksheets[0].iter_rows(min_row=2))
    assert [row[5].value for row in rows] == list(texts)
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} <= {"s", "inlineStr"}


@pytest.mark.parametrize("content", [b"", b"question,answer\n", b"PK\x03\x04 broken", b"\x00" * 5000])
def test_what_is_no_workbook_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert reason(path) == "the file is not an XLSX workbook"


def test_a_zip_that_is_no_workbook_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", "<a/>")
    assert reason(path) == "the file is not an XLSX workbook"


def test_an_old_workbook_is_refused(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000)
    assert ".xls" in reason(path)


def with_part(path: Path, name: str, content: bytes) -> None:
    """A sound workbook but for one part."""
    write(path, lambda _workbook, sheet: sheet.write_row(1, 0, ["a", "问"]))
    put(path, name, content)


def put(path: Path, name: str, content: bytes) -> None:
    """Put another part into a workbook, or replace one."""
    with zipfile.ZipFile(path) as file:
        parts = {part: file.read(part) for part in file.namelist()}
    parts[name] = content
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for part, data in parts.items():
            file.writestr(part, data)
    path.write_bytes(buffer.getvalue())


@pytest.mark.parametrize(
    ("part", "content", "told"),
    [
        ("xl/vbaProject.bin", b"x", "macros"),
        ("xl/externalLinks/externalLink1.xml", b"<a/>", "links to other workbooks"),
        ("xl/worksheets/sheet1.xml", b" " * 400_000_000, "unpacks to far more"),
        ("xl/worksheets/sheet1.xml", b"<worksheet", "damaged"),
        (
            "xl/worksheets/sheet1.xml",
            b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><worksheet>&c;</worksheet>',
            "damaged",
        ),
    ],
)
def test_a_hostile_workbook_is_refused(path: Path, part: str, content: bytes, told: str) -> None:
    with_part(path, part, content)
    begun = time.monotonic()
    assert told in reason(path)
    assert time.monotonic() - begun < 30


def sheet_of(rows: bytes) -> bytes:
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>external_id</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t>question</t></is></c></row>' + rows + b"</sheetData></worksheet>"
    )


def in_child(code: str) -> subprocess.CompletedProcess[str]:
    prelude = f"import sys; sys.path.insert(0, {str(CHILD.parent)!r}); import workbook_child as child; "
    return subprocess.run(
        [sys.executable, "-I", "-c", prelude + code], capture_output=True, text=True, check=False, timeout=60
    )


def test_the_child_cannot_take_more_memory_than_it_may() -> None:
    grab = (
        "child.read = lambda path, most: bytearray(600_000_000);"
        " child.refusal = lambda path: ''; child.main('x')"
    )
    assert in_child(grab).stdout == '{"refused": "memory"}\n'


def test_the_child_cannot_write_or_work_without_end() -> None:
    ask = "import resource as r; child.limit(); print(r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_FSIZE))"
    assert in_child(ask).stdout == "(30, 30) (400000000, 400000000)\n"


def test_a_child_that_takes_too_long_is_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = path.with_name("slow.py")
    slow.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(workbook, "CHILD", slow)
    monkeypatch.setattr(workbook, "SECONDS", 0.5)
    path.touch()
    assert "too long" in reason(path)


def test_a_huge_cell_is_told_with_its_cell(path: Path) -> None:
    text = Random(1).randbytes(25_000_000).hex().encode()
    row = b'<row r="2"><c r="B2" t="inlineStr"><is><t>' + text + b"</t></is></c></row>"
    with_part(path, "xl/worksheets/sheet1.xml", sheet_of(row))
    ((told),) = exchange.read(path).problems
    assert (told.line, told.field, told.cell) == (2, "question", "B2")


@pytest.mark.parametrize("number", ["99999999999", "1048577"])
def test_a_row_that_cannot_be_is_refused(path: Path, number: str) -> None:
    row = f'<row r="2"><c r="A{number}" t="inlineStr"><is><t>a</t></is></c></row>'
    with_part(path, "xl/worksheets/sheet1.xml", sheet_of(row.encode()))
    assert "damaged" in reason(path)


def test_an_unknown_column_of_a_workbook_is_named(path: Path) -> None:
    with Workbook(str(path)) as workbook:
        workbook.add_worksheet().write_row(0, 0, ["question", "title"])
    assert "unknown columns: title" in reason(path)


def test_a_day_stays_a_day(path: Path) -> None:
    exchange.write(path, [Content(external_id="a", question="问", review_due_on=date(2026, 5, 1))])
    assert first(exchange.read(path))["review_due_on"] == date(2026, 5, 1)
