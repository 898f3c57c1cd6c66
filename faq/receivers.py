"""What this room does when something of its own has happened; in the same transaction."""

from typing import Any

from faq.services import flagging, hearing, redirecting


def answer_fixed_flags(entry_ids: list[int], **_: Any) -> None:
    """Receiver of ``entries_changed``: a flag whose correction has come out is answered."""
    flagging.answer_fixed(entry_ids)


def push_changes(entry_ids: list[int], **_: Any) -> None:
    """Receiver of ``entries_changed``: the pages that show one of them look after it at once."""
    hearing.push_changes(entry_ids)


def end_redirects(entry_ids: list[int], **_: Any) -> None:
    """Receiver of ``entries_changed``: an entry that is in use again leads nowhere else."""
    redirecting.end_of_used(entry_ids)
