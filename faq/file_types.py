"""Which files may stand beside a text, told by their bytes and never by what was claimed. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from faq import office_files

LARGEST = 10 * 1024 * 1024  # bytes
LONGEST_NAME = 120
ALLOWED = "PDF, PNG, JPG, WEBP, DOCX, XLSX, PPTX, TXT, CSV"

_PNG = b"\x89PNG\r\n\x1a\n"
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True)
class FileType:
    """A type we take: as HTTP calls it, and the endings a name of it may have, the usual one first."""

    content_type: str
    endings: tuple[str, ...]


PDF = FileType("application/pdf", ("pdf",))
PNG = FileType("image/png", ("png",))
JPG = FileType("image/jpeg", ("jpg", "jpeg"))
WEBP = FileType("image/webp", ("webp",))
TXT = FileType("text/plain", ("txt",))
CSV = FileType("text/csv", ("csv",))
OFFICE = {
    "word": FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)),
    "xl": FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
    "ppt": FileType("application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",)),
}


def recognise(name: str, content: bytes) -> FileType:
    """What these bytes are; the name only has to agree. Raises ValueError with a sentence for the person."""
    if not content:
        raise ValueError(_("The file is empty."))
    if len(content) > LARGEST:
        raise ValueError(too_large())
    ending = _ending(name)
    found = _of_bytes(content, ending)
    if found is None:
        raise ValueError(_("This type of file is not taken. These are: %(types)s.") % {"types": ALLOWED})
    if ending not in found.endings:
        raise ValueError(
            _("The file is not what its name says: its content is that of a .%(ending)s file.")
            % {"ending": found.endings[0]}
        )
    return found


def too_large() -> str:
    """What the person reads who sends more than ``LARGEST``."""
    return _("The file is larger than 10 MB. Make it smaller, or link to it in the answer.")


def _of_bytes(content: bytes, ending: str) -> FileType | None:
    if content.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in content[-2048:] else None
    if content.startswith(_PNG):
        return PNG if _is_whole_png(content) else None
    if content.startswith(b"\xff\xd8\xff"):
        return JPG if b"\xff\xd9" in content[-65536:] else None
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return (
            WEBP if int.from_bytes(content[4:8], "little") in (len(content) - 8, len(content) - 9) else None
        )
    if content.startswith(b"PK\x03\x04"):
        return OFFICE[office_files.look_into(content)]
    if _is_text(content):
        return CSV if ending == "csv" else TXT
    return None


def _is_whole_png(content: bytes) -> bool:
    """Chunk after chunk up to the last, and nothing behind it."""
    place = len(_PNG)
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        if place == len(_PNG) and kind != b"IHDR":
            return False
        place += 12 + length
        if kind == b"IEND":
            return place == len(content)
    return False


def _is_text(content: bytes) -> bool:
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return _NOT_TEXT.search(content.decode(charset)) is None
        except UnicodeDecodeError:
            continue
    return False


def tidy_name(name: str, file_type: FileType) -> str:
    """A name that is safe to show and to save under: no path, nothing invisible, its type's ending."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(char if unicodedata.category(char)[0] not in "CZ" else _space(char) for char in last)
    stem, _dot, _old = _NOT_IN_NAMES.sub("_", seen).rpartition(".")
    ending = _ending(name)
    stem = " ".join(stem.split()).strip(". ")[: LONGEST_NAME - len(ending) - 1].rstrip(". ")
    stem = stem or _("file")
    return f"{stem}.{ending if ending in file_type.endings else file_type.endings[0]}"


def _space(char: str) -> str:
    """What separates becomes a blank; what only steers, such as a change of direction, goes."""
    return " " if unicodedata.category(char)[0] == "Z" or char in "\t\n\r" else ""


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""
