"""Before and after: a hollow mark for what was, a full one for what is, and an arrow's line between."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.style import ACCENT, INK, MUTED, PAPER, WIDTH, Spec, link, shorten, whole_rows

ROW = 60


@dataclass(frozen=True)
class Pair:
    name: str
    before: float
    after: float
    said: str
    label: str
    address: str = ""


def pairs(rows: Sequence[Pair], *, axis: str) -> Spec:
    """One row for each pair, under its words; ``axis`` says what is measured."""
    values = [_value(place, row) for place, row in enumerate(rows)]
    most = max((max(row.before, row.after) for row in rows), default=0) or 1
    place = {"field": "place", "type": "ordinal", "axis": None}

    def along(field: str) -> Spec:
        return {
            "field": field,
            "type": "quantitative",
            "title": axis,
            "axis": {"tickCount": 6, "tickMinStep": 1},
            "scale": {"domain": [0, most * 1.05]},
        }

    names = [
        _text("left", {"value": 0}, "name", INK, place),
        _text("right", {"value": "width"}, "said", MUTED, place),
    ]
    line = {
        "mark": {"type": "rule", "color": MUTED, "strokeWidth": 2, "yOffset": 13, "y2Offset": 13}
        | {"aria": False},
        "encoding": {"y": place, "x": along("before"), "x2": {"field": "after"}},
    }
    dots = [
        _dot(PAPER, MUTED, along("before"), place),
        _dot(ACCENT, ACCENT, along("after"), place),
    ]
    layers = [*names, line, *dots, whole_rows()]
    return {"data": {"values": values}, "height": {"step": ROW}, "layer": layers}


def _text(align: str, x: Spec, field: str, colour: str, place: Spec) -> Spec:
    return {
        "mark": {"type": "text", "align": align, "yOffset": -12, "aria": False},
        "encoding": {"y": place, "x": x, "text": {"field": field}, "fill": {"value": colour}},
    }


def _dot(fill: str, stroke: str, x: Spec, place: Spec) -> Spec:
    mark = {"type": "point", "shape": "circle", "size": 130, "yOffset": 13, "aria": False, "opacity": 1}
    colours = {"fill": fill, "stroke": stroke, "strokeWidth": 2}
    return {"mark": mark | colours, "encoding": {"y": place, "x": x}}


def _value(place: int, row: Pair) -> Spec:
    return {
        "place": place,
        "name": shorten(row.name, WIDTH * 0.6),
        "before": row.before,
        "after": row.after,
        "said": row.said,
        "label": row.label,
        "href": link(row.address),
    }
