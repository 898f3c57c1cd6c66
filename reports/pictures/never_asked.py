"""Entries in force that nobody used for a caller, by kind."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.charts import Bar, bars
from reports.figures import Figures, KindHits
from reports.labels import kind_name
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Line, Table, number, share, text
from reports.written import count, percent, whole_percent


def picture(reading: Reading) -> Picture:
    kinds = sorted((one for one in reading.figures.kinds if _never(one)), key=_never, reverse=True)
    return Picture(
        topic=_("Never asked"),
        finding=finding(reading.figures),
        table=_table(reading, kinds),
        spec=bars([_bar(reading, one) for one in kinds]) if kinds else None,
        native=Native.BARS,
        charted=(1,),
    )


def finding(figures: Figures) -> str:
    never, entries = figures.never_asked, figures.entries
    if not never:
        return _("Every entry was asked at least once")
    return ngettext(
        "%(never)s of %(all)s entries was never asked (%(share)d %%)",
        "%(never)s of %(all)s entries were never asked (%(share)d %%)",
        never,
    ) % {"never": count(never), "all": count(entries), "share": whole_percent(never, entries)}


def _never(one: KindHits) -> int:
    return one.entries - one.asked


def _bar(reading: Reading, one: KindHits) -> Bar:
    words = {
        "kind": kind_name(one.kind),
        "never": count(_never(one)),
        "all": count(one.entries),
        "share": percent(_never(one) / one.entries),
    }
    return Bar(
        name=words["kind"],
        value=_never(one),
        said=_("%(never)s of %(all)s · %(share)s") % words,
        label=_("%(kind)s: %(never)s of %(all)s entries never asked") % words,
        address=reading.entries(kind=one.kind, asked="never"),
        is_quiet=True,
    )


def _table(reading: Reading, kinds: list[KindHits]) -> Table:
    return Table(
        "never-asked",
        _("Never asked"),
        [text(_("Kind")), number(_("Never asked")), number(_("Entries")), share(_("Share"))],
        [
            Line(
                (kind_name(one.kind), _never(one), one.entries, _never(one) / one.entries),
                reading.entries(kind=one.kind, asked="never"),
            )
            for one in kinds
        ],
    )
