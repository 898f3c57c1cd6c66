"""Many editors on one draft, for `bench.duels`: whose words were seen by whom, and whether any were lost."""

import threading
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bench.duelling import expert, in_review
from bench.site import say


@dataclass
class Saves:
    won: int = 0
    told: int = 0
    lost: int = 0
    errors: int = 0
    in_trail: int = 0


def write_together(*, editors: int, saves: int) -> Saves:
    """Everybody saves changes of one draft; each says at the end of the text whose words it had seen."""
    figures, turn = Saves(), threading.Lock()
    draft = in_review()
    chain: dict[str, str] = {}  # each winner's words, and the words it had seen
    people = [expert(draft, of_line=False) for _ in range(editors)]
    threads = [
        threading.Thread(target=_edit, args=[draft, who, saves, figures, chain, turn]) for who in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures.lost = _lost(draft, chain)
    figures.in_trail = _in_trail(draft)
    return figures


def _edit(
    draft: Any, who: Any, saves: int, figures: Saves, chain: dict[str, str], turn: threading.Lock
) -> None:
    from faq.models import Revision
    from faq.services import drafting
    from faq.services.drafting import DraftChangedError

    try:
        seen = Revision.objects.select_related("line").get(pk=draft.pk)
        for number in range(saves):
            words = f"{who.pk}-{number}"
            text = drafting.Text(words, seen.line, answer=seen.answer)
            try:
                saved = drafting.save_draft(seen, text, by=who, seen_at=seen.changed_at)
            except DraftChangedError as told:
                with turn:
                    figures.told += 1
                seen = told.current
                continue
            with turn:
                figures.won += 1
                chain[words] = seen.question
            seen = saved
    except Exception as error:  # whatever else comes is what is counted
        say(f"{type(error).__name__}: {error}")
        with turn:
            figures.errors += 1
    finally:
        connection.close()


def _lost(draft: Any, chain: dict[str, str]) -> int:
    """Texts that no later one had seen: going back from the last, every winner is met exactly once."""
    from faq.models import Revision

    met, words = 0, Revision.objects.get(pk=draft.pk).question
    remaining = dict(chain)
    while words in remaining:
        words = remaining.pop(words)
        met += 1
    return len(chain) - met + int(words != draft.question)


def _in_trail(draft: Any) -> int:
    from accounts.models import AuditRow

    rows = AuditRow.objects.filter(act="draft.saved", subject_id=str(draft.pk))
    return rows.count()
