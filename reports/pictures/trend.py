"""Hits of the last twelve months, and of the same month a year ago."""

from django.utils.translation import gettext as _

from kb.lib.months import Month
from reports.charts import Column, columns
from reports.figures import Figures
from reports.labels import month_name, short_month
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Line, Table, number, text
from reports.written import count, growth, short_count, whole_percent

TOO_WIDE = 1_000


def picture(reading: Reading) -> Picture:
    figures = reading.figures
    has_some = any(month.hits for month in figures.trend)
    return Picture(
        topic=_("Twelve months"),
        finding=finding(figures),
        table=_table(reading),
        spec=columns(_columns(reading), axis=_("Hits")) if has_some else None,
        note=_year_ago(figures),
        native=Native.COLUMNS,
        charted=(1,),
    )


def finding(figures: Figures) -> str:
    """The month against the one before; one that still runs is not held against a whole one."""
    words = {
        "month": month_name(figures.month),
        "before": month_name(figures.month.later(-1)),
        "hits": count(figures.hits),
        "last": count(figures.last_hits),
    }
    if figures.is_provisional:
        return _("%(month)s has %(hits)s hits so far; %(before)s as a whole had %(last)s") % words
    if not figures.last_hits:
        return _("%(month)s has %(hits)s hits; %(before)s had none") % words
    more = whole_percent(figures.hits - figures.last_hits, figures.last_hits)
    words |= {"more": str(abs(more))}
    if more > 0:
        return _("%(month)s has %(more)s %% more hits than %(before)s") % words
    if more < 0:
        return _("%(month)s has %(more)s %% fewer hits than %(before)s") % words
    return _("%(month)s has as many hits as %(before)s") % words


def _year_ago(figures: Figures) -> str:
    month = figures.month.later(-12)
    hits = next((one.hits for one in figures.trend if one.month == month), 0)
    if not hits or figures.is_provisional:
        return ""
    return _("A year ago: %(hits)s hits (%(change)s since)") % {
        "hits": count(hits),
        "change": growth(figures.hits, hits),
    }


def _columns(reading: Reading) -> list[Column]:
    """Each with its figure on it, unless figures are too wide: then only those one looks for."""
    months = reading.figures.trend
    most = max(one.hits for one in months)
    looked_for = {reading.month, reading.month.later(-1), reading.month.later(-12)}
    return [
        _column(
            reading,
            one.month,
            one.hits,
            says=most < TOO_WIDE or one.hits == most or one.month in looked_for,
        )
        for one in months
    ]


def _column(reading: Reading, month: Month, hits: int, *, says: bool) -> Column:
    is_open = reading.figures.is_provisional and month == reading.month
    words = {"month": str(month), "hits": count(hits)}
    return Column(
        name=short_month(month),
        value=hits,
        said=short_count(hits) if says else "",
        label=(_("%(month)s: %(hits)s hits so far") if is_open else _("%(month)s: %(hits)s hits")) % words,
        address=reading.page(month) if hits else "",
        is_open=is_open,
        is_quiet=month != reading.month,
    )


def _table(reading: Reading) -> Table:
    months = reading.figures.trend
    before = [0, *(one.hits for one in months)]
    return Table(
        "trend",
        _("Twelve months"),
        [text(_("Month")), number(_("Hits")), text(_("Against the month before"))],
        [
            Line(
                (str(one.month), one.hits, growth(one.hits, last)),
                reading.page(one.month) if one.hits else "",
            )
            for one, last in zip(months, before, strict=False)
        ],
    )
