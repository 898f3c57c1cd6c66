"""What entries say at this moment, as plain values: for export, and for what an import compares with."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db.models import Max, QuerySet

from accounts.models import Agent
from faq import exchange
from faq.exchange import Content, variants
from faq.exchange.source import SourceText
from faq.models import (
    Entry,
    EntryQuerySet,
    EntryState,
    Purpose,
    Revision,
    RevisionState,
    SimilarQuestion,
    Source,
)
from faq.models.revision import OPEN_STATES

CHUNK = 1000


@dataclass(frozen=True)
class OpenDraft:
    """The open revision of an entry."""

    revision_id: int
    state: str
    content: Content
    author_ids: frozenset[int]


@dataclass(frozen=True)
class Snapshot:
    """One entry at one moment: ``content`` is the live text, else the draft's; ``draft`` what is open."""

    entry_id: int
    state: str
    content: Content
    draft: OpenDraft | None
    last_number: int


def export(
    path: Path,
    entries: EntryQuerySet | None = None,
    *,
    reader: Agent | None = None,
    tell: Callable[[int], object] = lambda _: None,
) -> int:
    """Write these entries (without a choice: all that are not withdrawn) into a file, and say how many.

    For a ``reader`` nothing in it tells of entries closed to them; the entries are theirs to choose.

    A file cannot tell that an entry is withdrawn, so one that was would come back with the import.
    Raises RuleBrokenError as `exchange.write` does.
    """
    chosen = entries if entries is not None else Entry.objects.exclude(state=EntryState.WITHDRAWN)
    pks = list(chosen.with_text().order_by("pk").values_list("pk", flat=True))

    def contents() -> Iterator[Content]:
        for start in range(0, len(pks), CHUNK):
            found = [snapshot.content for snapshot in snapshots(pks[start : start + CHUNK])]
            yield from found if reader is None else _without_hidden(found, reader)
            tell(len(found))

    exchange.write(path, contents())
    return len(pks)


def _without_hidden(contents: list[Content], reader: Agent) -> Iterator[Content]:
    """A relation to an entry that is closed to the reader would tell that it exists."""
    names = {name for content in contents for name in content.related}
    seen = Entry.objects.filter(external_id__in=names).unrestricted_for(reader)
    known = set(seen.values_list("external_id", flat=True))
    for content in contents:
        yield replace(content, related=tuple(name for name in content.related if name in known))


def snapshots(pks: Sequence[int]) -> list[Snapshot]:
    """These entries as they are now, in the order of their keys; the same few queries for every number."""
    entries = list(
        Entry.objects.filter(pk__in=pks).select_related("line", "category", "source").order_by("pk")
    )
    related = _lists(
        Entry.related.through.objects.filter(from_entry__in=pks), "from_entry", "to_entry__external_id"
    )
    similar = _lists(
        SimilarQuestion.objects.filter(entry__in=pks).order_by("position", "pk"), "entry", "text"
    )
    texts = _texts(pks)
    numbers = _last_numbers(pks)
    found = []
    for entry in entries:
        at_once = Content(
            external_id=entry.external_id,
            category=entry.category.path if entry.category else "",
            similar_questions=tuple(similar[entry.pk]),
            keywords=tuple(entry.keywords),
            related=tuple(related[entry.pk]),
            review_due_on=entry.review_due_on,
            source=_source(entry.source),
            is_restricted=entry.is_restricted,
        )
        found.append(_snapshot(entry, at_once, texts[entry.pk], numbers.get(entry.pk, 0)))
    return found


@dataclass(frozen=True)
class _Text:
    revision: Revision
    lines_concerned: tuple[str, ...]
    author_ids: frozenset[int]

    def over(self, content: Content) -> Content:
        revision = self.revision
        return replace(
            content,
            line=revision.line.code,
            lines_concerned=self.lines_concerned,
            kind=revision.kind,
            question=revision.question,
            key_points=tuple(revision.key_points),
            answer=revision.answer,
            script=revision.script,
            variants=tuple(map(variants.compact, revision.variants)),
            valid_from=revision.valid_from,
            valid_until=revision.valid_until,
        )


def _snapshot(entry: Entry, at_once: Content, texts: list[_Text], last_number: int) -> Snapshot:
    live = next((text for text in texts if text.revision.pk == entry.live_revision_id), None)
    opened = next((text for text in texts if text.revision.state in OPEN_STATES), None)
    draft = None
    if opened is not None:
        revision = opened.revision
        draft = OpenDraft(revision.pk, revision.state, opened.over(at_once), opened.author_ids)
    if live is not None:
        # A validity shortened at once stands in the entry, not in the text that was signed.
        content = replace(live.over(at_once), valid_from=entry.valid_from, valid_until=entry.valid_until)
    else:
        content = draft.content if draft else at_once
    return Snapshot(entry.pk, entry.state, content, draft, last_number)


def _last_numbers(pks: Sequence[int]) -> dict[int, int]:
    """Of every revision: requests and what was thrown away have their numbers too."""
    numbered = Revision.objects.filter(entry__in=pks).order_by().values_list("entry")
    return dict(numbered.annotate(last=Max("number")))


def _texts(pks: Sequence[int]) -> dict[int, list[_Text]]:
    revisions = list(
        Revision.objects.filter(
            entry__in=pks, state__in=[*OPEN_STATES, RevisionState.PUBLISHED], purpose=Purpose.TEXT
        )
        .select_related("line")
        .order_by("pk")
    )
    ids = [revision.pk for revision in revisions]
    concerned = Revision.lines_concerned.through.objects.filter(revision__in=ids)
    lines = _lists(concerned, "revision", "businessline__code")
    authors = defaultdict(set)
    for revision_id, author in Revision.authors.through.objects.filter(revision__in=ids).values_list(
        "revision", "agent"
    ):
        authors[revision_id].add(author)
    texts: dict[int, list[_Text]] = defaultdict(list)
    for revision in revisions:
        text = _Text(revision, tuple(lines[revision.pk]), frozenset(authors[revision.pk]))
        texts[revision.entry_id].append(text)
    return texts


def _lists(rows: QuerySet[Any], owner: str, value: str) -> dict[int, list[str]]:
    """Values by their owner, in the order they were added unless the rows have another."""
    ordered = rows if rows.query.order_by else rows.order_by("pk")
    lists: dict[int, list[str]] = defaultdict(list)
    for key, item in ordered.values_list(owner, value):
        lists[key].append(item)
    return lists


def _source(source: Source | None) -> str:
    if source is None:
        return ""
    return "\n".join(SourceText(source.title, source.link, source.dated_on).lines())
