"""What is in a file of an office program, by its zip directory and its relationships. Pure."""

import zipfile
import zlib
from io import BytesIO

from defusedxml import ElementTree
from django.utils.translation import gettext as _

MOST_PARTS = 3_000
LARGEST_UNPACKED = 200_000_000
RATIO = 200
SMALL = 1_000_000  # bytes; what is smaller may be packed as tightly as it likes
LARGEST_RELATIONS = 1_000_000
MOST_RELATIONS = 20_000_000

MAIN_PARTS = {"word": "word/document.xml", "xl": "xl/workbook.xml", "ppt": "ppt/presentation.xml"}
PLAIN_MAIN = {
    "word": "wordprocessingml.document.main+xml",
    "xl": "spreadsheetml.sheet.main+xml",
    "ppt": "presentationml.presentation.main+xml",
}
RUNS = ("vbaproject", "activex/", "macrosheets/", "customui/", "externallinks/")
EMBEDDED = "/embeddings/"
_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"

DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, RuntimeError, SyntaxError, ValueError)


class RefusedError(ValueError):
    """Its text is what the person reads."""


def look_into(content: bytes, *, is_embedded: bool = False) -> str:
    """Which program's file this is: a key of ``MAIN_PARTS``. Raises RefusedError.

    A chart brings a workbook of its figures along: what is embedded is looked into as well, but once.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            program = _look_into(package)
            if not is_embedded:
                _check_embedded(package)
            return program
    except RefusedError:
        raise
    except DAMAGES as error:
        raise RefusedError(_("The file is damaged or has a password.")) from error


def _look_into(package: zipfile.ZipFile) -> str:
    parts = package.infolist()
    _check_sizes(parts)
    names = {part.filename for part in parts}
    program = next((key for key, main in MAIN_PARTS.items() if main in names), None)
    if program is None or "[Content_Types].xml" not in names:
        raise RefusedError(_("A zip file is only taken as DOCX, XLSX or PPTX."))
    if any(_is_forbidden(name.lower()) for name in names):
        raise RefusedError(_("The file holds macros, embedded objects or links to other files. Remove them."))
    if not _is_plain(package, program):
        raise RefusedError(_("The file is a template or may hold macros. Save it as DOCX, XLSX or PPTX."))
    _check_relations(package, parts)
    return program


def _is_forbidden(name: str) -> bool:
    is_object = EMBEDDED in name and not name.endswith((".xlsx", ".rels", "/"))
    return is_object or any(word in name for word in RUNS)


def _check_embedded(package: zipfile.ZipFile) -> None:
    for part in package.infolist():
        name = part.filename.lower()
        if EMBEDDED in name and name.endswith(".xlsx"):
            look_into(package.read(part), is_embedded=True)


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    is_bomb = any(part.file_size > max(SMALL, RATIO * part.compress_size) for part in parts)
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED or is_bomb:
        raise RefusedError(_("The file unpacks to far more than its size; nothing of it was read."))
    packings = {part.compress_type for part in parts}
    if any(part.flag_bits & 1 for part in parts) or packings - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise RefusedError(_("The file is damaged or has a password."))


def _is_plain(package: zipfile.ZipFile, program: str) -> bool:
    """Whether its main part is what it says: no template, and nothing that a program would run."""
    types = {
        node.get("PartName", "").lstrip("/"): node.get("ContentType", "")
        for node in ElementTree.fromstring(_read(package, "[Content_Types].xml")).iter(_TYPE)
    }
    return types.get(MAIN_PARTS[program], "").endswith(PLAIN_MAIN[program]) and not any(
        "macro" in kind.lower() for kind in types.values()
    )


def _check_relations(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Links that a person clicks on may lead out of the file; nothing that a program fetches by itself."""
    relations = [part for part in parts if part.filename.lower().endswith(".rels")]
    if sum(part.file_size for part in relations) > MOST_RELATIONS:
        raise RefusedError(_("The file unpacks to far more than its size; nothing of it was read."))
    for part in relations:
        for node in ElementTree.fromstring(_read(package, part.filename)).iter():
            is_outside = node.get("TargetMode", "").lower() == "external"
            if is_outside and not node.get("Type", "").endswith("/hyperlink"):
                raise RefusedError(
                    _("The file holds macros, embedded objects or links to other files. Remove them.")
                )


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    if package.getinfo(name).file_size > LARGEST_RELATIONS:
        raise RefusedError(_("The file unpacks to far more than its size; nothing of it was read."))
    return package.read(name)
