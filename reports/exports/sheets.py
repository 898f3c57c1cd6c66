"""The report as a workbook: typed cells, one sheet for each table, charts that the program draws itself.

No text is ever written as a formula, whatever it begins with.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from kb.lib.months import SITE_ZONE
from reports.exports.native import add_chart
from reports.key_figures import key_figures
from reports.pictures import Picture
from reports.reading import Reading
from reports.tables import Form, Table, Value

LONGEST_TITLE = 31
WIDEST_TEXT, NARROWEST = 60, 10
NUMBER_FORMS = {
    Form.NUMBER: "#,##0",
    Form.CHANGE: "+#,##0;-#,##0;0",
    Form.SHARE: "0.0%",
    Form.AMOUNT: "#,##0.0",
}


def write_workbook(reading: Reading, pictures: Sequence[Picture], entries: Table) -> bytes:
    target = BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": "Microsoft YaHei", "font_size": 11},
        },
    )
    if reading.figures.closed_at:  # so that a closed report gives the same file again
        book.set_properties({"created": reading.figures.closed_at.astimezone(SITE_ZONE).replace(tzinfo=None)})
    styles = _Styles(book)
    _write_summary(book, styles, reading, pictures)
    for picture in pictures:
        sheet = _write_table(book, styles, picture.table, picture.finding)
        add_chart(book, sheet, picture, first_row=HEAD_ROWS)
    _write_table(book, styles, entries, "")
    book.close()
    return target.getvalue()


HEAD_ROWS = 3  # the finding, an empty row, the titles of the columns


class _Styles:
    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.finding = book.add_format({"bold": True, "font_size": 13})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.number_head = book.add_format({"bold": True, "bottom": 1, "align": "right", "text_wrap": True})
        self.text = book.add_format({"valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.numbers = {
            form: book.add_format({"num_format": pattern, "valign": "top"})
            for form, pattern in NUMBER_FORMS.items()
        }


def _write_table(book: Any, styles: _Styles, table: Table, finding: str) -> Any:
    sheet = book.add_worksheet(table.title[:LONGEST_TITLE])
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if finding:
        sheet.write_string(0, 0, finding, styles.finding)
    head = HEAD_ROWS - 1
    for place, column in enumerate(table.columns):
        is_text = column.form is Form.TEXT
        sheet.write_string(head, place, column.title, styles.head if is_text else styles.number_head)
        sheet.set_column(place, place, _width(table, place))
    for row, line in enumerate(table.lines, start=HEAD_ROWS):
        for place, (value, column) in enumerate(zip(line.values, table.columns, strict=True)):
            write_cell(sheet, row, place, value, column.form, styles)
    sheet.freeze_panes(HEAD_ROWS, 1)
    if table.lines:
        sheet.autofilter(head, 0, head + len(table.lines), len(table.columns) - 1)
    sheet.repeat_rows(head)
    return sheet


def write_cell(sheet: Any, row: int, place: int, value: Value, form: Form, styles: _Styles) -> None:
    """A number as a number, everything else as a text."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, place, value, styles.text)
    else:
        sheet.write_number(row, place, float(value), styles.numbers[form])


def _write_summary(book: Any, styles: _Styles, reading: Reading, pictures: Sequence[Picture]) -> None:
    sheet = book.add_worksheet(_("Summary")[:LONGEST_TITLE])
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 80)
    title = _("Frequency report %(month)s · %(scope)s") % {"month": reading.month, "scope": reading.scope}
    sheet.write_string(0, 0, title, styles.title)
    sheet.write_string(1, 0, reading.standing, styles.text)
    row = 3
    for figure in key_figures(reading, None):
        sheet.write_string(row, 0, figure.name, styles.text)
        write_cell(sheet, row, 1, figure.value, Form.NUMBER, styles)
        row += 1
    for picture in pictures:
        row += 1
        sheet.write_string(row, 0, picture.topic, styles.text)
        sheet.write_string(row, 1, picture.finding, styles.wrapped)
    if reading.figures.sha256:
        sheet.write_string(row + 2, 0, "SHA-256", styles.text)
        sheet.write_string(row + 2, 1, reading.figures.sha256, styles.text)


def _width(table: Table, place: int) -> float:
    """Wide enough for the first rows; a Chinese character takes two places."""
    seen = [table.columns[place].title, *(str(line.values[place]) for line in table.lines[:200])]
    if table.columns[place].form is not Form.TEXT:
        return float(max(NARROWEST, min(len(table.columns[place].title.encode("gbk", "replace")) + 2, 16)))
    widest = max(len(text.encode("gbk", "replace")) for text in seen)
    return float(max(NARROWEST, min(widest + 2, WIDEST_TEXT)))
