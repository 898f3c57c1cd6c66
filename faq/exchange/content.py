"""What one entry says, as files say it: plain values, no model."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from faq.exchange.fields import BY_NAME, FIELDS
from faq.models import Kind

# A revision keeps these; a change of them needs every seat (product.md §3).
TEXT_FIELDS = frozenset(
    {
        "question",
        "key_points",
        "answer",
        "script",
        "variants",
        "kind",
        "line",
        "lines_concerned",
        "valid_from",
        "valid_until",
    }
)
SETS = frozenset({"lines_concerned", "related"})


@dataclass(frozen=True)
class Content:
    """Every field of one entry; the values are what `fields.Field.parse` gives."""

    external_id: str = ""
    line: str = ""
    lines_concerned: tuple[str, ...] = ()
    category: str = ""
    kind: str = Kind.FAQ.value
    question: str = ""
    similar_questions: tuple[str, ...] = ()
    key_points: tuple[str, ...] = ()
    answer: str = ""
    script: str = ""
    variants: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    review_due_on: date | None = None
    source: str = ""
    is_restricted: bool = False

    def with_values(self, values: Mapping[str, Any]) -> "Content":
        """These values over the others, by rule: no line twice, no similar question that is the question."""
        merged = replace(self, **values)
        return replace(
            merged,
            lines_concerned=tuple(code for code in merged.lines_concerned if code != merged.line),
            similar_questions=tuple(text for text in merged.similar_questions if text != merged.question),
        )

    def tidied(self) -> "Content":
        """As a file's reader would give it; what is stored already is never refused for being long."""
        values = {}
        for field in FIELDS:
            value = getattr(self, field.name)
            try:
                values[field.name] = field.parse(field.to_json(value))
            except ValueError:
                values[field.name] = value
        return Content().with_values(values)

    def differences(self, other: "Content", names: Iterable[str] = BY_NAME) -> list[str]:
        """The fields, of those named, in which the two differ; the order of lines and relations is none."""
        return [name for name in BY_NAME if name in set(names) and self._key(name) != other._key(name)]

    def told(self, names: Iterable[str] = BY_NAME) -> dict[str, Any]:
        """These fields as JSON has them."""
        return {name: BY_NAME[name].to_json(getattr(self, name)) for name in BY_NAME if name in set(names)}

    def digest(self, names: Iterable[str] = BY_NAME) -> str:
        """The same text for contents without a difference in these fields, and for no others."""
        told = {name: sorted(value) if name in SETS else value for name, value in self.told(names).items()}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def _key(self, name: str) -> Any:
        value = getattr(self, name)
        return frozenset(value) if name in SETS else value
