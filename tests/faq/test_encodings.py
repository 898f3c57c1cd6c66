"""CSV is UTF-8; GB18030 is read when it is not, and said so; a broken UTF-8 file is not taken for GB18030."""

from pathlib import Path

import pytest
from django.utils import translation

from faq import exchange
from faq.exchange import Reading

ROWS = "external_id,question,answer\na,怎么挂失信用卡,请先核对身份。\nb,年费是多少,首年免年费。\n"


def read(tmp_path: Path, content: bytes) -> Reading:
    path = tmp_path / "entries.csv"
    path.write_bytes(content)
    with translation.override("en"):
        return exchange.read(path)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig"])
def test_utf_8_is_read_with_and_without_a_mark(tmp_path: Path, charset: str) -> None:
    reading = read(tmp_path, ROWS.encode(charset))
    assert [row.values["question"] for row in reading.rows] == ["怎么挂失信用卡", "年费是多少"]
    assert not reading.problems
    assert not reading.notes


@pytest.mark.parametrize("charset", ["gb18030", "gbk"])
def test_gb18030_is_read_and_said_so(tmp_path: Path, charset: str) -> None:
    reading = read(tmp_path, ROWS.encode(charset))
    assert [row.values["answer"] for row in reading.rows] == ["请先核对身份。", "首年免年费。"]
    assert reading.problems == []
    assert reading.notes == ["The file is not UTF-8; it was read as GB18030."]


@pytest.mark.parametrize(
    "broken",
    [
        ROWS.encode().replace("年费是".encode(), "年费是".encode()[:-1]),
        ROWS.encode().replace("年费是".encode(), b"\xff" + "年费是".encode()),
        "external_id,question\na,挂失\nb,".encode() + "挂失电话".encode()[:-1] + b"\n",
    ],
)
def test_broken_utf_8_is_told_with_its_line(tmp_path: Path, broken: bytes) -> None:
    reading = read(tmp_path, broken)
    assert [problem.line for problem in reading.problems] == [3]
    assert "not valid UTF-8" in reading.problems[0].reason
    assert reading.notes == []


def test_broken_utf_8_that_could_be_read_as_gb18030_is_not(tmp_path: Path) -> None:
    question = "年费是多少".encode()
    broken = b"external_id,question\na," + question[:7] + question[8:] + b"\n"
    assert "骞" in broken.decode("gb18030")
    assert [problem.line for problem in read(tmp_path, broken).problems] == [2]


def test_bytes_of_no_encoding_are_told(tmp_path: Path) -> None:
    reading = read(tmp_path, b"external_id,question\na,\xff\xfe\xff\n")
    assert [problem.line for problem in reading.problems] == [2]


def test_lines_may_end_as_windows_ends_them(tmp_path: Path) -> None:
    reading = read(tmp_path, ROWS.replace("\n", "\r\n").encode())
    assert [row.line for row in reading.rows] == [2, 3]
    assert reading.rows[1].values["answer"] == "首年免年费。"
