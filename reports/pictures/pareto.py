"""How few entries answer how much."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.buckets import ORDER, BucketSettings
from reports.charts import Band, curve
from reports.charts.style import Spec
from reports.figures import Figures
from reports.labels import bucket_colour, bucket_name
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Line, Table, number, share, text
from reports.written import count, percent


def picture(reading: Reading) -> Picture:
    figures = reading.figures
    return Picture(
        topic=_("Who answers how much"),
        finding=finding(figures),
        table=_table(reading),
        spec=_spec(reading) if figures.hits else None,
        note=_(
            "The broken lines are the borders of the buckets; beside each stands how many entries it holds."
        ),
        native=Native.CURVE,
        points=_points(figures),
    )


def finding(figures: Figures) -> str:
    if not figures.hits:
        return _("No entry was used for a caller in this month.")
    return ngettext(
        "%(half)s of %(all)s entries answers half of all calls",
        "%(half)s of %(all)s entries answer half of all calls",
        figures.half,
    ) % {"half": count(figures.half), "all": count(figures.entries)}


def _points(figures: Figures) -> list[tuple[int, float]]:
    """The curve over the entries that were asked; where it lies flat nothing is to be seen."""
    if not figures.hits:
        return []
    asked = [(point.entries, point.hits / figures.hits) for point in figures.pareto]
    return [*(one for one in asked if one[0] < figures.asked), (figures.asked, 1.0)]


def _spec(reading: Reading) -> Spec:
    return curve(
        _points(reading.figures),
        _bands(reading),
        across=_("Entries, most used first"),
        up=_("Share of all hits"),
    )


def _bands(reading: Reading) -> list[Band]:
    borders = BucketSettings.from_values(reading.figures.settings).borders
    until = [*map(float, borders), 1.0]
    bands = []
    for border, total in zip(until, reading.figures.buckets, strict=True):
        words = {
            "bucket": bucket_name(total.bucket),
            "entries": count(total.entries),
            "share": percent(total.share),
        }
        bands.append(
            Band(
                until=border,
                said=f"{words['bucket']} · {words['entries']}",
                label=_("%(bucket)s: %(entries)s entries with %(share)s of all hits") % words,
                fill=bucket_colour(total.bucket),
                address=reading.entries(bucket=total.bucket.value),
            )
        )
    return bands


def _table(reading: Reading) -> Table:
    totals = {total.bucket: total for total in reading.figures.buckets}
    return Table(
        name="pareto",
        title=_("Buckets"),
        columns=[text(_("Bucket")), number(_("Entries")), number(_("Hits")), share(_("Share"))],
        lines=[
            Line(
                (bucket_name(bucket), totals[bucket].entries, totals[bucket].hits, totals[bucket].share),
                reading.entries(bucket=bucket.value),
            )
            for bucket in ORDER
        ],
    )
