"""JSON Lines: one object a line, lists are real lists."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from faq.exchange.content import Content
from faq.exchange.encoding import lines
from faq.exchange.fields import BY_NAME, FIELDS
from faq.exchange.reading import LONGEST_LINE, MOST_COLUMNS, PEEKED_ROWS, Peek, Reading, unknown_columns

_KEY = re.compile(rb'"([a-z_]{1,40})"\s*:')


def read(path: Path, reading: Reading) -> None:
    """Every line's object; a line that is not one is a problem, and the reading goes on."""
    with path.open("rb") as file:
        for number, line, is_long in lines(file):
            if reading.is_full():
                break
            if is_long:
                reading.refuse(_long(), number, _last_key(line))
            elif line.strip():
                _read_line(reading, number, line)
    if not reading.rows and not reading.problems:
        reading.refuse(_("the file is empty"))


def peek(path: Path) -> Peek:
    found = Peek()
    with path.open("rb") as file:
        for number, line, is_long in lines(file):
            if number > PEEKED_ROWS or is_long:
                break
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(row, dict):
                found.add({key: _shown(value) for key, value in list(row.items())[:MOST_COLUMNS]})
    return found


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)[:LONGEST_LINE]


def _read_line(reading: Reading, number: int, line: bytes) -> None:
    try:
        found = json.loads(line.decode(), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        reading.refuse(_("is not valid UTF-8 (byte %(byte)s)") % {"byte": error.start + 1}, number)
        return
    except (ValueError, RecursionError) as error:
        reading.refuse(_("is not JSON: %(reason)s") % {"reason": str(error)[:200]}, number)
        return
    if not isinstance(found, dict):
        reading.refuse(_("must be one object with field names and values"), number)
        return
    named = list(zip(reading.named(list(found)), found.values(), strict=True))
    if unknown := [name for name, _value in named if name and name not in BY_NAME]:
        reading.refuse(unknown_columns(unknown), number)
    if twice := [name for name in BY_NAME if [key for key, _value in named].count(name) > 1]:
        reading.refuse(_("a field stands twice"), number, twice[0])
    reading.add(number, {name: value for name, value in named if name in BY_NAME})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(_("a field stands twice"))
    return found


def _long() -> str:
    return _("is longer than %(most)s MB") % {"most": LONGEST_LINE // 1_000_000}


def _last_key(line: bytes) -> str:
    """The field within which a line got too long, as far as its beginning tells."""
    keys = [key.decode() for key in _KEY.findall(line)]
    return next((key for key in reversed(keys) if key in BY_NAME), "")


def write(path: Path, contents: Iterable[Content]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for content in contents:
            row = {field.name: field.to_json(getattr(content, field.name)) for field in FIELDS}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
