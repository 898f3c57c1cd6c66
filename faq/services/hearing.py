"""What open pages hear of entries: which ones changed, never what they say."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models.functions import Now

from courier.models import PushEvent
from courier.pushing import push
from faq.models import Entry, EntryState

MOST_NAMED = 200


def push_changes(entry_ids: Collection[int]) -> None:
    """One event for everybody, and of restricted entries one for each set of lines they are open to.

    ``{"entries": [{"id", "what": "changed" | "withdrawn" | "expired"}]}``; where they are too many to name
    ``{"entries": [], "many": true}``, and a page looks after the one that it shows.
    """
    audiences: dict[tuple[int, ...], list[dict[str, Any]]] = defaultdict(list)
    for entry in Entry.objects.filter(pk__in=set(entry_ids)).annotate(now=Now()).order_by("pk"):
        lines = tuple(sorted(entry.concerned_line_ids)) if entry.is_restricted else ()
        audiences[lines].append({"id": entry.pk, "what": _what(entry)})
    for lines, entries in audiences.items():
        push(PushEvent.Kind.ENTRY, _payload(entries), line_ids=lines)


def push_closed(entry_ids: Collection[int]) -> None:
    """What everybody could read until now is restricted: every page that shows one looks after it.

    Only the numbers are told, which whoever shows one of them knows.
    """
    if entry_ids:
        push(PushEvent.Kind.ENTRY, _payload([{"id": pk, "what": "changed"} for pk in sorted(entry_ids)]))


def _payload(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"entries": [], "many": True} if len(entries) > MOST_NAMED else {"entries": entries}


def _what(entry: Any) -> str:
    if entry.state == EntryState.WITHDRAWN:
        return "withdrawn"
    is_over = entry.valid_until is not None and entry.valid_until <= entry.now
    return "expired" if is_over else "changed"
