"""Small files of every type we take, and some that only look like one."""

import zipfile
import zlib
from io import BytesIO

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT = "application/vnd.openxmlformats-officedocument"
MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20 + b"\xff\xd9"
WEBP = b"RIFF" + (12).to_bytes(4, "little") + b"WEBPVP8 \x00\x00\x00\x00"
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def png(more: bytes = b"") -> bytes:
    """One white point."""
    header = (1).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\x00\xff\xff\xff")), (b"IEND", b"")]
    parts = [
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + more


def office(ending: str = "docx", main_type: str = "", parts: dict[str, bytes] | None = None) -> bytes:
    """A package with its main part, and with these parts besides or instead."""
    main, kind = MAIN[ending]
    types = (
        f'<Types xmlns="{TYPES}"><Override PartName="/{main}" ContentType="{DOCUMENT}.{main_type or kind}"/>'
        "</Types>"
    )
    found = {"[Content_Types].xml": types.encode(), main: b"<x/>"} | (parts or {})
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in found.items():
            package.writestr(name, content)
    return file.getvalue()


def relation(kind: str, target: str = "https://example.com/") -> bytes:
    """A relationship that leads out of the file."""
    return (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="http://x/{kind}" Target="{target}"'
        ' TargetMode="External"/></Relationships>'
    ).encode()
