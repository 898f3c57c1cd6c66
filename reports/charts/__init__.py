"""Shapes of pictures, drawn on the server as SVG without inline style or script.

Each shape takes plain values that know their label and where they lead, and gives a Vega-Lite description;
`drawing` keeps what was drawn by its content. Colours are the CSS variables of ``static/css``, so one drawing
serves both themes and print.
"""

from reports.charts.bars import Bar, bars
from reports.charts.columns import Column, columns
from reports.charts.curve import Band, curve
from reports.charts.drawing import Drawing, draw, drawing
from reports.charts.heat import Cell, heat
from reports.charts.pairs import Pair, pairs
from reports.charts.stacks import Segment, Stack, stacks

__all__ = [
    "Band",
    "Bar",
    "Cell",
    "Column",
    "Drawing",
    "Pair",
    "Segment",
    "Stack",
    "bars",
    "columns",
    "curve",
    "draw",
    "drawing",
    "heat",
    "pairs",
    "stacks",
]
