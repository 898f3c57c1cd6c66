"""What this room does when something of another has happened; in the same transaction."""

from typing import Any

from inquiries.services import making_entries


def note_published(entry_ids: list[int], **_: Any) -> None:
    """Receiver of ``faq.signals.entries_changed``: what was made of an inquiry may have come out."""
    making_entries.note_published(entry_ids)
