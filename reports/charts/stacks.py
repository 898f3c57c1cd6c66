"""Bars made of parts, one under the other: how a whole is divided, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.style import INK, MUTED, WIDTH, Spec, link, shorten

ROW = 60
THICK = 26
LEAST_FIGURE = 22  # pixels a part needs to hold its own figure


@dataclass(frozen=True)
class Segment:
    """One part: ``name`` is the same for the parts of all rows that mean the same."""

    name: str
    value: int
    label: str
    fill: str
    ink: str
    address: str = ""


@dataclass(frozen=True)
class Stack:
    name: str
    said: str
    parts: Sequence[Segment]


def stacks(rows: Sequence[Stack], *, legend: Sequence[tuple[str, str]]) -> Spec:
    """``legend`` holds (name, fill) of every part, in the order they are laid."""
    most = max((sum(part.value for part in row.parts) for row in rows), default=0) or 1
    values = [value for place, row in enumerate(rows) for value in _values(place, row, most)]
    place = {"field": "place", "type": "ordinal", "axis": None}
    scale = {"domain": [0, most], "nice": False}
    names = {
        "data": {"values": _names(rows)},
        "layer": [
            _text("left", {"value": 0}, "name", INK),
            _text("right", {"value": "width"}, "said", MUTED),
        ],
        "encoding": {"y": place},
    }
    parts = {
        "mark": {
            "type": "bar",
            "height": THICK,
            "yOffset": 13,
            "stroke": "var(--paper)",
            "strokeWidth": 1.5,
        },
        "encoding": {
            "y": place,
            "x": {"field": "begin", "type": "quantitative", "axis": None, "scale": scale},
            "x2": {"field": "end"},
            "color": _colours(legend),
            "href": {"field": "href"},
            "description": {"field": "label"},
        },
    }
    figures = {
        "mark": {"type": "text", "aria": False, "yOffset": 14},
        "transform": [{"filter": "datum.fits"}],
        "encoding": {
            "y": place,
            "x": {"field": "middle", "type": "quantitative", "axis": None, "scale": scale},
            "text": {"field": "value", "format": ",d"},
            "fill": {"field": "ink", "type": "nominal", "scale": None},
        },
    }
    return {"data": {"values": values}, "height": {"step": ROW}, "layer": [names, parts, figures]}


def _colours(legend: Sequence[tuple[str, str]]) -> Spec:
    return {
        "field": "part",
        "type": "nominal",
        "scale": {"domain": [name for name, _fill in legend], "range": [fill for _name, fill in legend]},
        "legend": {
            "orient": "top",
            "title": None,
            "columnPadding": 20,
            "symbolSize": 200,
            "symbolStrokeWidth": 1,
            "symbolStrokeColor": "var(--line-strong)",
        },
    }


def _text(align: str, x: Spec, field: str, colour: str) -> Spec:
    return {
        "mark": {"type": "text", "align": align, "yOffset": -15, "aria": False},
        "encoding": {"x": x, "text": {"field": field}, "fill": {"value": colour}},
    }


def _names(rows: Sequence[Stack]) -> list[Spec]:
    return [
        {"place": place, "name": shorten(row.name, WIDTH * 0.6), "said": row.said}
        for place, row in enumerate(rows)
    ]


def _values(place: int, row: Stack, most: int) -> list[Spec]:
    values, begin = [], 0
    for part in row.parts:
        if part.value:
            wide = part.value / most * WIDTH
            values.append(
                {
                    "place": place,
                    "part": part.name,
                    "value": part.value,
                    "begin": begin,
                    "end": begin + part.value,
                    "middle": begin + part.value / 2,
                    "fits": wide >= max(LEAST_FIGURE, 11 * len(f"{part.value:,}")),
                    "label": part.label,
                    "href": link(part.address),
                    "ink": part.ink,
                }
            )
        begin += part.value
    return values
