"""Rows pasted from a spreadsheet: cells parted by tabs, as every spreadsheet puts them on the clipboard."""

import csv
import io

from django.utils.translation import gettext as _

from faq.exchange import cells
from faq.exchange.reading import LONGEST_CELL
from kb.lib.errors import RuleBrokenError


def as_csv(text: str) -> bytes:
    """The same table as a CSV file of our format. Text without a tab in its first line is taken for CSV.

    Raises RuleBrokenError when it is no table.
    """
    text = text.lstrip("\ufeff")
    first = text.strip().partition("\n")[0]
    if "\x00" in text or not first:
        raise RuleBrokenError(_("Nothing that was pasted can be read as rows."))
    if "\t" not in first and "," in first:
        return text.encode("utf-8-sig", errors="replace")
    csv.field_size_limit(LONGEST_CELL)
    written = io.StringIO()
    writer = csv.writer(written)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True):
            writer.writerow(map(cells.protect, row))
    except csv.Error as error:
        raise RuleBrokenError(_("This cannot be read as rows: %(reason)s") % {"reason": error}) from None
    return written.getvalue().encode("utf-8-sig", errors="replace")
