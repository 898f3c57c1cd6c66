"""Columns side by side: months of a year, days of a month."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.style import ACCENT, INK, LINE, MUTED, PAPER, QUIET, Spec, link, whole_columns

HEIGHT = 220


@dataclass(frozen=True)
class Column:
    """One column: ``said`` stands on it where it is not empty, ``label`` is read out for the mark.

    ``is_open`` draws only its outline: the time it stands for still runs. ``is_quiet`` draws it softer.
    """

    name: str
    value: float
    said: str
    label: str
    address: str = ""
    is_open: bool = False
    is_quiet: bool = False


def columns(values: Sequence[Column], *, axis: str) -> Spec:
    """The columns in their order, from zero; ``axis`` says what is counted."""
    rows = [_value(place, one) for place, one in enumerate(values)]
    most = max((one.value for one in values), default=0) or 1
    across = {"field": "place", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0.3}}
    up = {
        "field": "value",
        "type": "quantitative",
        "title": axis,
        "axis": {"tickCount": 4, "tickMinStep": 1, "format": ",d"},
        "scale": {"domain": [0, most * 1.12]},
    }
    heights = {
        "mark": {"type": "bar", "aria": False, "strokeWidth": 2, "clip": False},
        "encoding": {
            "x": across,
            "y": up,
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "stroke": {"field": "stroke", "type": "nominal", "scale": None},
            "strokeDash": {"field": "dash", "type": "nominal", "scale": None},
        },
    }
    figures = {
        "mark": {"type": "text", "dy": -10, "aria": False},
        "encoding": {"x": across, "y": up, "text": {"field": "said"}, "color": {"value": INK}},
    }
    names = {
        "mark": {"type": "text", "baseline": "top", "dy": 8, "aria": False},
        "encoding": {
            "x": across,
            "y": {"value": HEIGHT},
            "text": {"field": "name"},
            "color": {"value": MUTED},
        },
    }
    ground = {"mark": {"type": "rule", "color": LINE}, "encoding": {"y": {"value": HEIGHT}}, "data": _ONE}
    layers = [heights, ground, figures, names, whole_columns()]
    return {"data": {"values": rows}, "height": HEIGHT, "layer": layers}


_ONE: Spec = {"values": [{}]}


def _value(place: int, one: Column) -> Spec:
    colour = QUIET if one.is_quiet else ACCENT
    return {
        "place": place,
        "name": one.name,
        "value": one.value,
        "said": one.said,
        "label": one.label,
        "href": link(one.address),
        "fill": PAPER if one.is_open else colour,
        "stroke": colour,
        "dash": [4, 3] if one.is_open else [1, 0],
    }
