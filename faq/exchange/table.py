"""CSV: UTF-8 with a byte-order mark is written; GB18030 is read when a file is not UTF-8."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from faq.exchange import cells, encoding
from faq.exchange.content import Content
from faq.exchange.fields import FIELDS
from faq.exchange.reading import LONGEST_CELL, LONGEST_LINE, MOST_COLUMNS, PEEKED_ROWS, Peek, Reading


class _LongLineError(Exception):
    """A line longer than we read: its number and its beginning."""

    def __init__(self, number: int, beginning: str) -> None:
        super().__init__(number)
        self.number = number
        self.beginning = beginning


def read(path: Path, reading: Reading) -> None:
    """Every row; one that breaks the table's form ends the reading: what follows cannot be told apart."""
    charset = _charset(path, reading)
    csv.field_size_limit(LONGEST_CELL)
    with path.open("rb") as file:
        source = csv.reader(_decoded(encoding.lines(file), charset), strict=True)
        header: list[str] = []
        begins = 1
        try:
            for values in source:
                if begins == 1:
                    header = reading.named([cells.unprotect(value).strip() for value in values])
                    if not reading.check_header(header):
                        return
                elif any(values):
                    if reading.is_full():
                        return
                    _add(reading, begins, header, values)
                begins = source.line_num + 1
        except csv.Error as error:
            reading.refuse(_reason(error), begins)
        except _LongLineError as error:
            name = _field_of(header, error.beginning) if error.number == begins else ""
            reading.refuse(_too_long(), begins, name)
    if not header and not reading.problems:
        reading.refuse(_("the file is empty"))


def peek(path: Path) -> Peek:
    found = Peek()
    csv.field_size_limit(LONGEST_CELL)
    with path.open("rb") as file:
        source = csv.reader(_decoded(encoding.lines(file), _charset(path, Reading())), strict=True)
        try:
            header = [cells.unprotect(value).strip() for value in next(source, [])][:MOST_COLUMNS]
            found.add(dict.fromkeys(header, ""))
            for values in islice(source, PEEKED_ROWS):
                found.add(dict(zip(header, map(cells.unprotect, values), strict=False)))
        except (csv.Error, _LongLineError):
            pass
    return found


def _charset(path: Path, reading: Reading) -> str:
    if encoding.is_encoded(path, "utf-8"):
        return "utf-8"
    broken, is_meant_as_utf8 = encoding.broken_utf8(path)
    if not is_meant_as_utf8 and encoding.is_encoded(path, "gb18030"):
        reading.notes.append(_("The file is not UTF-8; it was read as GB18030."))
        return "gb18030"
    for number, byte in broken:
        reading.refuse(_("is not valid UTF-8 (byte %(byte)s)") % {"byte": byte}, number)
    return "utf-8"


def _decoded(source: Iterator[tuple[int, bytes, bool]], charset: str) -> Iterator[str]:
    for number, line, is_long in source:
        text = line.decode(charset, errors="replace")
        if is_long:
            raise _LongLineError(number, text)
        yield text


def _add(reading: Reading, line: int, header: list[str], values: list[str]) -> None:
    if len(values) != len(header):
        reading.refuse(
            _("has %(cells)s cells, the header has %(columns)s")
            % {"cells": len(values), "columns": len(header)},
            line,
        )
        return
    texts = {name: cells.unprotect(value) for name, value in zip(header, values, strict=True) if name}
    reading.add_cells(line, texts)


def _reason(error: csv.Error) -> str:
    if "field limit" in str(error):
        return _too_long()
    return _("is not CSV: %(reason)s") % {"reason": error}


def _too_long() -> str:
    return _("has a cell of more than %(most)s characters") % {"most": min(LONGEST_CELL, LONGEST_LINE)}


def _field_of(header: list[str], beginning: str) -> str:
    """The column in which a line got too long."""
    csv.field_size_limit(LONGEST_LINE + 1)
    try:
        values = next(csv.reader([beginning]), [])
    except csv.Error:
        return ""
    finally:
        csv.field_size_limit(LONGEST_CELL)
    return header[len(values) - 1] if 0 < len(values) <= len(header) else ""


def write(path: Path, contents: Iterable[Content]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(field.name for field in FIELDS)
        for content in contents:
            writer.writerow(cells.protect(text) for text in texts(content))


def texts(content: Content) -> list[str]:
    """One text a field, as both kinds of table write it."""
    return [
        cells.join(getattr(content, field.name))
        if field.is_list
        else field.to_text(getattr(content, field.name))
        for field in FIELDS
    ]
