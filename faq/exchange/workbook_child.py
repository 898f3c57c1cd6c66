"""Read a workbook in a process of its own, with little memory and time, and print its cells as JSON lines.

Run as a script with the workbook's path and the most rows wanted; it imports nothing of ours. Its lines
are ``{"refused": code}``, or one ``{"row": number, "cells": {"A": text}, "bad": {"C": code}}`` for each row
that is not empty.
"""

import json
import re
import resource
import sys
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

MEMORY = 512 * 1024 * 1024
SECONDS = 30
OUTPUT = 400_000_000
UNPACKED = 150_000_000
RATIO = 100
SMALL = 1_000_000
MOST_PARTS = 2_000
LONGEST_CELL = 32_767  # what Excel itself allows
MOST_ROWS = 50_010
LAST_ROW = 1_048_576  # of any workbook

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def limit() -> None:
    """Before anything of the file is read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def refusal(path: str) -> str:
    """Why the zip directory alone says no, or an empty text."""
    with open(path, "rb") as file:  # noqa: PTH123
        begin = file.read(8)
    if begin.startswith(b"\xd0\xcf\x11\xe0"):
        return "old"
    try:
        with zipfile.ZipFile(path) as workbook:
            parts = workbook.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "not_a_workbook"
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        return "not_a_workbook"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "macros"
    if any(name.startswith("xl/externalLinks/") for name in names):
        return "external_links"
    big = [part for part in parts if part.file_size > SMALL]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
        return "too_large"
    if any(part.file_size > RATIO * max(part.compress_size, 1) for part in big):
        return "too_large"
    return ""


def read(path: str, most: int = MOST_ROWS) -> None:
    """Print the first sheet's rows, no more than ``most``."""
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl takes it where it can, and its memory
    from openpyxl import load_workbook
    from openpyxl.reader import excel

    vars(excel)["read_string_table"] = _strings
    workbook = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    sheet = workbook.worksheets[0]
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > most:
            return
        if number > MOST_ROWS:
            say({"refused": "too_many_rows"})
            return
        say_row(row)


def _strings(source: Any) -> list[str]:
    """openpyxl's own reader takes the escape of an escape away, and then nobody can tell the two apart."""
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    strings = []
    for _event, node in iterparse(source):
        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
            text: Any = Text.from_tree(node)
            strings.append(text.content)
            node.clear()
    return strings


def say_row(row: Any) -> None:
    cells: dict[str, str] = {}
    bad: dict[str, str] = {}
    number = 0
    for cell in row:
        if cell.value is None:
            continue
        number = cell.row
        text, code = told(cell)
        if code:
            bad[cell.column_letter] = code
        elif text:
            cells[cell.column_letter] = text
    if number and not 1 <= number <= LAST_ROW:
        raise ValueError("a row that cannot be")
    if cells or bad:
        say({"row": number, "cells": cells, "bad": bad})


def told(cell: Any) -> tuple[str, str]:
    """A cell's text, or a code for what is wrong with it."""
    if cell.data_type == "f":
        return "", "formula"
    if cell.data_type == "e":
        return "", "error_value"
    text = as_text(cell)
    return ("", "too_long") if len(text) > LONGEST_CELL else (text, "")


def as_text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, str):
        return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        has_time = value.time() != datetime.min.time() or re.search("[hHsS]", cell.number_format or "")
        return value.isoformat() if has_time else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


def main(path: str, most: int = MOST_ROWS + 1) -> None:
    """Exit 0 whatever the workbook is: what is wrong with it is in the output."""
    limit()
    try:
        refused = refusal(path)
        if refused:
            say({"refused": refused})
        else:
            read(path, most)
        sys.stdout.flush()
    except MemoryError:
        say({"refused": "memory"})
    except Exception:
        say({"refused": "unreadable"})


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
