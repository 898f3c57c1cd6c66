"""Weekdays against hours: a cell for each, darker the more was asked, with the figure in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.style import INK, Spec, link

WIDTH = 1240  # over both columns of the page
ROW = 42
STEPS = 5


@dataclass(frozen=True)
class Cell:
    """One hour of one weekday; ``said`` is its figure, short enough for the cell."""

    row: str
    column: str
    value: int
    said: str
    label: str
    address: str = ""


def heat(cells: Sequence[Cell], *, rows: Sequence[str], columns: Sequence[str]) -> Spec:
    """Cells in five steps of one colour, so that light and dark tell it without hue."""
    most = max((cell.value for cell in cells), default=0)
    values = [_value(cell, most) for cell in cells]
    axis = {"title": None, "grid": False}
    at = {
        "x": {
            "field": "column",
            "type": "ordinal",
            "sort": list(columns),
            "axis": axis | {"orient": "top", "labelAngle": 0},
        },
        "y": {"field": "row", "type": "ordinal", "sort": list(rows), "axis": axis | {"minExtent": 116}},
    }
    marks = {
        "mark": {"type": "rect", "stroke": "var(--paper)", "strokeWidth": 2, "cornerRadius": 3},
        "encoding": {
            **at,
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "description": {"field": "label"},
            "href": {"field": "href"},
        },
    }
    figures = {
        "mark": {"type": "text", "aria": False},
        "encoding": {
            **at,
            "text": {"field": "said"},
            "color": {"field": "ink", "type": "nominal", "scale": None},
        },
    }
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": {"step": ROW},
        "layer": [marks, figures],
    }


def step_of(value: int, most: int) -> int:
    """0 for nothing, else 1 (least) to five (most), in equal parts of the most."""
    return 0 if not value else min(-(-value * STEPS // most), STEPS)


def _value(cell: Cell, most: int) -> Spec:
    step = step_of(cell.value, most)
    return {
        "row": cell.row,
        "column": cell.column,
        "said": cell.said,
        "label": cell.label,
        "href": link(cell.address),
        "fill": f"var(--step-{step})",
        "ink": f"var(--step-{step}-ink)" if step else INK,
    }
