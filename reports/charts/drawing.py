"""Drawings by their content: a page asks for one, and gets where to fetch it when it is not drawn yet.

The first drawing costs about 0.1 s and loads the drawing library (145 MB); the same picture again costs one
file read. So a page only leaves the description in the store, and the picture's own address draws it.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.cache import BaseCache, caches
from django.utils.safestring import SafeString, mark_safe

from reports.charts.style import LINK_BASE, Spec, complete

DRAWN_BY = "2"  # another number draws everything anew


@dataclass(frozen=True)
class Drawing:
    """One picture: ``svg`` is empty until it was drawn under its ``key``."""

    key: str
    svg: SafeString


def drawing(spec: Spec) -> Drawing:
    """The picture of a description, if it was drawn before; else its description waits for `draw`."""
    text = json.dumps(complete(spec), sort_keys=True, ensure_ascii=False)
    key = hashlib.sha256(f"{DRAWN_BY}\n{text}".encode()).hexdigest()
    svg = _store().get(_drawn(key))
    if svg is None:
        _store().set(_described(key), text)
    return Drawing(key, _safe(svg or ""))


def draw(key: str) -> SafeString | None:
    """The picture of that key, drawn now if it has to be; None for a key nobody described."""
    svg = _store().get(_drawn(key))
    if svg is None:
        text = _store().get(_described(key))
        if text is None:
            return None
        svg = _svg(text)
        _store().set(_drawn(key), svg)
    return _safe(svg)


def _svg(text: str) -> str:
    import vl_convert  # loads an engine of its own: only where a picture is new

    svg: Any = vl_convert.vegalite_to_svg(text)
    local = str(svg).replace(f'xlink:href="{LINK_BASE}', 'href="')
    return local.replace("<svg ", '<svg focusable="false" ', 1)


def _store() -> BaseCache:
    return caches["charts"]


def _drawn(key: str) -> str:
    return f"svg:{key}"


def _described(key: str) -> str:
    return f"spec:{key}"


def _safe(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308  our own drawing; every text in it was escaped by the library
