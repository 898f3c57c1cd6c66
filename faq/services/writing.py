"""Saving what the editor sends: the text that needs every seat and what is done at once, both or neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import Agent
from faq import sheet as sheets
from faq.exchange.source import SourceText
from faq.models import Autosave, Category, Entry, Revision, Source
from faq.services import curating, drafting
from faq.services.curating import Curation
from faq.services.drafting import DraftChangedError, Text
from faq.services.locking import lock_entry
from faq.sheet import Sheet

NO_SOURCE = SourceText()
DESCRIBING = ("significance", "reason")


@dataclass(frozen=True)
class Beside:
    """What an entry has beside its text; done at once, without a seat."""

    similar_questions: Sequence[str] = ()
    keywords: Sequence[str] = ()
    category: Category | None = None
    related_ids: Sequence[int] = ()
    source: SourceText = NO_SOURCE
    review_due_on: date | None = None
    is_restricted: bool = False


@dataclass(frozen=True)
class Writing:
    """One form as it was sent: ``sheet`` holds the words, the rest what they mean."""

    sheet: Sheet
    text: Text
    beside: Beside
    significance: str
    reason: str


@transaction.atomic
def begin(writing: Writing, *, by: Agent) -> Revision:
    """Make an entry with its first draft. Raises RuleBrokenError when the text breaks a rule."""
    beside = writing.beside
    revision = drafting.create_entry(
        writing.text,
        by=by,
        category=beside.category,
        similar_questions=beside.similar_questions,
        keywords=beside.keywords,
        is_restricted=beside.is_restricted,
    )
    columns = {"source": _source(beside.source), "review_due_on": beside.review_due_on}
    related = list(beside.related_ids) or None
    curating.apply([Curation(revision.entry_id, columns, related_ids=related)], by=by)
    _describe(revision, writing, DESCRIBING)
    Autosave.objects.filter(person=by, revision=None).delete()
    return revision


@transaction.atomic
def save(
    revision: Revision,
    writing: Writing,
    *,
    by: Agent,
    seen_at: datetime,
    seen: Mapping[str, str] | None = None,
) -> Revision:
    """Save a form that began from the draft of ``seen_at``, whose parts had the digests ``seen``.

    Only what this person changed is set. Locks the entry. Raises DraftChangedError, and saves nothing, when
    somebody else saved the text since, or changed the same thing beside it; and what `save_draft` raises.
    """
    lock_entry(revision.entry_id)
    current = Revision.objects.select_related("entry__source", "entry__category").get(pk=revision.pk)
    now = sheets.of(current, by)
    changed = _changed(writing.sheet, now, sheets.digests(now) if seen is None else seen, current)
    saved = _save_text(current, writing, by, seen_at, seen)
    _curate(saved, writing.beside, changed, now, by)
    described = [name for name in DESCRIBING if name in changed]
    if described:
        _describe(saved, writing, described)
        before = {name: now[name][0] for name in described}
        after = {name: writing.sheet[name][0] for name in described}
        audit.record(by, "draft.described", saved, entry=saved.entry_id, before=before, after=after)
    Autosave.objects.filter(person=by, revision=revision).delete()
    return saved


def _save_text(
    current: Revision, writing: Writing, by: Agent, seen_at: datetime, seen: Mapping[str, str] | None
) -> Revision:
    """Whoever left the text as they saw it does not mind that somebody else saved another since."""
    is_left = seen is not None and all(
        sheets.digest(writing.sheet, part) == seen.get(part.name) for part in sheets.PARTS if part.is_signed
    )
    text = Text.of(current)
    if not is_left:
        text = replace(writing.text, attachment_ids=text.attachment_ids)
    return drafting.save_draft(current, text, by=by, seen_at=None if is_left else seen_at)


def _changed(mine: Sheet, now: Sheet, seen: Mapping[str, str], current: Revision) -> set[str]:
    """The parts without seats that this person changed. DraftChangedError where others did too."""
    found = set()
    for part in sheets.differing(mine, now):
        if part.is_signed or sheets.digest(mine, part) == seen.get(part.name):
            continue
        if sheets.digest(now, part) != seen.get(part.name):
            raise DraftChangedError(current)
        found.add(part.name)
    return found


def _curate(revision: Revision, beside: Beside, changed: set[str], now: Sheet, by: Agent) -> None:
    entry = Entry.objects.get(pk=revision.entry_id)
    columns: dict[str, Any] = {
        "keywords": list(beside.keywords),
        "category": beside.category,
        "review_due_on": beside.review_due_on,
        "is_restricted": beside.is_restricted,
    }
    columns = {name: value for name, value in columns.items() if name in changed}
    if "source" in changed:
        columns["source"] = _source(beside.source)
    similar = beside.similar_questions if "similar_questions" in changed else None
    related = _related(entry, beside, by) if "related" in changed else None
    if not columns and similar is None and related is None:
        return
    curating.apply([Curation(entry.pk, columns, similar, related)], by=by)
    parts = [part for part in sheets.PARTS if part.name in changed and part.name not in DESCRIBING]
    before = {name: now[name] for part in parts for name in part.names}
    after = sheets.of(Revision.objects.select_related("entry__source").get(pk=revision.pk), by)
    audit.record(by, "entry.curated", entry, before=before, after={name: after[name] for name in before})


def _related(entry: Entry, beside: Beside, by: Agent) -> list[int]:
    """The chosen ones, and those that this person could not see in order to keep them."""
    shown = Entry.objects.listed_for(by)
    hidden = entry.related.exclude(pk__in=shown.values("pk")).values_list("pk", flat=True)
    return list(dict.fromkeys([*beside.related_ids, *hidden]))


def _describe(revision: Revision, writing: Writing, names: Sequence[str]) -> None:
    revision.significance, revision.reason = writing.significance, writing.reason
    revision.save(update_fields=list(names))


def _source(told: SourceText) -> Source | None:
    if not told.title:
        return None
    found, _is_new = Source.objects.get_or_create(title=told.title, link=told.link, dated_on=told.dated_on)
    return found
