"""Searches that settled, logged by the desk; what was used is derived from the events, not kept here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts import settings
from accounts.models import Agent
from hits.calls import call_of
from hits.models import SearchLog
from kb.lib.masking import mask

MOST_CHARACTERS = 500


@transaction.atomic
def log_search(
    person: Agent,
    *,
    search_id: UUID,
    text: str,
    filters: Mapping[str, Any],
    match_ids: Sequence[int],
    took_ms: int,
    call_id: UUID | None,
) -> bool:
    """Store one settled search, masked; False when that search is logged already, which then stays as it is.

    ``match_ids`` are the entries as they were shown, best first. Raises Call.DoesNotExist for another
    person's call.
    """
    if call_id is not None:
        call_of(person, call_id)
    _search, is_new = SearchLog.objects.get_or_create(
        pk=search_id,
        defaults={
            "call_id": call_id,
            "agent": person,
            "text": mask(text)[:MOST_CHARACTERS],
            "filters": dict(filters),
            "match_ids": list(match_ids),
            "took_ms": took_ms,
        },
    )
    return is_new


def texts_kept_since() -> datetime:
    """From when on the texts of searches are there; before, only that there was a search."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT now() - make_interval(months => %s)", [int(settings.current()["search_text_months"])]
        )
        row = cursor.fetchone()
    assert row is not None  # noqa: S101
    moment: datetime = row[0]
    return moment


def blank_old_texts() -> int:
    """Forget texts older than ``search_text_months``; that there was a search stays. How many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hits_searchlog SET text = ''"
            " WHERE at < now() - make_interval(months => %s) AND text <> ''",
            [int(settings.current()["search_text_months"])],
        )
        return int(cursor.rowcount)
