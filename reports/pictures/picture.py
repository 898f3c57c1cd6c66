"""One picture of the report: what it says in a sentence, its drawing, and its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from reports.charts import Drawing, drawing
from reports.charts.style import Spec
from reports.tables import Table


class Native(StrEnum):
    """The chart a workbook draws of the table by itself."""

    NONE = ""
    BARS = "bar"
    COLUMNS = "column"
    STACKED = "stacked"
    CURVE = "curve"
    HEAT = "heat"


@dataclass(frozen=True)
class Picture:
    """``spec`` is None where there is nothing to draw; ``note`` says what the marks mean.

    ``charted`` are the columns of the table that a workbook draws, by their place; for a curve it draws
    ``points`` instead.
    """

    topic: str
    finding: str
    table: Table
    spec: Spec | None = None
    note: str = ""
    is_wide: bool = False
    native: Native = Native.NONE
    charted: tuple[int, ...] = ()
    points: Sequence[tuple[int, float]] = ()

    @property
    def name(self) -> str:
        return self.table.name

    @cached_property
    def drawing(self) -> Drawing | None:
        return drawing(self.spec) if self.spec else None
