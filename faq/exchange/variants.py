"""Variants by region or customer segment as files hold them: each one compact JSON object. Pure.

``{"name": "深圳", "key_points": ["核对身份"], "answer": "", "script": ""}``, empty parts as for everybody.
"""

import json
from typing import Any

from django.utils.translation import gettext as _

from faq import wording

KEYS = ("name", "key_points", "answer", "script")


def parse(raw: Any) -> tuple[str, ...]:
    """The variants of a cell (a list of JSON texts) or of a JSON line (a list of objects), each as one text.

    Raises ValueError with a sentence for the person who made the file.
    """
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise ValueError(_("must be a list of objects with name, key_points, answer and script"))
    if len(raw) > wording.MOST_VARIANTS:
        raise ValueError(
            _("has %(count)s items, at most %(most)s are allowed")
            % {"count": len(raw), "most": wording.MOST_VARIANTS}
        )
    found = [_tidied(_object(item)) for item in raw]
    names = [variant["name"] for variant in found]
    if len(set(names)) < len(names):
        raise ValueError(_("has two variants of the same name"))
    return tuple(compact(variant) for variant in found)


def compact(variant: dict[str, Any]) -> str:
    """One variant, as a revision keeps it, as the text that files hold and that is compared."""
    told = {key: variant.get(key) or ([] if key == "key_points" else "") for key in KEYS}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def as_json(value: tuple[str, ...]) -> list[dict[str, Any]]:
    """The opposite of `parse`: real objects, for JSON lines and for a revision."""
    return [json.loads(item) for item in value]


def _object(item: Any) -> dict[str, Any]:
    if isinstance(item, str):
        try:
            item = json.loads(item)
        except (ValueError, RecursionError) as error:
            raise ValueError(_("is not JSON: %(reason)s") % {"reason": str(error)[:200]}) from None
    if not isinstance(item, dict):
        raise ValueError(_("must be a list of objects with name, key_points, answer and script"))
    if unknown := [key for key in item if key not in KEYS]:
        raise ValueError(_("has a variant with an unknown part “%(name)s”") % {"name": unknown[0][:50]})
    return item


def _tidied(item: dict[str, Any]) -> dict[str, Any]:
    points = item.get("key_points") or []
    if not isinstance(points, list):
        raise ValueError(_("must be a list of texts"))
    variant = {
        "name": _text(item.get("name"), wording.LONGEST_VARIANT_NAME, is_line=True),
        "key_points": [
            text for text in (_text(point, wording.LONGEST_KEY_POINT) for point in points) if text
        ],
        "answer": _text(item.get("answer"), wording.LONGEST_TEXT),
        "script": _text(item.get("script"), wording.LONGEST_TEXT),
    }
    if not variant["name"]:
        raise ValueError(_("has a variant without a name"))
    if len(variant["key_points"]) > wording.MOST_KEY_POINTS:
        raise ValueError(
            _("has %(count)s items, at most %(most)s are allowed")
            % {"count": len(variant["key_points"]), "most": wording.MOST_KEY_POINTS}
        )
    return variant


def _text(raw: Any, longest: int, *, is_line: bool = False) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise ValueError(_("must be a text"))
    if "\x00" in raw:
        raise ValueError(_("holds a NUL character"))
    try:
        text = wording.tidy_line(raw) if is_line else wording.tidy(raw)
    except ValueError:
        raise ValueError(_("holds half a character (a lone surrogate)")) from None
    if len(text) > longest:
        raise ValueError(
            _("has %(length)s characters, at most %(most)s are allowed")
            % {"length": len(text), "most": longest}
        )
    return text
