"""Read a notice's file in a process of its own, with little memory and time, and print its text.

Run as a script with the file's path; it imports nothing of ours. It prints one JSON object:
``{"refused": code}``, or ``{"type": "text" | "docx" | "pdf", "text": text, "empty": [pages without text]}``.
"""

import json
import logging
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

MEMORY = 512 * 1024 * 1024
SECONDS = 30
OUTPUT = 50_000_000
UNPACKED = 150_000_000
RATIO = 100
SMALL = 1_000_000
MOST_PARTS = 2_000
MOST_PAGES = 500
MOST_CHARACTERS = 2_000_000  # far more than a notice may have; the caller says how many that is

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
BULLET = "• "


def limit() -> None:
    """Before anything of the file is read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class RefusedError(Exception):
    """The file is not taken; the text is the code."""


def read(path: str) -> dict[str, Any]:
    """What the file is, judged by its content alone, and its text."""
    with open(path, "rb") as file:  # noqa: PTH123
        begin = file.read(1024)
    if begin.startswith(b"\xd0\xcf\x11\xe0"):
        raise RefusedError("old")
    if begin.startswith(b"PK"):
        return {"type": "docx", "text": of_docx(path), "empty": []}
    if b"%PDF-" in begin:
        return of_pdf(path)
    return {"type": "text", "text": of_text(path), "empty": []}


def of_text(path: str) -> str:
    """UTF-8, else GB18030; UTF-16 only with its mark."""
    with open(path, "rb") as file:  # noqa: PTH123
        content = file.read()
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    charsets = ["utf-16"] if is_utf16 else ["utf-8-sig", "gb18030"]
    for charset in charsets:
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        if text.startswith("{\\rtf") or re.search("[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
            break
        return text
    raise RefusedError("unknown")


def of_docx(path: str) -> str:
    """The paragraphs of a Word document, one a line, those of a list with their number or a dot."""
    try:
        document = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise RefusedError("unknown") from None
    with document:
        check_parts(document.infolist())
        kinds: dict[tuple[str, str], str] = {}
        if "word/numbering.xml" in document.namelist():
            kinds = list_kinds(root_of(document, "word/numbering.xml"))
        body = root_of(document, "word/document.xml").find(f"{WORD}body")
    return "\n".join(lines_of(body, Counter(kinds))) if body is not None else ""


def root_of(document: zipfile.ZipFile, name: str) -> Element:
    from defusedxml.ElementTree import parse

    with document.open(name) as part:
        root: Element | None = parse(part, forbid_dtd=True).getroot()
    if root is None:
        raise RefusedError("unreadable")
    return root


def check_parts(parts: list[zipfile.ZipInfo]) -> None:
    """Raises RefusedError when the zip directory alone says no."""
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or "word/document.xml" not in names:
        raise RefusedError("unknown")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise RefusedError("macros")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise RefusedError("too_large")
    if any(p.file_size > SMALL and p.file_size > RATIO * max(p.compress_size, 1) for p in parts):
        raise RefusedError("too_large")


def list_kinds(root: Element) -> dict[tuple[str, str], str]:
    """How each level of each list is counted: ``bullet``, ``decimal``, ``chineseCounting`` and so on."""
    levels = {
        abstract.get(f"{WORD}abstractNumId", ""): {
            level.get(f"{WORD}ilvl", ""): value_of(level.find(f"{WORD}numFmt"))
            for level in abstract.findall(f"{WORD}lvl")
        }
        for abstract in root.findall(f"{WORD}abstractNum")
    }
    return {
        (number.get(f"{WORD}numId", ""), level): kind
        for number in root.findall(f"{WORD}num")
        for level, kind in levels.get(value_of(number.find(f"{WORD}abstractNumId")), {}).items()
    }


class Counter:
    """Counts the items of lists, whose numbers Word makes only when it shows them."""

    def __init__(self, kinds: dict[tuple[str, str], str]) -> None:
        self.kinds = kinds
        self.counts: dict[tuple[str, int], int] = {}

    def mark(self, paragraph: Element) -> str:
        """What stands before the paragraph's text."""
        properties = paragraph.find(f"{WORD}pPr")
        if properties is None:
            return ""
        style = value_of(properties.find(f"{WORD}pStyle"))
        numbering = properties.find(f"{WORD}numPr")
        if numbering is None:
            return self._of_style(style)
        of_list = value_of(numbering.find(f"{WORD}numId"))
        level = value_of(numbering.find(f"{WORD}ilvl")) or "0"
        if of_list in {"", "0"} or not level.isdigit() or len(level) > 1:
            return ""
        if self.kinds.get((of_list, level)) in {"bullet", "none"}:
            return BULLET
        return self._next(of_list, int(level))

    def _of_style(self, style: str) -> str:
        if style.startswith("ListBullet"):
            return BULLET
        return self._next(style, 0) if style.startswith("ListNumber") else ""

    def _next(self, of_list: str, level: int) -> str:
        for key in [key for key in self.counts if key[0] == of_list and key[1] > level]:
            del self.counts[key]
        number = self.counts[of_list, level] = self.counts.get((of_list, level), 0) + 1
        return f"{number}. " if level == 0 else f"（{number}）"


