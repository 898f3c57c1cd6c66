"""Hits of earlier months that were counted after those were closed, declared here."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.figures import Figures
from reports.pictures.picture import Picture
from reports.reading import Reading
from reports.tables import Line, Table, change, number, text
from reports.written import signed


def picture(reading: Reading) -> Picture:
    return Picture(
        topic=_("Late hits"),
        finding=finding(reading.figures),
        table=_table(reading),
        note=_("Closed reports never change; what came late stands in this month's figures.")
        if reading.figures.late
        else "",
    )


def finding(figures: Figures) -> str:
    if not figures.late:
        return _("No hit came late")
    return ngettext(
        "%(hits)s hit of earlier months came late and is counted here",
        "%(hits)s hits of earlier months came late and are counted here",
        abs(figures.late_hits),
    ) % {"hits": signed(figures.late_hits)}


def _table(reading: Reading) -> Table:
    hits, entries = Counter[str](), Counter[str]()
    for one in reading.figures.late:
        hits[str(one.month)] += one.hits
        entries[str(one.month)] += 1
    return Table(
        "late",
        _("Late hits"),
        [text(_("Month they belong to")), number(_("Entries")), change(_("Hits"))],
        [Line((month, entries[month], hits[month]), reading.entries(late=1)) for month in sorted(hits)],
    )
