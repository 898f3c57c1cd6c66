"""What the pages of writing share: who asks, and what their form said."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest

from faq import sheet as sheets
from faq.sheet import Sheet

MOST_SEEN = 20_000


@dataclass(frozen=True)
class Sent:
    """A form as it came: its words, and the moment and the parts' digests of the text it began from.

    ``base`` are the digests it began from at first, while a conflict is being solved.
    """

    sheet: Sheet
    seen_at: datetime | None = None
    seen: dict[str, str] = field(default_factory=dict)
    base: dict[str, str] = field(default_factory=dict)

    def to_keep(self) -> Sheet:
        """With what it began from, so that taking it up later is as if it had stayed open."""
        moment = self.seen_at.isoformat() if self.seen_at else ""
        return {**self.sheet, "seen_at": [moment], "seen": [json.dumps(self.seen)]}


def sent(values: dict[str, list[str]]) -> Sent:
    """What a form, or what was kept of one, says; nothing of it is checked yet."""
    try:
        seen_at = datetime.fromisoformat((values.get("seen_at") or [""])[0])
    except ValueError:
        seen_at = None  # as if it had never been seen: whatever is there then is shown first
    found = sheets.normal(values)
    moment = seen_at if seen_at and seen_at.tzinfo else None
    return Sent(found, moment, _digests(values, "seen"), _digests(values, "base"))


def _digests(values: dict[str, list[str]], name: str) -> dict[str, str]:
    text = (values.get(name) or [""])[0]
    try:
        told = json.loads(text[:MOST_SEEN] or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(key): str(value) for key, value in told.items()} if isinstance(told, dict) else {}


def posted(request: HttpRequest) -> Sent:
    return sent({name: [str(value) for value in values] for name, values in request.POST.lists()})
