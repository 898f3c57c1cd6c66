"""Every string that users read, found in our Python code and templates.

Babel reads the code, Django's own ``templatize`` the templates; so neither ``xgettext`` nor ``msgfmt`` is
needed on the machine. Used by ``manage.py update_messages`` and by the test of the catalogues.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS = ("kb", "accounts", "courier", "faq", "hits", "bulletins", "inquiries", "search", "reports")
KEYWORDS = ["_", *(f"{kind}gettext{lazy}" for kind in ("", "n", "p", "np") for lazy in ("", "_lazy"))]
_LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"(?P<name>np|n|p)?(?:gettext|_)\((?P<texts>{_LITERAL}(?:\s*,\s*{_LITERAL})*)")


@dataclass(frozen=True)
class Message:
    """One string; ``plural`` and ``context`` are None where it has none. ``place`` is ``file:line``."""

    text: str
    plural: str | None
    context: str | None
    place: str


def messages(base: Path | None = None) -> Iterator[Message]:
    """Every string of the project, in the order of the files."""
    base = base or Path(settings.BASE_DIR)
    for room in ROOMS:
        for path in sorted((base / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _of_code(path, base)
    for path in sorted((base / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt", ".svg"}:
            yield from _of_template(path, base)


def catalog(locale: str, base: Path | None = None) -> Catalog:
    """The strings as an empty catalogue."""
    found = Catalog(locale=locale, project="Wenqu", version="1", fuzzy=False, header_comment="# Wenqu")
    for message in messages(base):
        flags = ["python-format"] if re.search(r"%\(\w+\)[sd]", message.text) else []
        found.add(
            (message.text, message.plural) if message.plural else message.text,
            locations=[(message.place.rsplit(":", 1)[0], None)],  # type: ignore[list-item]
            context=message.context,
            flags=flags,
        )
    return found


def _of_code(path: Path, base: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        found: Iterator[Any] = extract_python(file, dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"})
        for line, name, texts, _comments in found:
            parts = list(texts) if isinstance(texts, tuple) else [texts]
            literal = [part for part in parts if part]
            if literal:
                yield _message(_prefix(name), literal, f"{path.relative_to(base)}:{line}")


def _of_template(path: Path, base: Path) -> Iterator[Message]:
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for found in _CALL.finditer(text):
        texts = [ast.literal_eval(literal) for literal in re.findall(_LITERAL, found["texts"])]
        line = text.count("\n", 0, found.start()) + 1
        yield _message(found["name"] or "", texts, f"{path.relative_to(base)}:{line}")


def _prefix(name: str) -> str:
    for prefix in ("np", "n", "p"):
        if name.startswith(f"{prefix}gettext"):
            return prefix
    return ""


def _message(prefix: str, texts: list[str], place: str) -> Message:
    context = texts.pop(0) if "p" in prefix else None
    plural = texts[1] if "n" in prefix and len(texts) > 1 else None
    return Message(text=texts[0], plural=plural, context=context, place=place)
