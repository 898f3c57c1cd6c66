"""How values stand in a table's cell: lists one item a line, no text that a program would run. Pure."""

import re
from collections.abc import Sequence

_RUNS = ("=", "+", "-", "@", "\t", "\r", "'")
_ESCAPE = re.compile(r"\\[n\\]")


def join(items: Sequence[str]) -> str:
    """One item a line; a line break within an item is ``\\n``, a backslash ``\\\\``."""
    return "\n".join(item.replace("\\", "\\\\").replace("\n", "\\n") for item in items)


def split(cell: str) -> list[str]:
    """The items of a cell; the opposite of `join` for every list without empty items."""
    lines = cell.replace("\r\n", "\n").split("\n")
    return [_ESCAPE.sub(_unescape, line) for line in lines if line]


def _unescape(match: re.Match[str]) -> str:
    return "\n" if match[0] == "\\n" else "\\"


def protect(text: str) -> str:
    """A text as CSV holds it: a leading ``'`` keeps spreadsheets from taking it for a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text


def unprotect(text: str) -> str:
    """The opposite of `protect`: exactly one leading ``'`` is taken off."""
    return text.removeprefix("'")
