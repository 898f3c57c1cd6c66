"""A text field by field, with what differs from another one; for whoever signs, and for the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from faq.differing import Piece, words
from faq.models import Kind, Revision
from kb.lib.months import SITE_ZONE

FIELDS: dict[str, Any] = {
    "question": gettext_lazy("standard question"),
    "key_points": gettext_lazy("key points"),
    "script": gettext_lazy("spoken script"),
    "answer": gettext_lazy("answer"),
    "variants": gettext_lazy("variants"),
    "kind": gettext_lazy("kind"),
    "line": gettext_lazy("owning line"),
    "lines_concerned": gettext_lazy("other lines concerned"),
    "valid_from": gettext_lazy("valid from"),
    "valid_until": gettext_lazy("valid until"),
    "attachments": gettext_lazy("attachments"),
}
LONG = ("script", "answer", "variants")


@dataclass(frozen=True)
class Difference:
    """One field: its parts (a list has several) as pieces that are the same, gone or new."""

    name: str
    parts: list[list[Piece]]

    @property
    def label(self) -> str:
        return str(FIELDS[self.name])

    @property
    def is_changed(self) -> bool:
        return any(piece.kind != "same" for part in self.parts for piece in part)

    @property
    def marked(self) -> list[SafeString]:
        """The parts as a page shows them: what is new in ``ins``, what is gone in ``del``."""
        return [format_html_join("", "{}", ((_marked(piece),) for piece in part)) for part in self.parts]

    @property
    def is_list(self) -> bool:
        return self.name == "key_points"

    @property
    def is_long(self) -> bool:
        return self.name in LONG

    @property
    def is_short(self) -> bool:
        return not (self.is_list or self.is_long or self.name == "question")


def _marked(piece: Piece) -> str:
    if piece.kind == "same":
        return piece.text
    return format_html("<ins>{}</ins>" if piece.kind == "new" else "<del>{}</del>", piece.text)


Values = dict[str, list[str]]


def values(revision: Revision) -> Values:
    """What each field says, as people read it; reads the revision's lines and attachments."""
    return {
        "question": _one(revision.question),
        "key_points": list(revision.key_points),
        "script": _one(revision.script),
        "answer": _one(revision.answer),
        "variants": [_variant(variant) for variant in revision.variants],
        "kind": [str(Kind(revision.kind).label)],
        "line": [str(revision.line)],
        "lines_concerned": [str(line) for line in revision.lines_concerned.all()],
        "valid_from": _one(moment(revision.valid_from)),
        "valid_until": _one(moment(revision.valid_until)),
        "attachments": [attachment.name for attachment in revision.attachments.all()],
    }


def compare(before: Values | None, after: Values) -> list[Difference]:
    """Every field that says something in one of them, in the order agents read.

    Without ``before`` nothing differs.
    """
    found = [Difference(name, _parts((before or after)[name], after[name])) for name in FIELDS]
    return [field for field in found if field.parts]


def moment(at: datetime | None) -> str:
    return date_format(at.astimezone(SITE_ZONE), "Y-m-d H:i:s") if at else ""


def _one(text: str) -> list[str]:
    return [text] if text else []


def _variant(variant: dict[str, Any]) -> str:
    points = "\n".join(f"{number}. {point}" for number, point in enumerate(variant["key_points"], start=1))
    return "\n\n".join(filter(None, [variant["name"], points, variant["script"], variant["answer"]]))


def _parts(before: Sequence[str], after: Sequence[str]) -> list[list[Piece]]:
    """Parts that stay are found first; those in between are held against each other in their order."""
    found: list[list[Piece]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [[Piece("same", text)] for text in before[i1:i2]]
            continue
        old, new = before[i1:i2], after[j1:j2]
        paired = min(len(old), len(new))
        found += [words(*pair) for pair in zip(old[:paired], new[:paired], strict=True)]
        found += [[Piece("gone", text)] for text in old[paired:]]
        found += [[Piece("new", text)] for text in new[paired:]]
    return found
