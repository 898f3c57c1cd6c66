"""Which files are taken: told by their bytes, whatever their name says."""

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import docx
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from faq import file_types, office_files
from faq.file_types import recognise, tidy_name
from tests.faq.files import JPG, OLD_WORD, PDF, WEBP, office, png, relation


@pytest.fixture(autouse=True, scope="module")
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


GOOD = {
    "a.pdf": PDF,
    "a.png": png(),
    "a.jpg": JPG,
    "a.JPEG": JPG,
    "a.webp": WEBP,
    "a.docx": office("docx"),
    "a.xlsx": office("xlsx"),
    "a.pptx": office("pptx"),
    "a.txt": "挂失说明\r\n第二行".encode(),
    "b.txt": "挂失说明".encode("gb18030"),
    "a.csv": b"\xef\xbb\xbf" + "项目,费用\n挂失,40".encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_on_the_list_is_taken(name: str) -> None:
    assert recognise(name, GOOD[name]).endings[0] in (name.split(".")[1].lower(), "jpg")


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("ending", ["pdf", "png", "docx", "txt", "exe", "html", ""])
def test_the_name_has_to_agree_with_the_content(name: str, ending: str) -> None:
    if name.lower().endswith(f".{ending}") or (ending in ("txt", "csv") and name[-3:] in ("txt", "csv")):
        return
    with pytest.raises(ValueError, match="file"):
        recognise(f"a.{ending}", GOOD[name])


BAD = {
    "nothing": ("a.txt", b""),
    "a program": ("a.pdf", b"MZ\x90\x00" + b"\x00" * 100),
    "a page": ("a.html", b"<script>alert(1)</script>"),
    "a drawing": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "a page called a picture": ("a.png", b"<script>alert(1)</script>"),
    "a picture with a tail": ("a.png", png(b"<script>")),
    "a picture cut short": ("a.png", png()[:-6]),
    "a PDF behind other bytes": ("a.pdf", b"GIF89a" + PDF),
    "a PDF without an end": ("a.pdf", b"%PDF-1.7 ..."),
    "an animation": ("a.png", b"GIF89a" + b"\x00" * 40),
    "an old document": ("a.docx", OLD_WORD),
    "bytes called text": ("a.txt", b"\x00\x01\x02"),
    "no characters of ours": ("a.txt", b"\xff\xfe\xff"),
    "an archive": ("a.docx", office("docx").replace(b"word/document.xml", b"work/document.xml")),
    "macros": ("a.docx", office(parts={"word/vbaProject.bin": b"x"})),
    "macros by type": ("a.docx", office(main_type="ms-word.document.macroEnabled.main+xml")),
    "a template": ("a.docx", office(main_type="wordprocessingml.template.main+xml")),
    "a control": ("a.docx", office(parts={"word/activeX/activeX1.xml": b"<x/>"})),
    "an object": ("a.docx", office(parts={"word/embeddings/oleObject1.bin": b"x"})),
    "a workbook inside with macros": (
        "a.pptx",
        office("pptx", parts={"ppt/embeddings/a.xlsx": office("xlsx", parts={"xl/vbaProject.bin": b"x"})}),
    ),
    "links to workbooks": ("a.xlsx", office("xlsx", parts={"xl/externalLinks/externalLink1.xml": b"<x/>"})),
    "a template from outside": (
        "a.docx",
        office(parts={"word/_rels/settings.xml.rels": relation("attachedTemplate")}),
    ),
    "a picture from outside": ("a.docx", office(parts={"word/_rels/document.xml.rels": relation("image")})),
    "entities": (
        "a.docx",
        office(parts={"_rels/.rels": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}),
    ),
    "broken XML": ("a.docx", office(parts={"_rels/.rels": b"<x"})),
    "a bomb": ("a.docx", office(parts={"word/media/a.xml": b"\x00" * 30_000_000})),
    "a large list of types": ("a.docx", office(parts={"[Content_Types].xml": b" " * 1_000_001})),
    "a broken archive": ("a.docx", office()[:-30]),
    "a flipped byte": ("a.docx", office()[:60] + b"\xff\xff\xff\xff" + office()[64:]),
}


@pytest.mark.parametrize("case", BAD)
def test_everything_else_is_refused_with_a_sentence(case: str) -> None:
    name, content = BAD[case]
    with pytest.raises(ValueError, match=r"[.。]$"):
        recognise(name, content)


def test_what_office_programs_write_is_taken(tmp_path: Path) -> None:
    book, document = tmp_path / "a.xlsx", tmp_path / "a.docx"
    workbook = Workbook()
    assert workbook.active is not None
    workbook.active["A1"] = "费用"
    workbook.active["A1"].hyperlink = "https://example.com/"
    workbook.save(book)
    written = docx.Document()
    written.add_paragraph("挂失说明")
    written.save(str(document))
    for path in (book, document):
        recognise(path.name, path.read_bytes())


def test_a_link_and_a_charts_workbook_may_stand_in_it() -> None:
    link = {"word/_rels/document.xml.rels": relation("hyperlink")}
    recognise("a.docx", office(parts=link | {"word/embeddings/Sheet1.xlsx": office("xlsx")}))


def test_a_password_is_refused() -> None:
    content = bytearray(office())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    with pytest.raises(ValueError, match="password"):
        recognise("a.docx", bytes(content))


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_files, "MOST_PARTS", 1)
    with pytest.raises(ValueError, match="unpacks"):
        recognise("a.docx", office())


def test_the_largest_is_taken_and_one_byte_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_types, "LARGEST", 4)
    recognise("a.txt", b"1234")
    with pytest.raises(ValueError, match="10 MB"):
        recognise("a.txt", b"12345")


def test_names_are_tidied() -> None:
    assert tidy_name("../../etc/费率 表.PDF", file_types.PDF) == "费率 表.pdf"
    assert tidy_name("C:\\Users\\li\\a.txt", file_types.TXT) == "a.txt"
    assert tidy_name("tcod\u202egpj.\u200btxt", file_types.TXT) == "tcodgpj.txt"
    assert tidy_name('a"b\r\nSet-Cookie: x.csv', file_types.CSV) == "a_b Set-Cookie_ x.csv"
    assert tidy_name("...\x00 .txt", file_types.TXT).endswith(".txt")
    assert len(tidy_name("长" * 500 + ".txt", file_types.TXT)) == file_types.LONGEST_NAME


@given(st.text(max_size=300))
def test_no_name_is_harmful(name: str) -> None:
    tidy = tidy_name(name, file_types.TXT)
    assert tidy.endswith(".txt")
    assert len(tidy) <= file_types.LONGEST_NAME
    assert tidy.isprintable()
    assert not set(tidy) & set('/\\<>:"|?*')
    assert not tidy.startswith((".", " "))


@given(
    st.binary(max_size=400), st.sampled_from(["", "%PDF-", "PK\x03\x04", "\x89PNG\r\n\x1a\n", "RIFF1234WEBP"])
)
def test_no_bytes_bring_anything_but_a_verdict(content: bytes, begin: str) -> None:
    for name in ("a.pdf", "a.docx", "a.csv"):
        with suppress(ValueError):
            recognise(name, begin.encode("latin-1") + content)


@given(st.binary(max_size=60), st.integers(0, 400))
def test_a_damaged_package_brings_a_verdict(noise: bytes, place: int) -> None:
    content = office("docx")
    with suppress(ValueError):
        recognise("a.docx", content[:place] + noise + content[place + len(noise) :])


def test_reading_a_package_changes_nothing() -> None:
    content = office("docx")
    recognise("a.docx", content)
    assert zipfile.ZipFile(BytesIO(content)).testzip() is None
