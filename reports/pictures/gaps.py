"""What was asked in vain: searches that found nothing or were given up, clustered."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import permissions
from reports.charts import Bar, bars
from reports.figures import Figures, GapFigure
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Line, Table, number, text
from reports.written import count, whole_percent

MOST_DRAWN = 8


def picture(reading: Reading) -> Picture:
    gaps = reading.figures.gaps
    return Picture(
        topic=_("Asked in vain"),
        finding=finding(reading.figures),
        table=_table(reading),
        spec=bars([_bar(reading, one) for one in gaps[:MOST_DRAWN]]) if gaps else None,
        note=_searches(reading.figures),
        native=Native.BARS,
        charted=(1,),
    )


def finding(figures: Figures) -> str:
    if not figures.gaps:
        return _("No question was asked in vain again and again")
    first = figures.gaps[0]
    return ngettext(
        "“%(words)s” was asked in vain in %(calls)s call",
        "“%(words)s” was asked in vain in %(calls)s calls",
        first.calls,
    ) % {"words": first.wording, "calls": count(first.calls)}


def _searches(figures: Figures) -> str:
    found = figures.searches
    if not found.searches:
        return ""
    return _(
        "Of %(searches)s searches %(nothing)d %% found nothing; %(given_up)s attempts were given up."
    ) % {
        "searches": count(found.searches),
        "nothing": whole_percent(found.found_nothing, found.searches),
        "given_up": count(found.given_up),
    }


def _address(reading: Reading, gap: GapFigure) -> str:
    """What is known of the question, for those who answer such; for others the desk's own search."""
    if permissions.may_work_off_gaps(reading.reader):
        return reverse("search:gaps")
    return f"{reverse('desk')}?{urlencode({'q': gap.wording})}"


def _bar(reading: Reading, gap: GapFigure) -> Bar:
    calls = ngettext("%(calls)s call", "%(calls)s calls", gap.calls) % {"calls": count(gap.calls)}
    return Bar(
        name=gap.wording,
        value=gap.calls,
        said=calls,
        label=f"{gap.wording}: {calls}",
        address=_address(reading, gap),
    )


def _table(reading: Reading) -> Table:
    return Table(
        "gaps",
        _("Asked in vain"),
        [text(_("Question")), number(_("Calls")), number(_("Agents"))],
        [Line((one.wording, one.calls, one.agents), _address(reading, one)) for one in reading.figures.gaps],
    )
