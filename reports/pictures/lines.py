"""Buckets by business line; of one line, its own buckets."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.buckets import ORDER, Bucket
from reports.charts import Segment, Stack, stacks
from reports.figures import Figures
from reports.labels import bucket_colour, bucket_ink, bucket_name
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Line, Table, Value, number, share, text
from reports.written import count, whole_percent


def picture(reading: Reading) -> Picture:
    rows = _rows(reading)
    return Picture(
        topic=_("Buckets by line"),
        finding=finding(reading.figures, reading.scope),
        table=_table(reading),
        spec=stacks(rows, legend=[(bucket_name(one), bucket_colour(one)) for one in ORDER]) if rows else None,
        note=_("Entries in force, by how often they were asked."),
        native=Native.STACKED,
        charted=(1, 2, 3, 4),
    )


def finding(figures: Figures, scope: str) -> str:
    if not figures.hits:
        return _("Nothing was asked")
    if figures.lines:
        first = figures.lines[0]
        return _("%(line)s is asked most: %(share)d %% of all hits") % {
            "line": first.line_name,
            "share": whole_percent(first.hits, figures.hits),
        }
    often = next(one.entries for one in figures.buckets if one.bucket is Bucket.VERY_HIGH)
    return ngettext(
        "%(line)s: %(often)s of %(all)s entries is asked very often",
        "%(line)s: %(often)s of %(all)s entries are asked very often",
        often,
    ) % {"line": scope, "often": count(often), "all": count(figures.entries)}


def _rows(reading: Reading) -> list[Stack]:
    figures = reading.figures
    if figures.lines:
        return [
            _stack(reading, one.line_name, one.hits, one.entries, owner=one.line_code)
            for one in figures.lines
        ]
    if not figures.entries:
        return []
    entries = {one.bucket: one.entries for one in figures.buckets}
    return [_stack(reading, reading.scope, figures.hits, entries)]


def _stack(
    reading: Reading, name: str, hits: int, entries: Mapping[Bucket, int], *, owner: str = ""
) -> Stack:
    narrowed = {"owner": owner} if owner else {}
    parts = [
        Segment(
            name=bucket_name(bucket),
            value=entries[bucket],
            label=ngettext(
                "%(line)s, %(bucket)s: %(count)s entry",
                "%(line)s, %(bucket)s: %(count)s entries",
                entries[bucket],
            )
            % {"line": name, "bucket": bucket_name(bucket), "count": count(entries[bucket])},
            fill=bucket_colour(bucket),
            ink=bucket_ink(bucket),
            address=reading.entries(**narrowed, bucket=bucket.value),
        )
        for bucket in ORDER
    ]
    said = ngettext("%(hits)s hit", "%(hits)s hits", hits) % {"hits": count(hits)}
    return Stack(name=name, said=said, parts=parts)


def _table(reading: Reading) -> Table:
    figures = reading.figures
    columns = [text(_("Business line")), *(number(bucket_name(one)) for one in ORDER)]
    lines = [
        Line(
            (
                one.line_name,
                *(one.entries[bucket] for bucket in ORDER),
                one.hits,
                one.hits / figures.hits if figures.hits else 0.0,
            ),
            reading.entries(owner=one.line_code),
        )
        for one in figures.lines
    ]
    if not lines:
        entries = {one.bucket: one.entries for one in figures.buckets}
        own: tuple[Value, ...] = (
            reading.scope,
            *(entries[bucket] for bucket in ORDER),
            figures.hits,
            1.0 if figures.hits else 0.0,
        )
        lines = [Line(own, reading.entries())]
    return Table("lines", _("Buckets by line"), [*columns, number(_("Hits")), share(_("Share"))], lines)
