"""Hits of each day of the month."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from reports.charts import Column, columns
from reports.figures import Figures
from reports.labels import day_of_month, weekday_name
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Line, Table, number, text
from reports.written import count


def picture(reading: Reading) -> Picture:
    hits = _by_day(reading.figures)
    return Picture(
        topic=_("Days of the month"),
        finding=finding(reading.figures),
        table=_table(reading, hits),
        spec=columns([_column(reading, *one) for one in hits.items()], axis=_("Hits"))
        if any(hits.values())
        else None,
        note=_("Saturdays and Sundays are drawn softer."),
        native=Native.COLUMNS,
        charted=(2,),
    )


def finding(figures: Figures) -> str:
    if not any(day.hits for day in figures.days):
        return _("Nothing was asked on any day")
    most = max(figures.days, key=lambda day: day.hits)
    return _("The busiest day is %(weekday)s %(day)s with %(hits)s hits") % {
        "weekday": weekday_name(most.day.isoweekday()),
        "day": day_of_month(most.day),
        "hits": count(most.hits),
    }


def _by_day(figures: Figures) -> dict[date, int]:
    """Every day there was, also those without hits."""
    hits = {day.day: day.hits for day in figures.days}
    first = figures.month.first_day
    every = (first + timedelta(days=number) for number in range(figures.month.days))
    return {day: hits.get(day, 0) for day in every}


def _column(reading: Reading, day: date, hits: int) -> Column:
    return Column(
        name=str(day.day) if day.day % 2 else "",
        value=hits,
        said="",
        label=_("%(day)s, %(weekday)s: %(hits)s hits")
        % {"day": day.isoformat(), "weekday": weekday_name(day.isoweekday()), "hits": count(hits)},
        address=reading.day(day.isoformat()) if hits else "",
        is_quiet=day.isoweekday() > 5,
    )


def _table(reading: Reading, hits: dict[date, int]) -> Table:
    return Table(
        "days",
        _("Days of the month"),
        [text(_("Day")), text(_("Weekday")), number(_("Hits"))],
        [
            Line(
                (day.isoformat(), weekday_name(day.isoweekday()), number_),
                reading.day(day.isoformat()) if number_ else "",
            )
            for day, number_ in hits.items()
        ],
    )
