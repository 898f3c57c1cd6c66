"""Tables of a report as plain values: the page, the workbook and the CSV files are all written from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Form(StrEnum):
    """How a column's values are written."""

    TEXT = "text"
    NUMBER = "number"
    CHANGE = "change"  # a difference, with its sign
    SHARE = "share"  # of 1
    AMOUNT = "amount"  # with one decimal place


Value = str | int | float | Fraction | None


@dataclass(frozen=True)
class Column:
    title: str
    form: Form = Form.NUMBER


@dataclass(frozen=True)
class Line:
    """One row of a table; ``address`` is where its first cell leads, if it leads anywhere."""

    values: tuple[Value, ...]
    address: str = ""

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("A row has at least one value.")


@dataclass(frozen=True)
class Table:
    """``name`` is its address and its file's, ``title`` its sheet's; the first column names the row."""

    name: str
    title: str
    columns: Sequence[Column]
    lines: Sequence[Line]


def text(title: str) -> Column:
    return Column(title, Form.TEXT)


def number(title: str) -> Column:
    return Column(title, Form.NUMBER)


def change(title: str) -> Column:
    return Column(title, Form.CHANGE)


def share(title: str) -> Column:
    return Column(title, Form.SHARE)


def amount(title: str) -> Column:
    return Column(title, Form.AMOUNT)
