"""A draft as its form holds it: plain texts by the form's names, which can be compared, kept and sent again.

The editor, autosave and the page for two texts of one draft all speak it. Lists are one item a line, as in
files (``exchange.cells``), so that everything works in a plain text field too.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from faq import wording
from faq.exchange import cells
from faq.exchange.fields import SHANGHAI
from faq.models import Entry, Revision

Sheet = dict[str, list[str]]


@dataclass(frozen=True)
class Part:
    """What is told apart when two people changed it: a name people know, and the form's names that hold it.

    What is signed needs every seat; the others are done at once, or only describe the change.
    """

    name: str
    label: Any
    names: tuple[str, ...]
    is_signed: bool = False
    is_set: bool = False


VARIANTS = ("variant_name", "variant_key_points", "variant_answer", "variant_script")
PARTS = (
    Part("question", _("Standard question"), ("question",), is_signed=True),
    Part("kind", _("Kind"), ("kind",), is_signed=True),
    Part("key_points", _("Key points"), ("key_points",), is_signed=True),
    Part("script", _("Spoken script"), ("script",), is_signed=True),
    Part("answer", _("Answer"), ("answer",), is_signed=True),
    Part("variants", _("Variants"), VARIANTS, is_signed=True),
    Part("line", _("Owning line"), ("line",), is_signed=True),
    Part("lines_concerned", _("Other lines concerned"), ("lines_concerned",), is_signed=True, is_set=True),
    Part("valid_from", _("Valid from"), ("valid_from",), is_signed=True),
    Part("valid_until", _("Valid until"), ("valid_until",), is_signed=True),
    Part("similar_questions", _("Similar questions"), ("similar_questions",)),
    Part("keywords", _("Keywords"), ("keywords",)),
    Part("category", _("Category"), ("category",)),
    Part("related", _("Related entries"), ("related",)),
    Part("source", _("Source"), ("source_title", "source_link", "source_dated_on")),
    Part("review_due_on", _("Review due"), ("review_due_on",)),
    Part("is_restricted", _("Restricted"), ("is_restricted",)),
    Part("significance", _("Significance"), ("significance",)),
    Part("reason", _("Reason"), ("reason",)),
)
BY_NAME = {part.name: part for part in PARTS}
NAMES = tuple(name for part in PARTS for name in part.names)
LISTS = frozenset({"key_points", "similar_questions", "keywords", "related", "variant_key_points"})
MOMENTS = frozenset({"valid_from", "valid_until"})
ONE_LINE = frozenset({"question", "reason", "source_title", "source_link", "variant_name"})


def of(revision: Revision, reader: Agent) -> Sheet:
    """What the form shows of a draft: the text, and what its entry has beside it.

    Related entries that are closed to the reader are left out; saving leaves them alone.
    """
    entry = revision.entry
    source = entry.source
    lines = revision.lines_concerned.order_by("pk").values_list("pk", flat=True)
    found = {
        "question": [revision.question],
        "kind": [revision.kind],
        "key_points": [cells.join(revision.key_points)],
        "script": [revision.script],
        "answer": [revision.answer],
        **_variants(revision.variants),
        "line": [str(revision.line_id)],
        "lines_concerned": [str(pk) for pk in lines],
        "valid_from": [_moment(revision.valid_from)],
        "valid_until": [_moment(revision.valid_until)],
        "similar_questions": [cells.join(list(entry.similar_questions.values_list("text", flat=True)))],
        "keywords": [cells.join(entry.keywords)],
        "category": [str(entry.category_id or "")],
        "related": [cells.join(_related(entry, reader))],
        "source_title": [source.title if source else ""],
        "source_link": [source.link if source else ""],
        "source_dated_on": [source.dated_on.isoformat() if source and source.dated_on else ""],
        "review_due_on": [entry.review_due_on.isoformat() if entry.review_due_on else ""],
        "is_restricted": ["on"] if entry.is_restricted else [],
        "significance": [revision.significance],
        "reason": [revision.reason],
    }
    return normal(found)


def normal(values: Mapping[str, list[str]]) -> Sheet:
    """The same, of what a browser sent: the names we know, line ends and blanks as they would be stored."""
    sheet = {name: [_tidy(name, value) for value in values.get(name, [])] for name in NAMES}
    rows = list(zip(*(sheet[name] for name in VARIANTS), strict=False))
    kept = [row for row in rows if any(row)]
    for place, name in enumerate(VARIANTS):
        sheet[name] = [row[place] for row in kept]
    for part in PARTS:
        if part.is_set:
            for name in part.names:
                sheet[name] = sorted(set(sheet[name]))
        elif part.name not in {"variants", "is_restricted"}:
            for name in part.names:
                sheet[name] = sheet[name][:1] or [""]
    return sheet


def value_of(sheet: Sheet, part: Part) -> tuple[tuple[str, ...], ...]:
    """Two sheets have the same in this part when these are equal."""
    values = (tuple(sheet.get(name, [])) for name in part.names)
    if part.name == "related":  # what stands behind the number is for reading only
        return tuple(
            tuple(line.split(" ", 1)[0] for text in each for line in text.split("\n")) for each in values
        )
    return tuple(tuple(sorted(each)) if part.is_set else each for each in values)


def digests(sheet: Sheet) -> dict[str, str]:
    """One short name per part, to know later which parts a person has changed without keeping them all."""
    return {part.name: digest(sheet, part) for part in PARTS}


def digest(sheet: Sheet, part: Part) -> str:
    told = json.dumps(value_of(sheet, part), ensure_ascii=False)
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def differing(left: Sheet, right: Sheet) -> list[Part]:
    return [part for part in PARTS if value_of(left, part) != value_of(right, part)]


def with_parts(sheet: Sheet, other: Sheet, names: set[str]) -> Sheet:
    """This sheet, the named parts as in the other."""
    taken = {name for part in PARTS if part.name in names for name in part.names}
    return {name: other.get(name, []) if name in taken else values for name, values in sheet.items()}


def _tidy(name: str, value: str) -> str:
    if name in LISTS:
        items = (wording.tidy_line(line) for line in value.replace("\r\n", "\n").split("\n"))
        return "\n".join(item for item in items if item)
    if name in ONE_LINE:
        return wording.tidy_line(value)
    if name in MOMENTS:
        return _with_seconds(wording.tidy(value))
    return wording.tidy(value)


def _variants(variants: list[dict[str, Any]]) -> Sheet:
    return {
        "variant_name": [variant["name"] for variant in variants],
        "variant_key_points": [cells.join(variant["key_points"]) for variant in variants],
        "variant_answer": [variant["answer"] for variant in variants],
        "variant_script": [variant["script"] for variant in variants],
    }


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(timespec="seconds") if moment else ""


def _with_seconds(text: str) -> str:
    """Browsers leave the seconds out when there are none."""
    try:
        return datetime.fromisoformat(text).isoformat(timespec="seconds")
    except ValueError:
        return text


def _related(entry: Entry, reader: Agent) -> list[str]:
    """Numbers, each with its question for whoever reads it."""
    shown = Entry.objects.listed_for(reader).filter(pk__in=entry.related.values("pk"))
    found = shown.order_by("pk").values_list("pk", "live_revision__question")
    return [f"{pk} {question or ''}".strip() for pk, question in found]
