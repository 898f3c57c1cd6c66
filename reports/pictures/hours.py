"""Hours against weekdays."""

from django.utils.translation import gettext as _

from reports.charts import Cell, heat
from reports.figures import Figures
from reports.labels import weekday_name
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Line, Table, number, text
from reports.written import count, short_count

WEEKDAYS = range(1, 8)


def picture(reading: Reading) -> Picture:
    figures = reading.figures
    return Picture(
        topic=_("Hours and weekdays"),
        finding=finding(figures),
        table=_table(reading),
        spec=_spec(reading) if figures.hours else None,
        note=_(
            "Hits in each hour, all such weekdays of the month together; the stronger the colour, the more."
        ),
        is_wide=True,
        native=Native.HEAT,
    )


def finding(figures: Figures) -> str:
    if not figures.hours:
        return _("Nothing was asked at any hour")
    most = max(figures.hours, key=lambda one: one.hits)
    return _("Most is asked on %(weekday)s from %(from)d to %(to)d o'clock") % {
        "weekday": weekday_name(most.weekday),
        "from": most.hour,
        "to": most.hour + 1,
    }


def _hours(figures: Figures) -> range:
    """From the first hour with hits to the last; never so few that the cells grow to blocks."""
    asked = [one.hour for one in figures.hours]
    first, last = min(asked, default=8), max(asked, default=19)
    first = max(min(first, last - 11), 0)
    return range(first, max(last, first + 11) + 1)


def _spec(reading: Reading) -> dict[str, object]:
    hours = _hours(reading.figures)
    hits = _hits(reading.figures)
    cells = [
        _cell(reading, weekday, hour, hits.get((weekday, hour), 0)) for weekday in WEEKDAYS for hour in hours
    ]
    return heat(cells, rows=[weekday_name(one) for one in WEEKDAYS], columns=[str(hour) for hour in hours])


def _cell(reading: Reading, weekday: int, hour: int, hits: int) -> Cell:
    words = {"weekday": weekday_name(weekday), "from": hour, "to": hour + 1, "hits": count(hits)}
    return Cell(
        row=weekday_name(weekday),
        column=str(hour),
        value=hits,
        said=short_count(hits) if hits else "",
        label=_("%(weekday)s %(from)d to %(to)d: %(hits)s hits") % words,
        address=reading.hour(weekday, hour) if hits else "",
    )


def _table(reading: Reading) -> Table:
    hits = _hits(reading.figures)
    hours = _hours(reading.figures)
    return Table(
        "hours",
        _("Hours and weekdays"),
        [text(_("Hour")), *(number(weekday_name(one)) for one in WEEKDAYS)],
        [
            Line((f"{hour}–{hour + 1}", *(hits.get((weekday, hour), 0) for weekday in WEEKDAYS)))
            for hour in hours
        ],
    )


def _hits(figures: Figures) -> dict[tuple[int, int], int]:
    return {(one.weekday, one.hour): one.hits for one in figures.hours}