def lines_of(block: Element, counter: Counter) -> Iterator[str]:
    """Paragraphs, and the rows of tables with their cells parted by tabs."""
    for child in block:
        if child.tag == f"{WORD}p":
            text = text_of(child)
            if text.strip():
                yield counter.mark(child) + text
        elif child.tag == f"{WORD}tbl":
            for row in child.iter(f"{WORD}tr"):
                cells = (" ".join(map(text_of, cell.iter(f"{WORD}p"))) for cell in row.findall(f"{WORD}tc"))
                yield "\t".join(re.sub(r"\s+", " ", cell).strip() for cell in cells)
        elif child.tag in {f"{WORD}sdt", f"{WORD}sdtContent", f"{WORD}ins", f"{WORD}customXml"}:
            yield from lines_of(child, counter)


def text_of(paragraph: Element) -> str:
    """The words of a paragraph as they stand with every change accepted."""
    pieces: list[str] = []
    waiting = [paragraph]
    while waiting:
        node = waiting.pop()
        if node.tag == FALLBACK:
            continue
        if node.tag == f"{WORD}t":
            pieces.append(node.text or "")
        elif node.tag == f"{WORD}tab":
            pieces.append(" ")
        elif node.tag in {f"{WORD}br", f"{WORD}cr"}:
            pieces.append("\n")
        waiting.extend(reversed(node))
    return "".join(pieces)


def value_of(node: Element | None) -> str:
    return "" if node is None else node.get(f"{WORD}val", "")


def of_pdf(path: str) -> dict[str, Any]:
    """The text layer of every page, pages parted by a form feed."""
    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    reader = PdfReader(path)
    if reader.is_encrypted:
        raise RefusedError("encrypted")
    if len(reader.pages) > MOST_PAGES:
        raise RefusedError("too_many_pages")
    pages: list[str] = []
    for page in reader.pages:
        pages.append(page.extract_text() or "")
        if sum(map(len, pages)) > MOST_CHARACTERS:
            raise RefusedError("too_long")
    empty = [number for number, text in enumerate(pages, start=1) if not re.search(r"\w", text)]
    if len(empty) == len(pages):
        raise RefusedError("scan")
    return {"type": "pdf", "text": "\f".join(pages), "empty": empty}


def main(path: str) -> None:
    """Exit 0 whatever the file is: what is wrong with it is in the output."""
    limit()
    try:
        said = read(path)
        if len(said["text"]) > MOST_CHARACTERS:
            said = {"refused": "too_long"}
    except RefusedError as refused:
        said = {"refused": str(refused)}
    except (MemoryError, RecursionError):
        said = {"refused": "memory"}
    except Exception:
        said = {"refused": "unreadable"}
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
