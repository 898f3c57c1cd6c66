"""Every bad row is told with its line, field and reason; what a reader finds without the database."""

import json
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from faq import exchange

GOOD = {"external_id": "a", "line": "CARD", "question": "怎么挂失"}


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def problems_of(path: Path) -> list[tuple[int | None, str, str]]:
    return [(problem.line, problem.field, problem.reason) for problem in exchange.read(path).problems]


def jsonl(tmp_path: Path, *rows: Mapping[str, Any] | bytes) -> Path:
    path = tmp_path / "entries.jsonl"
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    path.write_bytes(b"\n".join(lines))
    return path


def table(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "entries.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("question", "问" * 501, "501 characters, at most 500"),
        ("question", ["问"], "must be a text"),
        ("similar_questions", [f"问{n}" for n in range(201)], "201 items, at most 200"),
        ("similar_questions", "问", "must be a list of texts"),
        ("similar_questions", [1], "must be a list of texts"),
        ("similar_questions", ["问" * 501], "item of 501 characters"),
        ("key_points", ["点" * 1001], "item of 1001 characters"),
        ("answer", "答" * 30_001, "30001 characters"),
        ("kind", "article", "“article” is not a kind"),
        ("valid_from", "next week", "“next week” is not a time"),
        ("valid_until", "9999-12-31T23:59:59-12:00", "is not a time"),
        ("review_due_on", "2026-02-30", "“2026-02-30” is not a date"),
        ("category", "a//b", "a part without a name"),
        ("category", "c" * 101, "at most 100 characters"),
        ("is_restricted", "perhaps", "must be true or false"),
        ("source", "通知\nhttp://", "is not a link"),
        ("answer", "\ud800", "half a character"),
        ("answer", "a\x00b", "NUL character"),
    ],
)
def test_a_bad_value_is_told_with_its_field(tmp_path: Path, field: str, value: Any, reason: str) -> None:
    path = jsonl(tmp_path, GOOD, {**GOOD, "external_id": "b", field: value})
    ((line, name, why),) = problems_of(path)
    assert (line, name) == (2, field)
    assert reason in why


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"question": "\xe6\x8c"}', "not valid UTF-8"),
        (b"not json", "not JSON"),
        (b"[1]", "one object"),
        (b'{"question": "a", "question": "b"}', "stands twice"),
        (b"[" * 100_000, "not JSON"),
        (b'{"title": "a"}', "unknown columns: title"),
    ],
)
def test_a_line_that_is_no_row_does_not_hide_the_others(tmp_path: Path, line: bytes, reason: str) -> None:
    path = jsonl(tmp_path, GOOD, line, {"kind": "?"})
    told = problems_of(path)
    assert [number for number, _field, _reason in told] == [2, 3]
    assert reason in told[0][2]


def test_every_bad_row_is_told(tmp_path: Path) -> None:
    rows = [{"kind": "?", "valid_from": "?"} for _ in range(300)]
    assert len(problems_of(jsonl(tmp_path, *rows))) == 600


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    assert "empty" in problems_of(jsonl(tmp_path, b""))[0][2]
    assert "empty" in problems_of(table(tmp_path, b""))[0][2]


def test_unknown_columns_are_named(tmp_path: Path) -> None:
    ((line, _field, reason),) = problems_of(table(tmp_path, b"question,title,external_id,body\na,b,c,d\n"))
    assert line == 1
    assert "unknown columns: title, body" in reason


def test_a_column_that_stands_twice_is_told(tmp_path: Path) -> None:
    assert problems_of(table(tmp_path, b"question,question\na,b\n"))[0][:2] == (1, "question")


def test_a_row_with_other_cells_than_the_header_is_told(tmp_path: Path) -> None:
    ((line, _field, reason),) = problems_of(table(tmp_path, b"external_id,question\na,b\nc\n"))
    assert line == 3
    assert "1 cells, the header has 2" in reason


def test_a_row_is_told_by_the_line_it_begins_in(tmp_path: Path) -> None:
    path = table(tmp_path, b'question,kind\n"a\nb\nc",faq\nd,article\n')
    assert problems_of(path)[0][:2] == (5, "kind")


def test_a_quote_that_is_not_closed_is_told(tmp_path: Path) -> None:
    ((line, _field, reason),) = problems_of(table(tmp_path, b'question,kind\na,faq\n"b,faq\nc,faq\n'))
    assert line == 3
    assert "not CSV" in reason


@pytest.mark.parametrize("cell", [b"x" * 50_000_000, b'"' + b"x\n" * 25_000_000 + b'"'])
def test_a_huge_cell_is_refused_without_reading_it(tmp_path: Path, cell: bytes) -> None:
    path = table(tmp_path, b"external_id,question,answer\na,b,c\nd,e," + cell + b"\n")
    tracemalloc.start()
    ((line, _field, reason),) = problems_of(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert line == 3
    assert "more than 1000000 characters" in reason
    assert peak < 40_000_000


def test_the_field_of_a_huge_cell_is_told(tmp_path: Path) -> None:
    cell = b"x" * 50_000_000
    row = b'{"external_id": "a", "answer": "' + cell + b'", "kind": "faq"}'
    assert problems_of(jsonl(tmp_path, GOOD, row))[0][:2] == (2, "answer")
    path = table(tmp_path, b"external_id,question,answer\na,b," + cell)
    assert problems_of(path)[0][:2] == (2, "answer")
