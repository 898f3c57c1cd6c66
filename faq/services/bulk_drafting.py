"""Drafts of many entries at once, for imports: what `drafting` does for one, with few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Agent
from faq.exchange import Content, variants
from faq.models import Entry, EntryState, Revision
from faq.services.locking import database_now

COLUMNS = (
    "question",
    "key_points",
    "answer",
    "script",
    "variants",
    "kind",
    "line_id",
    "valid_from",
    "valid_until",
)
BATCH = 500


@dataclass(frozen=True)
class Draft:
    """The text one entry's draft shall have: `COLUMNS`, and ``line_ids`` of the other lines concerned.

    Without ``revision_id`` a new draft is made, with this number.
    """

    entry_id: int
    values: dict[str, Any]
    revision_id: int | None
    number: int


def values_of(content: Content, lines: Mapping[str, int]) -> dict[str, Any]:
    """What a draft that says this holds; ``lines`` are the keys of business lines by code."""
    return {
        "question": content.question,
        "key_points": list(content.key_points),
        "answer": content.answer,
        "script": content.script,
        "variants": variants.as_json(content.variants),
        "kind": content.kind,
        "line_id": lines[content.line],
        "line_ids": [lines[code] for code in content.lines_concerned],
        "valid_from": content.valid_from,
        "valid_until": content.valid_until,
    }


@transaction.atomic
def write(drafts: Sequence[Draft], *, by: Agent) -> list[Revision]:
    """Make or rewrite these drafts; ``by`` becomes an author of each.

    The caller holds the entries' locks, has tidied the texts, and rewrites only drafts nobody has signed.
    """
    revisions = [_revision(draft, by) for draft in drafts]
    at = database_now()
    for revision in revisions:
        revision.changed_at = at
    made = [revision for revision in revisions if revision.pk is None]
    rewritten = [revision for revision in revisions if revision.pk is not None]
    Revision.objects.bulk_create(made, batch_size=BATCH)
    columns = [name.removesuffix("_id") for name in COLUMNS]
    Revision.objects.bulk_update(rewritten, [*columns, "changed_at"], batch_size=BATCH)
    _set_lines(revisions, drafts)
    _keep_files(made)
    authors = Revision.authors.through
    rows = [authors(revision_id=revision.pk, agent_id=by.pk) for revision in revisions]
    authors.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    _mirror(drafts)
    return revisions


def _revision(draft: Draft, by: Agent) -> Revision:
    columns = {name: draft.values[name] for name in COLUMNS}
    return Revision(
        pk=draft.revision_id, entry_id=draft.entry_id, number=draft.number, created_by=by, **columns
    )


def _set_lines(revisions: Sequence[Revision], drafts: Sequence[Draft]) -> None:
    through = Revision.lines_concerned.through
    through.objects.filter(revision__in=[draft.revision_id for draft in drafts if draft.revision_id]).delete()
    rows = [
        through(revision_id=revision.pk, businessline_id=line_id)
        for revision, draft in zip(revisions, drafts, strict=True)
        for line_id in draft.values["line_ids"]
    ]
    through.objects.bulk_create(rows, batch_size=2000)


def _keep_files(made: Sequence[Revision]) -> None:
    """A new draft begins with the files of the live text, as `drafting.new_draft` lets it."""
    through = Revision.attachments.through
    by_entry = {revision.entry_id: revision.pk for revision in made}
    live = through.objects.filter(revision__live_entry__in=by_entry)
    rows = [
        through(revision_id=by_entry[entry_id], attachment_id=attachment_id)
        for entry_id, attachment_id in live.values_list("revision__entry", "attachment")
    ]
    through.objects.bulk_create(rows, batch_size=2000)


def _mirror(drafts: Sequence[Draft]) -> None:
    """An entry that never was published is listed by its draft's kind, lines and validity."""
    by_entry = {draft.entry_id: draft.values for draft in drafts if draft.revision_id or draft.number > 1}
    entries = list(Entry.objects.filter(pk__in=by_entry, state=EntryState.DRAFT))
    for entry in entries:
        values = by_entry[entry.pk]
        entry.kind, entry.line_id = values["kind"], values["line_id"]
        entry.concerned_line_ids = sorted({values["line_id"], *values["line_ids"]})
        entry.valid_from, entry.valid_until = values["valid_from"], values["valid_until"]
    columns = ["kind", "line", "concerned_line_ids", "valid_from", "valid_until"]
    Entry.objects.bulk_update(entries, columns, batch_size=BATCH)
