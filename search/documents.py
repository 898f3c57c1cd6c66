"""Published entries as the documents an engine takes."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from faq.models import Entry, EntryState, SimilarQuestion
from search.engines.base import Document

BATCH = 500
FIELDS = (
    "pk",
    "kind",
    "concerned_line_ids",
    "line_id",
    "category_id",
    "category__ancestor_ids",
    "is_restricted",
    "keywords",
    "valid_from",
    "valid_until",
    "live_revision__question",
    "live_revision__key_points",
    "live_revision__script",
    "live_revision__answer",
    "live_revision__variants",
)


def documents(entry_ids: Collection[int] | None = None) -> Iterator[Document]:
    """What an index has to hold: every published entry, or those among these; validity is masked later."""
    entries = published()
    if entry_ids is not None:
        entries = entries.filter(pk__in=entry_ids)
    for row in entries.order_by("pk").values(*FIELDS, "similar").iterator(chunk_size=BATCH):
        yield _document(row)


def published() -> QuerySet[Entry]:
    """The entries an index holds, each with its similar questions as an array."""
    similar = SimilarQuestion.objects.filter(entry=OuterRef("pk")).order_by("position", "pk").values("text")
    return Entry.objects.filter(state=EntryState.PUBLISHED).annotate(similar=ArraySubquery(similar))


def _document(row: dict[str, Any]) -> Document:
    lines = frozenset({row["line_id"], *row["concerned_line_ids"]})
    text = [*row["live_revision__key_points"], row["live_revision__script"], row["live_revision__answer"]]
    for variant in row["live_revision__variants"]:
        text += [variant["name"], *variant["key_points"], variant["script"], variant["answer"]]
    return Document(
        id=row["pk"],
        question=row["live_revision__question"],
        similar=tuple(row["similar"]),
        answer="\n".join(filter(None, text)),
        keywords=tuple(row["keywords"]),
        lines=lines,
        categories=frozenset({row["category_id"], *(row["category__ancestor_ids"] or ())} - {None}),
        category=row["category_id"] or 0,
        kind=row["kind"],
        restricted_to=frozenset(row["concerned_line_ids"]) if row["is_restricted"] else None,
        valid_from=_seconds(row["valid_from"]),
        valid_until=_seconds(row["valid_until"]),
    )


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
