"""The Pareto curve: how much of all hits the most used entries hold together, with the buckets' borders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.charts.style import INK, LINE, MUTED, PAPER, Spec, link

HEIGHT = 300
PLOT = 350  # pixels across; what is left of the width holds the names of the bands


@dataclass(frozen=True)
class Band:
    """What lies between two borders: up to ``until`` of all hits, in the colour of its bucket."""

    until: float
    said: str
    label: str
    fill: str
    address: str


def curve(points: Sequence[tuple[int, float]], bands: Sequence[Band], *, across: str, up: str) -> Spec:
    """``points`` are (entries so far, their share of all hits), the most used first, from (0, 0) on."""
    areas = [
        {
            "data": {"values": [{"entries": x, "share": y, **_mark(band)} for x, y in part]},
            "mark": {"type": "area", "fill": band.fill, "stroke": None, "description": band.label},
            "encoding": _at(across, up) | {"href": {"field": "href"}},
        }
        for band, part in zip(bands, _parts(points, bands), strict=True)
        if len(part) > 1
    ]
    line = {
        "data": {"values": [{"entries": x, "share": y} for x, y in points]},
        "mark": {"type": "line", "color": INK, "strokeWidth": 2, "aria": False},
        "encoding": _at(across, up),
    }
    return {"height": HEIGHT, "layer": [*areas, line, *_borders(bands, across, up)]}


def _borders(bands: Sequence[Band], across: str, up: str) -> list[Spec]:
    """A broken line at every border, and beside the plot each band's strip with what it holds."""
    y = _at(across, up)["y"]
    begins = [0.0, *(band.until for band in bands)]
    strips = [
        {"from": begin, "to": band.until, "middle": (begin + band.until) / 2, "said": band.said}
        | {"fill": band.fill}
        for begin, band in zip(begins, bands, strict=False)
    ]
    rules = {
        "data": {"values": strips[:-1]},
        "mark": {"type": "rule", "color": MUTED, "strokeDash": [5, 4], "aria": False},
        "encoding": {
            "x": {"value": 0},
            "x2": {"value": PLOT},
            "y": y | {"field": "to"},
        },
    }
    beside = {
        "data": {"values": strips},
        "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 2, "aria": False},
        "encoding": {
            "x": {"value": PLOT + 8},
            "x2": {"value": PLOT + 20},
            "y": y | {"field": "from"},
            "y2": {"field": "to"},
            "fill": {"field": "fill", "type": "nominal", "scale": None},
        },
    }
    names = {
        "data": {"values": strips},
        "mark": {"type": "text", "align": "left", "aria": False},
        "encoding": {
            "x": {"value": PLOT + 28},
            "y": y | {"field": "middle"},
            "text": {"field": "said"},
            "fill": {"value": INK},
        },
    }
    return [rules, beside, names]


def _parts(points: Sequence[tuple[int, float]], bands: Sequence[Band]) -> list[list[tuple[int, float]]]:
    """The points of each band; where a border is crossed both sides share the point."""
    parts: list[list[tuple[int, float]]] = []
    rest = list(points)
    for number, band in enumerate(bands):
        is_last = number == len(bands) - 1
        end = next((place for place, (_x, y) in enumerate(rest) if y >= band.until), len(rest) - 1)
        end = len(rest) - 1 if is_last else end
        parts.append(rest[: end + 1])
        rest = rest[end:]
    return parts


def _mark(band: Band) -> dict[str, Any]:
    return {"href": link(band.address)}


def _at(across: str, up: str) -> Spec:
    return {
        "x": {
            "field": "entries",
            "type": "quantitative",
            "title": across,
            "axis": {"tickMinStep": 1, "tickCount": 6, "grid": False, "format": ",d"},
            "scale": {"nice": False, "range": [0, PLOT]},
        },
        "y": {
            "field": "share",
            "type": "quantitative",
            "title": up,
            "axis": {"format": "%", "values": [0, 0.25, 0.5, 0.75, 1], "gridColor": LINE, "grid": False},
            "scale": {"domain": [0, 1]},
        },
    }
