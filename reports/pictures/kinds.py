"""Questions asked by kind of entry."""

from django.utils.translation import gettext as _

from reports.charts import Bar, bars
from reports.figures import Figures, KindHits
from reports.labels import kind_name
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Line, Table, number, share, text
from reports.written import count, percent, whole_percent


def picture(reading: Reading) -> Picture:
    kinds = [one for one in _by_hits(reading.figures) if one.entries or one.hits]
    return Picture(
        topic=_("Questions by kind"),
        finding=finding(reading.figures),
        table=_table(reading, kinds),
        spec=bars([_bar(reading, one) for one in kinds]) if reading.figures.hits else None,
        native=Native.BARS,
        charted=(3,),
    )


def finding(figures: Figures) -> str:
    if not figures.hits:
        return _("Nothing was asked")
    first = _by_hits(figures)[0]
    return _("%(share)d of 100 calls are about: %(kind)s") % {
        "share": whole_percent(first.hits, figures.hits),
        "kind": kind_name(first.kind),
    }


def _by_hits(figures: Figures) -> list[KindHits]:
    return sorted(figures.kinds, key=lambda one: -one.hits)


def _bar(reading: Reading, one: KindHits) -> Bar:
    words = {
        "kind": kind_name(one.kind),
        "hits": count(one.hits),
        "share": percent(one.hits / reading.figures.hits),
    }
    return Bar(
        name=words["kind"],
        value=one.hits,
        said=f"{words['hits']} · {words['share']}",
        label=_("%(kind)s: %(hits)s hits, %(share)s of all") % words,
        address=reading.entries(kind=one.kind),
    )


def _table(reading: Reading, kinds: list[KindHits]) -> Table:
    total = reading.figures.hits
    return Table(
        "kinds",
        _("Questions by kind"),
        [
            text(_("Kind")),
            number(_("Entries")),
            number(_("Entries asked")),
            number(_("Hits")),
            share(_("Share")),
        ],
        [
            Line(
                (kind_name(one.kind), one.entries, one.asked, one.hits, one.hits / total if total else 0.0),
                reading.entries(kind=one.kind),
            )
            for one in kinds
        ],
    )
