"""What all pictures look like, and how a text is cut to fit into one."""

from typing import Any
from unicodedata import east_asian_width

Spec = dict[str, Any]

INK, MUTED, LINE, ACCENT = "var(--ink)", "var(--ink-soft)", "var(--line)", "var(--accent)"
PAPER, QUIET = "var(--paper)", "var(--mark-quiet)"
# The drawing library wants whole addresses; this beginning is taken off again.
LINK_BASE = "https://wenqu.invalid"
WIDTH = 600  # of a picture that fills one column of the page
TEXT = 16
WIDE, NARROW = 16.0, 8.6  # pixels of one character

_CONFIG: Spec = {
    "background": "transparent",
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "titlePadding": 10,
        "gridColor": LINE,
        "domain": False,
        "ticks": False,
        "labelPadding": 8,
        "labelFontSize": TEXT,
        "titleFontSize": TEXT,
    },
    "legend": {"labelColor": INK, "labelFontSize": TEXT, "symbolType": "square", "labelLimit": 0},
    "text": {"fontSize": TEXT},
}


def complete(spec: Spec) -> Spec:
    """The description with what all pictures share."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": _CONFIG,
        "padding": 2,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "width": WIDTH,
        **spec,
    }


def link(address: str) -> str:
    """An address of this site as a picture's data hold it; nothing for a mark that leads nowhere."""
    return f"{LINK_BASE}{address}" if address else ""


def shorten(text: str, pixels: float) -> str:
    """The text in one line, cut where it would be wider than that."""
    line, width = " ".join(text.split()), 0.0
    for place, character in enumerate(line):
        width += WIDE if east_asian_width(character) in "WFA" else NARROW
        if width > pixels:
            return f"{line[: max(place - 1, 1)]}…"
    return line


def whole_rows() -> Spec:
    """A transparent mark over the whole row of each value: what is pointed at, focused and read out."""
    return _whole("y", {"x": {"value": 0}, "x2": {"value": "width"}})


def whole_columns() -> Spec:
    """The same over the whole column of each value."""
    return _whole("x", {"y": {"value": 0}, "y2": {"value": "height"}})


def _whole(along: str, across: Spec) -> Spec:
    return {
        "mark": {"type": "rect", "fill": "transparent"},
        "encoding": {
            along: {"field": "place", "type": "ordinal", "axis": None},
            **across,
            "description": {"field": "label"},
            "href": {"field": "href"},
        },
    }
