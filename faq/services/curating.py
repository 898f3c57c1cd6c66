"""What is done at once, audited and undoable (product.md §3): all of an entry that needs no seat."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Agent
from faq.models import Entry, EntryState, SimilarQuestion
from faq.services import hearing
from faq.services.locking import database_now, lock_entries
from faq.signals import entries_changed

COLUMNS = (
    "category",
    "keywords",
    "review_due_on",
    "review_owner",
    "source",
    "is_restricted",
    "valid_until",
    "position",
)
BATCH = 500
LAST = 0  # the position of what has no place in its category's order yet


@dataclass(frozen=True)
class Curation:
    """One entry's new values: of `COLUMNS`, and its lists where they are given."""

    entry_id: int
    columns: dict[str, Any]
    similar_questions: Sequence[str] | None = None
    related_ids: Sequence[int] | None = None


@transaction.atomic
def apply(
    curations: Sequence[Curation],
    *,
    by: Agent | None,
    origin: str = SimilarQuestion.Origin.PERSON,
    unannounced: Collection[int] = (),
) -> None:
    """Set these values; the caller has checked them and writes the audit rows, which tell what was before.

    Whatever moves to another category stands last there, unless its ``position`` is told.
    ``by`` is nobody for what was done by itself. Locks the entries. Agents' pages hear of every published
    one but the ``unannounced``.
    """
    entries = {entry.pk: entry for entry in lock_entries([item.entry_id for item in curations])}
    names: set[str] = set()
    closed = [
        item.entry_id
        for item in curations
        if item.columns.get("is_restricted") and not entries[item.entry_id].is_restricted
    ]
    for item in curations:
        entry, columns = entries[item.entry_id], item.columns
        if "category" in columns and getattr(columns["category"], "pk", None) != entry.category_id:
            columns = {"position": LAST, **columns}
        names |= columns.keys()
        for name, value in columns.items():
            setattr(entry, name, value)
    if names - set(COLUMNS):
        raise ValueError(f"These need every seat: {names - set(COLUMNS)}")
    changed = [entries[item.entry_id] for item in curations if item.columns]
    if changed:
        Entry.objects.bulk_update(changed, sorted(names), batch_size=BATCH)
    _set_similar(
        {i.entry_id: i.similar_questions for i in curations if i.similar_questions is not None}, by, origin
    )
    _set_related({i.entry_id: i.related_ids for i in curations if i.related_ids is not None})
    published = [pk for pk, entry in entries.items() if entry.state == EntryState.PUBLISHED]
    heard = [pk for pk in published if pk not in set(unannounced)]
    if heard:
        entries_changed.send(sender=Entry, entry_ids=heard)
    hearing.push_closed([pk for pk in closed if pk in set(published)])


def _set_similar(wanted: dict[int, Sequence[str]], by: Agent | None, origin: str) -> None:
    """Rows that stay keep who added them; the order is the wanted one."""
    kept: dict[tuple[int, str], SimilarQuestion] = {}
    gone: list[int] = []
    for row in SimilarQuestion.objects.filter(entry__in=wanted):
        if row.text in wanted[row.entry_id]:
            kept[row.entry_id, row.text] = row
        else:
            gone.append(row.pk)
    SimilarQuestion.objects.filter(pk__in=gone).delete()
    added, moved = [], []
    at = database_now()
    for entry_id, texts in wanted.items():
        for position, text in enumerate(texts):
            known = kept.get((entry_id, text))
            if known is None:
                added.append(
                    SimilarQuestion(
                        entry_id=entry_id,
                        text=text,
                        position=position,
                        origin=origin,
                        added_by=by,
                        added_at=at,
                    )
                )
            elif known.position != position:
                known.position = position
                moved.append(known)
    SimilarQuestion.objects.bulk_create(added, batch_size=2000)
    SimilarQuestion.objects.bulk_update(moved, ["position"], batch_size=BATCH)


def _set_related(wanted: dict[int, Sequence[int]]) -> None:
    through = Entry.related.through
    through.objects.filter(from_entry__in=wanted).delete()
    rows = [
        through(from_entry_id=entry_id, to_entry_id=other)
        for entry_id, ids in wanted.items()
        for other in ids
    ]
    through.objects.bulk_create(rows, batch_size=2000)
