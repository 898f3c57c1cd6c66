"""XLSX: typed strings are written; a child process with limits reads (`workbook_child`)."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from faq.exchange import table
from faq.exchange.content import Content
from faq.exchange.fields import FIELDS
from faq.exchange.reading import LEFT_OUT, MOST_COLUMNS, MOST_ROWS, PEEKED_ROWS, Peek, Reading
from kb.lib.errors import RuleBrokenError

CHILD = Path(__file__).with_name("workbook_child.py")
SECONDS = 30
LONGEST_CELL = 32_767  # UTF-16 units, what Excel allows


def read(path: Path, reading: Reading) -> None:
    """The rows of the first sheet; a workbook we do not take is one problem, a cell one each."""
    header: dict[str, str] = {}
    for line in _child_lines(path.resolve()):
        if "refused" in line:
            reading.refuse(_refusals()[line["refused"]])
            return
        if not header:
            header = _header(line)
            header = dict(zip(header, reading.named(list(header.values())), strict=True))
            _refuse_bad_cells(reading, line, header)
            if reading.problems or not reading.check_header(list(header.values())):
                return
        elif reading.is_full():
            return
        else:
            _add(reading, line, header)
    if not header:
        reading.refuse(_("the file is empty"))


def peek(path: Path) -> Peek:
    found = Peek()
    header: dict[str, str] = {}
    for line in _child_lines(path.resolve(), most=PEEKED_ROWS):
        if "refused" in line:
            found.refused = _refusals()[line["refused"]]
            break
        if not header:
            header = dict(list(_header(line).items())[:MOST_COLUMNS])
            found.add(dict.fromkeys(header.values(), ""))
        else:
            found.add({name: line["cells"].get(column, "") for column, name in header.items()})
    return found


def _header(line: dict[str, Any]) -> dict[str, str]:
    return {column: text.strip() for column, text in line["cells"].items()}


def _child_lines(path: Path, most: int = MOST_ROWS * 2) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", str(CHILD), str(path), str(most)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=False,
                env={"OPENPYXL_LXML": "False", "LC_ALL": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired:
            yield {"refused": "time"}
            return
        if done.returncode:
            yield {"refused": "memory"}
            return
        output.seek(0)
        for line in output:
            yield json.loads(line)


def _refusals() -> dict[str, str]:
    return {
        "not_a_workbook": _("the file is not an XLSX workbook"),
        "old": _("the file is an old .xls workbook or has a password; save it as .xlsx without one"),
        "macros": _("the workbook has macros; save it as .xlsx"),
        "external_links": _("the workbook has links to other workbooks; remove them"),
        "too_large": _("the workbook unpacks to far more than its size; nothing of it was read"),
        "too_many_rows": _("the file has more than %(most)s rows; split it") % {"most": MOST_ROWS},
        "memory": _("the workbook needs too much memory; split it, or use CSV"),
        "time": _("the workbook takes too long to read; split it, or use CSV"),
        "unreadable": _("the workbook is damaged and cannot be read"),
    }


def _bad_cells() -> dict[str, str]:
    return {
        "formula": _("holds a formula; paste its value instead"),
        "error_value": _("holds an error value"),
        "too_long": _("has more than %(most)s characters") % {"most": LONGEST_CELL},
    }


def _refuse_bad_cells(reading: Reading, line: dict[str, Any], header: dict[str, str]) -> None:
    reasons = _bad_cells() if line["bad"] else {}
    for column, code in line["bad"].items():
        if header.get(column) != LEFT_OUT:
            reading.refuse(reasons[code], line["row"], header.get(column, ""), f"{column}{line['row']}")


def _add(reading: Reading, line: dict[str, Any], header: dict[str, str]) -> None:
    number = line["row"]
    _refuse_bad_cells(reading, line, header)
    for column in sorted(line["cells"].keys() - header.keys(), key=column_index_from_string):
        reading.refuse(_("stands in a column without a name"), number, cell=f"{column}{number}")
    named = {column: name for column, name in header.items() if name and column not in line["bad"]}
    texts = {name: line["cells"].get(column, "") for column, name in named.items()}
    reading.add_cells(number, texts, {name: f"{column}{number}" for column, name in named.items()})
    reading.rows[-1].bad |= {header.get(column, "") for column in line["bad"]}


_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


class PlainWorksheet(Worksheet):  # type: ignore[misc]
    """Two of XlsxWriter's habits are not for texts of strangers.

    It writes a text like ``<r>...</r>`` as markup, and of two escapes that share an underscore
    (``_x005F_x0041_``) it escapes the first alone.
    """

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        data = _ESCAPE_LIKE.sub("_x005F_", data)
        return _UNPRINTABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", data)

    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        self._xml_inline_string(string, True, attributes)


def write(path: Path, contents: Iterable[Content]) -> None:
    """Raises RuleBrokenError when a field does not fit into a cell; CSV and JSONL hold every length."""
    with Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("wenqu", worksheet_class=PlainWorksheet)
        sheet.freeze_panes(1, 0)
        _write_row(sheet, 0, [field.name for field in FIELDS], "")
        for number, content in enumerate(contents, start=1):
            _write_row(sheet, number, table.texts(content), content.external_id)


def _write_row(sheet: Worksheet, number: int, texts: list[str], external_id: str) -> None:
    for column, text in enumerate(texts):
        if sheet.write_string(number, column, text) == -2:
            raise RuleBrokenError(
                _("“%(field)s” of entry %(entry)s is too long for a cell; export to CSV or JSONL.")
                % {"field": FIELDS[column].name, "entry": external_id}
            )
