"""What rose and what fell the most since the month before."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from reports.charts import Bar, bars
from reports.figures import Figures, Listed
from reports.labels import bucket_name
from reports.pace import expected
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Line, Table, change, number, text
from reports.written import count, growth, signed

MOST_DRAWN = 8
FEWEST_FOR_PERCENT = 10


def risers(reading: Reading) -> Picture:
    rows = reading.figures.risers
    return Picture(
        topic=_("What rose"),
        finding=risers_finding(reading),
        table=_table(reading, "risers", _("What rose"), rows),
        spec=_spec(reading, rows),
        note=_note(reading.figures),
        native=Native.BARS,
        charted=(3,),
    )


def fallers(reading: Reading) -> Picture:
    rows = reading.figures.fallers
    return Picture(
        topic=_("What fell"),
        finding=fallers_finding(reading),
        table=_table(reading, "fallers", _("What fell"), rows),
        spec=_spec(reading, rows, is_quiet=True),
        note=_note(reading.figures),
        native=Native.BARS,
        charted=(3,),
    )


def risers_finding(reading: Reading) -> str:
    if not reading.figures.risers:
        return _("No entry was asked more than the month before")
    return _("“%(question)s” rose most: %(change)s") % _words(reading, reading.figures.risers[0])


def fallers_finding(reading: Reading) -> str:
    if not reading.figures.fallers:
        return _("No entry was asked less than the month before")
    return _("“%(question)s” fell most: %(change)s") % _words(reading, reading.figures.fallers[0])


def _words(reading: Reading, first: Listed) -> dict[str, str]:
    return {"question": reading.question(first), "change": _said(reading.figures, first)}


def _said(figures: Figures, row: Listed) -> str:
    """The difference, and in percent where there was enough before to make sense of it."""
    now = expected(figures, row.hits)
    if row.last_hits < FEWEST_FOR_PERCENT:
        return f"{signed(now - row.last_hits)} ({count(row.last_hits)} → {count(now)})"
    return f"{signed(now - row.last_hits)} ({growth(now, row.last_hits)})"


def _note(figures: Figures) -> str:
    return (
        _("At the pace of the month so far, against last month as a whole.") if figures.is_provisional else ""
    )


def _spec(reading: Reading, rows: Sequence[Listed], *, is_quiet: bool = False) -> dict[str, object] | None:
    if not rows:
        return None
    return bars([_bar(reading, row, is_quiet=is_quiet) for row in rows[:MOST_DRAWN]])


def _bar(reading: Reading, row: Listed, *, is_quiet: bool) -> Bar:
    words = {
        "question": reading.question(row),
        "before": count(row.last_hits),
        "now": count(row.hits),
        "change": _said(reading.figures, row),
    }
    return Bar(
        name=words["question"],
        value=expected(reading.figures, row.hits) - row.last_hits,
        said=words["change"],
        label=_("%(question)s: %(before)s hits last month, %(now)s in this one, %(change)s") % words,
        address=reading.entry(row),
        is_quiet=is_quiet,
    )


def _table(reading: Reading, name: str, title: str, rows: Sequence[Listed]) -> Table:
    return Table(
        name,
        title,
        [
            text(_("Question")),
            number(_("Hits")),
            number(_("Last month")),
            change(_("Change")),
            text(_("Bucket")),
        ],
        [
            Line(
                (
                    reading.question(row),
                    row.hits,
                    row.last_hits,
                    expected(reading.figures, row.hits) - row.last_hits,
                    bucket_name(row.bucket),
                ),
                reading.entry(row),
            )
            for row in rows
        ],
    )
