"""The text of a notice's file: TXT, DOCX or a PDF with text; a child process with limits reads it."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from bulletins import glyphs, paragraphs
from kb.lib.errors import RuleBrokenError

CHILD = Path(__file__).with_name("reading_child.py")
SECONDS = 30
MEGABYTES = 10
TYPES = {".txt": "text", ".docx": "docx", ".pdf": "pdf"}


@dataclass(frozen=True)
class ReadFile:
    """What a file says."""

    name: str
    text: str


def read(upload: "UploadedFile[bytes]") -> ReadFile:
    """Raises RuleBrokenError with a sentence that says what is wrong with the file."""
    name = Path(upload.name or "").name
    ending = Path(name).suffix.lower()
    if not upload.size:
        raise RuleBrokenError(_("The file is empty."))
    if upload.size > MEGABYTES * 1024 * 1024:
        raise RuleBrokenError(_("The file has more than %(most)s MB.") % {"most": MEGABYTES})
    with tempfile.TemporaryDirectory(prefix="wenqu-notice-") as directory:
        path = Path(directory, "file")
        with path.open("wb") as file:
            for piece in upload.chunks():
                file.write(piece)
        said = _ask_child(path)
    if ending in {".doc", ".docm"} and "refused" not in said:
        raise RuleBrokenError(_refusals()["old" if ending == ".doc" else "macros"])
    if "refused" in said:
        raise RuleBrokenError(_refusals()[said["refused"]])
    if TYPES.get(ending) != said["type"]:
        raise RuleBrokenError(
            _("The file's name ends with “%(ending)s”, but that is not what is in it; take TXT, DOCX or PDF.")
            % {"ending": ending[:20]}
        )
    return ReadFile(name[:200], _whole_text(said))


def _whole_text(said: dict[str, Any]) -> str:
    """A PDF's lines are put together again, and a page without text is not passed over in silence."""
    if said["type"] != "pdf":
        text: str = said["text"]
        return text
    pages = []
    for number, page in enumerate(said["text"].split("\f"), start=1):
        if number in said["empty"]:
            pages.append(_("[Page %(number)s has no text; it may be a picture.]") % {"number": number})
        else:
            pages.append(glyphs.as_characters(page))
    return paragraphs.unwrap(pages)


def _ask_child(path: Path) -> dict[str, Any]:
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", str(CHILD), str(path)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=False,
                env={"LC_ALL": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired:
            return {"refused": "time"}
        if done.returncode:
            return {"refused": "memory"}
        output.seek(0)
        said: dict[str, Any] = json.load(output)
        return said


def _refusals() -> dict[str, str]:
    return {
        "unknown": _("The file is neither text nor DOCX nor PDF."),
        "old": _("The file is an old .doc document or has a password; save it as .docx without one."),
        "macros": _("The document has macros; save it as .docx."),
        "too_large": _("The document unpacks to far more than its size; nothing of it was read."),
        "encrypted": _("The PDF is encrypted; save it without a password."),
        "scan": _("The PDF holds pictures of pages and no text; paste the text, or ask for the original."),
        "too_many_pages": _("The PDF has too many pages; split it."),
        "too_long": _("The file has too much text for one notice; split it."),
        "memory": _("The file needs too much memory to read; paste its text."),
        "time": _("The file takes too long to read; paste its text."),
        "unreadable": _("The file is damaged and cannot be read."),
    }
