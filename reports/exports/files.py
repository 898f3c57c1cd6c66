"""Which files a report comes as, and what they are called."""

import csv
import re
from io import StringIO

from django.utils.translation import gettext as _

from accounts.models import BusinessLine
from faq.exchange import cells
from reports.exports.sheets import write_workbook
from reports.labels import bucket_name, kind_name
from reports.pictures import ALL, pictures
from reports.reading import Reading
from reports.reads import Row
from reports.tables import Form, Line, Table, Value, change, number, share, text

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
ENTRIES = "entries"
PLACES = 6  # of a share's decimal fraction


def workbook(reading: Reading) -> bytes:
    """Every table of the report as this person reads it, on a sheet each, and all entries."""
    return write_workbook(reading, pictures(reading), entries_table(reading))


def table_file(reading: Reading, name: str) -> bytes:
    """One table as CSV with a byte-order mark; ``name`` is a picture's, or that of all entries."""
    table = entries_table(reading) if name == ENTRIES else ALL[name](reading).table
    written = StringIO()
    rows = csv.writer(written)
    rows.writerow([cells.protect(column.title) for column in table.columns])
    for line in table.lines:
        forms = (column.form for column in table.columns)
        rows.writerow([_cell(value, form) for value, form in zip(line.values, forms, strict=True)])
    return written.getvalue().encode("utf-8-sig")


def file_name(reading: Reading, suffix: str, table: str = "") -> str:
    """Month and scope are in the name, so that files of several months lie side by side."""
    scope = reading.line.code if reading.line else "all"
    parts = ["wenqu", "report", str(reading.month), scope, table]
    name = "-".join(re.sub(r"[^\w-]", "_", part) for part in parts if part)
    return f"{name}.{suffix}"


def entries_table(reading: Reading) -> Table:
    """Every entry of the month in the order of the report."""
    lines = dict(BusinessLine.objects.values_list("pk", "name"))
    found = reading.report.rows(size=None).rows
    columns = [
        number(_("Place")),
        number(_("Entry")),
        text(_("Question")),
        text(_("Business line")),
        text(_("Kind")),
        number(_("Hits")),
        share(_("Share")),
        number(_("Rank")),
        text(_("Bucket")),
        text(_("Bucket of last month")),
        number(_("Last month")),
        change(_("Change")),
        number(_("Late hits")),
        text(_("New")),
    ]
    return Table(ENTRIES, _("All entries"), columns, [_entry(reading, row, lines) for row in found])


def _entry(reading: Reading, row: Row, lines: dict[int, str]) -> Line:
    is_closed = row.is_closed_to(reading.reader.line_ids)
    return Line(
        (
            row.place,
            row.entry_id,
            _("Restricted entry") if is_closed else row.question,
            lines.get(row.line_id, ""),
            kind_name(row.kind),
            row.hits,
            row.share,
            row.rank,
            bucket_name(row.bucket),
            bucket_name(row.last) if row.last else "",
            row.last_hits,
            row.change,
            row.late_hits,
            _("new") if row.is_new else "",
        )
    )


def _cell(value: Value, form: Form) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return cells.protect(value)
    return str(round(float(value), PLACES)) if form in (Form.SHARE, Form.AMOUNT) else str(value)
