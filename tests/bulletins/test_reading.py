"""Files of notices are read in a child process with limits; what we do not take is refused in a sentence."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from bulletins import reading
from bulletins.glyphs import as_characters
from bulletins.reading import CHILD
from kb.lib.errors import RuleBrokenError
from tests.bulletins.files import NOTICE, body, docx, encrypted_pdf, pdf, with_part


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def text_of(name: str, content: bytes) -> str:
    return reading.read(SimpleUploadedFile(name, content)).text


def reason(name: str, content: bytes) -> str:
    with pytest.raises(RuleBrokenError) as broken:
        text_of(name, content)
    return str(broken.value)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_banks_use(charset: str) -> None:
    assert text_of("通知.txt", NOTICE.encode(charset)) == NOTICE


def test_a_word_document_gives_its_paragraphs_and_the_rows_of_its_tables() -> None:
    content = docx(["关于费率的通知", "", "现调整如下："], rows=[["项目", "费率"], ["跨行\n转账", "0"]])
    assert text_of("a.DOCX", content).split("\n") == [
        "关于费率的通知",
        "现调整如下：",
        "项目\t费率",
        "跨行 转账\t0",
    ]


def test_the_numbers_word_makes_itself_are_there() -> None:
    styles = ["List Number", "List Number", "List Bullet"]
    assert text_of("a.docx", docx(["登录", "确认", "附注"], styles)) == "1. 登录\n2. 确认\n• 附注"
    numbering = '<w:pPr><w:numPr><w:ilvl w:val="{0}"/><w:numId w:val="7"/></w:numPr></w:pPr>'
    item = f"<w:p>{numbering}<w:r><w:t>{{1}}</w:t></w:r></w:p>"
    xml = "".join(item.format(level, text) for level, text in [(0, "甲"), (1, "子"), (0, "乙"), (1, "丑")])
    content = with_part(docx([]), "word/document.xml", body(xml))
    assert text_of("a.docx", content) == "1. 甲\n（1）子\n2. 乙\n（1）丑"


def test_what_was_deleted_in_a_word_document_is_not_read() -> None:
    xml = (
        "<w:p><w:r><w:t>年费</w:t></w:r><w:del><w:r><w:delText>100</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>200</w:t></w:r></w:ins><w:r><w:t>元</w:t></w:r></w:p>"
    )
    assert text_of("a.docx", with_part(docx([]), "word/document.xml", body(xml))) == "年费200元"


def test_the_lines_of_a_pdf_are_put_together_again() -> None:
    long = "The annual fee of the card is waived when it"
    content = pdf([["Notice", long, "is used six times.", "1. Log in", "2. Confirm"]])
    assert text_of("a.pdf", content).split("\n") == [
        "Notice",
        f"{long} is used six times.",
        "1. Log in",
        "2. Confirm",
    ]


def test_shapes_of_a_pdf_are_characters_again() -> None:
    assert (
        as_characters("⾃12⽉1⽇起，客⼾凭信⽤卡⻅⻚⾯，ﬁle 用户")
        == "自12月1日起，客户凭信用卡见页面，file 用户"
    )


def test_a_page_of_a_pdf_without_text_is_told() -> None:
    text = text_of("a.pdf", pdf([["Notice of fees"], []]))
    assert text == "Notice of fees\n[Page 2 has no text; it may be a picture.]"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", b"", "is empty"),
        ("a.pdf", b"MZ\x90\x00\x03\x00\x00\x00", "neither text nor DOCX nor PDF"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "neither text nor DOCX nor PDF"),
        ("a.txt", b"{\\rtf1\\ansi text}", "neither text nor DOCX nor PDF"),
        ("a.docx", b"PK\x03\x04 broken", "neither text nor DOCX nor PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old .doc"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "has a password"),
        ("a.docx", b"plain words", "ends with “.docx”"),
        ("a.html", b"<p>words</p>", "ends with “.html”"),
        ("a", b"words", "ends with “”"),
        ("a.pdf", docx(["words"]), "ends with “.pdf”"),
        ("a.docm", docx(["words"]), "has macros"),
        ("a.docx", with_part(docx(["words"]), "word/vbaProject.bin", b"x"), "has macros"),
        ("a.docx", with_part(docx([]), "word/document.xml", b"<w:document"), "is damaged"),
        (
            "a.docx",
            with_part(docx([]), "word/document.xml", b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'),
            "is damaged",
        ),
        (
            "a.docx",
            with_part(docx([]), "word/document.xml", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'),
            "is damaged",
        ),
        ("a.pdf", encrypted_pdf(), "is encrypted"),
        ("a.pdf", pdf([[], []]), "pictures of pages"),
        ("a.pdf", b"%PDF-1.7\nnothing more", "is damaged"),
        ("a.pdf", pdf([["x"]] * 501), "too many pages"),
        ("a.txt", b"a" * (10 * 1024 * 1024 + 1), "more than 10 MB"),
        ("a.txt", b"a" * 2_000_001, "too much text"),
    ],
)
def test_what_is_not_taken_is_refused_in_a_sentence(name: str, content: bytes, told: str) -> None:
    assert told in reason(name, content)


def test_a_bomb_is_refused_unread() -> None:
    content = with_part(docx([]), "word/document.xml", b" " * 149_000_000)
    begun = time.monotonic()
    assert "unpacks to far more" in reason("a.docx", content)
    assert time.monotonic() - begun < 30


def in_child(code: str) -> subprocess.CompletedProcess[str]:
    prelude = f"import sys; sys.path.insert(0, {str(CHILD.parent)!r}); import reading_child as child; "
    return subprocess.run(
        [sys.executable, "-I", "-c", prelude + code], capture_output=True, text=True, check=False, timeout=60
    )


def test_the_child_cannot_take_more_memory_or_time_than_it_may() -> None:
    grab = "child.read = lambda path: bytearray(600_000_000); child.main('x')"
    assert in_child(grab).stdout == '{"refused": "memory"}'
    ask = "import resource as r; child.limit(); print(r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_AS))"
    assert in_child(ask).stdout == "(30, 30) (536870912, 536870912)\n"


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(reading, "CHILD", slow)
    monkeypatch.setattr(reading, "SECONDS", 0.5)
    assert "takes too long" in reason("a.txt", b"words")


def test_a_child_that_is_killed_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = tmp_path / "dying.py"
    dying.write_text("import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr(reading, "CHILD", dying)
    assert "too much memory" in reason("a.txt", b"words")
