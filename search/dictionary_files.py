"""A dictionary as a CSV file: a kind and its words, one word a line inside the cell. Pure."""

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from faq.exchange import cells
from kb.lib.errors import RuleBrokenError
from search.dictionary_lines import MOST_LINES, Line, LineKind, check_line

HEADER = ["kind", "words"]
MOST_BYTES = 4 * 1024 * 1024


def write(lines: Iterable[Line]) -> bytes:
    """UTF-8 with a byte-order mark, so that spreadsheets read it; no cell is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for line in lines:
        writer.writerow([line.kind.value, cells.protect(cells.join(line.members))])
    return text.getvalue().encode("utf-8-sig")


def read(data: bytes) -> list[Line]:
    """The lines of a file as ``write`` made it, GB18030 where it is not UTF-8.

    Raises RuleBrokenError, with the number of the row, for the first row that is none.
    """
    if len(data) > MOST_BYTES:
        raise RuleBrokenError(_("The file is too large."))
    rows = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
    lines: list[Line] = []
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            if number == 1:
                _check_header(row)
            elif any(row):
                lines.append(_line(row))
            if len(lines) > MOST_LINES:
                raise RuleBrokenError(_("A dictionary has at most %(most)d lines.") % {"most": MOST_LINES})
    except csv.Error as error:
        raise _in_row(number + 1, str(error)) from error
    except RuleBrokenError as error:
        raise _in_row(number, str(error)) from error
    if not number:
        raise RuleBrokenError(_("The file is empty."))
    return lines


def _decoded(data: bytes) -> str:
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    raise RuleBrokenError(_("The file is neither UTF-8 nor GB18030."))


def _check_header(row: list[str]) -> None:
    if [value.strip() for value in row] != HEADER:
        raise RuleBrokenError(_("The first row must be: %(header)s") % {"header": ",".join(HEADER)})


def _line(row: list[str]) -> Line:
    if len(row) != len(HEADER) or row[0] not in LineKind.values:
        raise RuleBrokenError(
            _("A row has a kind (%(kinds)s) and words.") % {"kinds": ", ".join(LineKind.values)}
        )
    words = (" ".join(word.split()) for word in cells.split(cells.unprotect(row[1])))
    line = Line(LineKind(row[0]), tuple(word for word in words if word.isprintable() and word))
    check_line(line)
    return line


def _in_row(number: int, said: str) -> RuleBrokenError:
    return RuleBrokenError(_("Row %(number)d: %(said)s") % {"number": number, "said": said})
