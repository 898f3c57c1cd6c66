"""Files as banks send them, and as strangers do."""

import io
import zipfile
from collections.abc import Sequence

from docx import Document
from pypdf import PdfWriter

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

NOTICE = """关于开展信用卡境外消费返现活动的通知
各分行：
为促进境外用卡，总行决定自2026年12月1日起至2027年3月31日开展活动。现通知如下：
一、活动对象
持有本行信用卡的个人客户，附属卡不参加。
二、报名流程
1. 登录手机银行；
2. 点击“活动中心”；
3. 选择“境外返现”并确认。
三、返现标准
单笔满500元返5%，每月上限200元。"""


def docx(paragraphs: Sequence[str], styles: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word document as Word writes it."""
    document = Document()
    for place, text in enumerate(paragraphs):
        document.add_paragraph(text, style=styles[place] if place < len(styles) else None)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    """The same document with one part more, or another one."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {part: file.read(part) for part in file.namelist()}
    parts[name] = data
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for part, piece in parts.items():
            file.writestr(part, piece)
    return buffer.getvalue()


def body(xml: str) -> bytes:
    """A ``word/document.xml``."""
    return f'<w:document xmlns:w="{WORD}"><w:body>{xml}</w:body></w:document>'.encode()


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF whose pages hold these lines; a page without lines is as a scan is. Letters of Latin-1 alone."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = f"BT /F1 12 Tf 14 TL 50 780 Td {shown}ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    begin = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, begin)
    return bytes(out)


def encrypted_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
