"""Files whose columns have names of their own: what they hold is shown, and told which field it is."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import Workbook

from faq import exchange
from faq.exchange import LEFT_OUT

COLUMNS = {"标准问题": "question", "答案": "answer", "序号": LEFT_OUT}
ROWS = [["标准问题", "答案", "序号"], ["怎么挂失", "先核对身份", "=1"], ["怎么补卡", "", "2"]]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def as_csv(place: Path) -> Path:
    path = place / "a.csv"
    path.write_text("\n".join(",".join(row) for row in ROWS), encoding="gb18030")
    return path


def as_jsonl(place: Path) -> Path:
    path = place / "a.jsonl"
    rows = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    return path


def as_workbook(place: Path) -> Path:
    path = place / "a.xlsx"
    book = Workbook()
    assert book.active is not None
    for row in ROWS:
        book.active.append(row)
    book.save(path)
    return path


FORMATS = pytest.mark.parametrize("written", [as_csv, as_jsonl, as_workbook])


@FORMATS
def test_its_columns_are_shown_with_their_first_values(
    tmp_path: Path, written: Callable[[Path], Path]
) -> None:
    samples = exchange.peek(written(tmp_path)).samples
    assert list(samples) == ROWS[0]
    assert samples["标准问题"] == ["怎么挂失", "怎么补卡"]
    assert samples["答案"] == ["先核对身份"]


@FORMATS
def test_what_is_told_is_read_and_what_is_left_out_is_not(
    tmp_path: Path, written: Callable[[Path], Path]
) -> None:
    reading = exchange.read(written(tmp_path), COLUMNS)
    assert reading.problems == []
    assert [row.values for row in reading.rows] == [
        {"question": "怎么挂失", "answer": "先核对身份"},
        {"question": "怎么补卡", "answer": ""},
    ]


@FORMATS
def test_a_column_nobody_told_about_is_refused_by_its_name(
    tmp_path: Path, written: Callable[[Path], Path]
) -> None:
    (first, *_more) = exchange.read(written(tmp_path), {"标准问题": "question", "答案": "answer"}).problems
    assert "unknown columns: 序号" in first.reason


@FORMATS
def test_two_columns_for_one_field_are_refused(tmp_path: Path, written: Callable[[Path], Path]) -> None:
    (first, *_more) = exchange.read(written(tmp_path), COLUMNS | {"序号": "answer"}).problems
    assert "stands twice" in first.reason


def test_problems_without_end_are_not_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("x\n" * 100_000)
    reading = exchange.read(path)
    assert len(reading.problems) == 10_000
    assert "too many problems" in reading.notes[0]
