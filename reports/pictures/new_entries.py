"""Entries that came into force in the last four weeks."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.charts import Bar, bars
from reports.figures import Listed
from reports.labels import bucket_name
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Line, Table, number, text
from reports.written import count

MOST_DRAWN = 8


def picture(reading: Reading) -> Picture:
    asked = [one for one in reading.figures.new_entries if one.hits]
    return Picture(
        topic=_("New entries"),
        finding=finding(reading),
        table=_table(reading),
        spec=bars([_bar(reading, one) for one in asked[:MOST_DRAWN]]) if asked else None,
        note=_("New entries take no part in the order yet."),
        native=Native.BARS,
        charted=(1,),
    )


def finding(reading: Reading) -> str:
    new, listed = reading.figures.new_count, reading.figures.new_entries
    if not new or not listed:
        return _("No entry is new")
    words = {"new": count(new), "question": reading.question(listed[0]), "hits": count(listed[0].hits)}
    if not listed[0].hits:
        return (
            ngettext("%(new)s new entry, not asked yet", "%(new)s new entries, none asked yet", new) % words
        )
    return (
        ngettext(
            "%(new)s new entry: “%(question)s” with %(hits)s hits",
            "%(new)s new entries; “%(question)s” is asked most (%(hits)s hits)",
            new,
        )
        % words
    )


def _bar(reading: Reading, one: Listed) -> Bar:
    hits = ngettext("%(hits)s hit", "%(hits)s hits", one.hits) % {"hits": count(one.hits)}
    return Bar(
        name=reading.question(one),
        value=one.hits,
        said=hits,
        label=f"{reading.question(one)}: {hits}",
        address=reading.entry(one),
    )


def _table(reading: Reading) -> Table:
    return Table(
        "new-entries",
        _("New entries"),
        [text(_("Question")), number(_("Hits")), text(_("Bucket"))],
        [
            Line((reading.question(one), one.hits, bucket_name(one.bucket)), reading.entry(one))
            for one in reading.figures.new_entries
        ],
    )
