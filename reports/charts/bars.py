"""Bars lying one under the other, each under its own words: the most, the least, what rose, what fell."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.style import ACCENT, INK, QUIET, WIDTH, Spec, link, shorten, whole_rows

ROW = 56
THICK = 14


@dataclass(frozen=True)
class Bar:
    """One row: ``said`` stands at the bar's end, ``label`` is read out for the mark."""

    name: str
    value: float
    said: str
    label: str
    address: str = ""
    is_quiet: bool = False


def bars(rows: Sequence[Bar]) -> Spec:
    """The bars from the left edge, as long as their value; the words above each, cut to one line."""
    values = [_value(place, row) for place, row in enumerate(rows)]
    most = max((abs(row.value) for row in rows), default=0) or 1
    place = {"field": "place", "type": "ordinal", "axis": None}
    along = {
        "field": "value",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, most * 1.45], "nice": False},
    }
    names = {
        "mark": {"type": "text", "align": "left", "yOffset": -11, "aria": False},
        "encoding": {
            "y": place,
            "x": {"value": 0},
            "text": {"field": "name"},
            "color": {"field": "ink", "type": "nominal", "scale": None},
        },
    }
    lengths = {
        "mark": {"type": "bar", "height": THICK, "yOffset": 11, "aria": False},
        "encoding": {
            "y": place,
            "x": along,
            "color": {"field": "fill", "type": "nominal", "scale": None},
        },
    }
    figures = {
        "mark": {"type": "text", "align": "left", "dx": 8, "yOffset": 12, "aria": False},
        "encoding": {"y": place, "x": along, "text": {"field": "said"}, "color": {"value": INK}},
    }
    layers = [names, lengths, figures, whole_rows()]
    return {"data": {"values": values}, "height": {"step": ROW}, "layer": layers}


def _value(place: int, row: Bar) -> Spec:
    return {
        "place": place,
        "name": shorten(row.name, WIDTH - 16),
        "value": abs(row.value),
        "said": row.said,
        "label": row.label,
        "href": link(row.address),
        "fill": QUIET if row.is_quiet else ACCENT,
        "ink": INK,
    }
