"""Blanks in mails: what must not lie in the database is put in as a mail leaves.

A room registers in its `AppConfig.ready` what fills its blanks.
"""

import re
from collections.abc import Callable

_BLANK = re.compile(r"\[\[(?P<kind>[a-z-]+):(?P<value>[^\]\s]+)\]\]")
_fillers: dict[str, Callable[[str], str]] = {}


def register(kind: str, fill: Callable[[str], str]) -> None:
    """From now on ``fill`` says what stands in the place of this kind's blanks."""
    _fillers[kind] = fill


def blank(kind: str, value: str) -> str:
    """What to write into a mail's text."""
    return f"[[{kind}:{value}]]"


def filled(body: str) -> str:
    """The text as its reader gets it; what no room knows stays as it is."""
    return _BLANK.sub(_fill, body)


def _fill(found: re.Match[str]) -> str:
    fill = _fillers.get(found["kind"])
    return fill(found["value"]) if fill else found[0]
