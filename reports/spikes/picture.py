"""The course of a spike: calls of the last 60 minutes, minute by minute, against what makes a spike."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hits import recent
from hits.recent import By
from kb.lib.months import SITE_ZONE
from reports.charts import draw, drawing
from reports.charts.style import ACCENT, MUTED
from reports.models import Spike
from reports.spikes import gathering, rule
from reports.spikes.database import Database

BEFORE = timedelta(hours=2)
AFTER = timedelta(hours=1)
LONGEST = timedelta(hours=12)
EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Moment:
    """How many calls there were in the 60 minutes up to ``at``."""

    at: datetime
    calls: int


def course(spike: Spike, now: datetime) -> list[Moment]:
    """Every ten minutes from two hours before its start until an hour after its end, or now."""
    since = spike.started_at - BEFORE
    until = min(now, (spike.ended_at or now) + AFTER, since + LONGEST)
    times = _call_times(spike, since - rule.WINDOW, until, now)
    ticks = int((until - since) / EVERY) + 1
    return [_moment(times, since + number * EVERY) for number in range(ticks)]


def draw_course(spike: Spike, moments: Sequence[Moment]) -> SafeString:
    """An area over time with the least that is a spike as a dashed line; drawn for both themes."""
    values = [{"minute": number, "calls": one.calls} for number, one in enumerate(moments)]
    ticks = [number for number, one in enumerate(moments) if number % 6 == 0]
    labels = {str(number): _clock(moments[number].at) for number in ticks}
    area = {
        "mark": {
            "type": "area",
            "line": {"color": ACCENT, "strokeWidth": 2},
            "color": ACCENT,
            "fillOpacity": 0.16,
            "description": _("Calls within an hour, over time"),
        },
        "data": {"values": values},
        "encoding": {
            "x": {
                "field": "minute",
                "type": "quantitative",
                "title": None,
                "scale": {"nice": False},
                "axis": {"values": ticks, "labelExpr": f"({labels!r})[datum.value]", "grid": False},
            },
            "y": {
                "field": "calls",
                "type": "quantitative",
                "title": _("Calls within an hour"),
                "axis": {"tickMinStep": 1, "tickCount": 5},
            },
        },
    }
    least = [{"calls": spike.least, "label": _("A spike from %(least)d") % {"least": spike.least}}]
    level = {"field": "calls", "type": "quantitative"}
    border = {
        "mark": {"type": "rule", "color": MUTED, "strokeDash": [4, 4]},
        "data": {"values": least},
        "encoding": {"y": level, "description": {"field": "label"}},
    }
    name = {
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "dx": 4, "dy": -4, "fontSize": 16},
        "data": {"values": least},
        "encoding": {"x": {"value": 0}, "y": level, "text": {"field": "label"}, "color": {"value": MUTED}},
    }
    return draw(drawing({"width": 640, "height": 200, "layer": [area, border, name]}).key) or mark_safe("")


def _moment(times: Sequence[datetime], at: datetime) -> Moment:
    return Moment(at, bisect_left(times, at) - bisect_left(times, at - rule.WINDOW))


def _call_times(spike: Spike, since: datetime, until: datetime, now: datetime) -> list[datetime]:
    window = (since, until)
    if spike.kind == Spike.Kind.GAP:
        tried = gathering.tried_for(spike.subject, spike.words, window, now, Database())
        return sorted({one.call_id: one.at for one in tried}.values())
    by: By = "entry" if spike.kind == Spike.Kind.ENTRY else "line"
    return recent.call_times(by, gathering.key_of(spike.subject), window)


def _clock(at: datetime) -> str:
    return timezone.localtime(at, SITE_ZONE).strftime("%H:%M")
