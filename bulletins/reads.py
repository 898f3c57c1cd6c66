"""Sources with their entries, as one person may see them; what is returned asks the database no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, Now, RowNumber
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Agent
from bulletins.models import Notice, Passage
from faq.models import Entry, EntryState, Purpose, Revision, RevisionState, Source

PAGE_SOURCES = 25
SHOWN_ENTRIES = 8
MOST_ENTRIES = 200


@dataclass(frozen=True)
class EntryLine:
    """One entry of a source: what it asks, where it stands, and what of it may be opened."""

    pk: int
    question: str
    line: str
    word: str
    tone: str
    is_readable: bool
    draft_pk: int | None


@dataclass(frozen=True)
class SourceLine:
    """One source; those without a notice came with an import."""

    pk: int
    title: str
    link: str
    dated_on: date | None
    is_notice: bool
    added_at: datetime | None
    added_by: str
    file_name: str
    number_of_entries: int
    entries: list[EntryLine]

    @property
    def more(self) -> int:
        """How many entries are not among those shown."""
        return self.number_of_entries - len(self.entries)


def entries_of(reader: Agent) -> QuerySet[Entry]:
    """What a writer may know of: what the list of entries shows them."""
    return Entry.objects.listed_for(reader)


def sources_of(reader: Agent) -> QuerySet[Source]:
    """Every notice, and the sources of at least one entry this person may know of."""
    theirs = entries_of(reader).filter(source=OuterRef("pk"))
    found = Source.objects.filter(Q(notice__isnull=False) | Q(Exists(theirs)))
    return found.select_related("notice__added_by").defer("notice__text")


def notices_named_to(reader: Agent) -> QuerySet[Notice]:
    """Every notice for a writer; for others those that an entry they may read names as its source."""
    if permissions.may_write_entries(reader):
        return Notice.objects.all()
    theirs = Entry.objects.visible_to(reader).filter(source=OuterRef("source"))
    return Notice.objects.filter(Exists(theirs))


def source_page(reader: Agent, asked: str, page: str | None) -> tuple[list[SourceLine], Page[Source]]:
    """One page of the list, newest first, of those whose title holds every word of ``asked``."""
    found = sources_of(reader)
    for word in asked.split()[:20]:
        found = found.filter(title__icontains=word)
    newest = [F(name).desc(nulls_last=True) for name in ("notice__added_at", "dated_on", "pk")]
    shown = Paginator(found.order_by(*newest), PAGE_SOURCES).get_page(page)
    return _with_entries(reader, list(shown.object_list), SHOWN_ENTRIES), shown


def source_line(reader: Agent, source: Source) -> SourceLine:
    """One source with many of its entries."""
    (line,) = _with_entries(reader, [source], MOST_ENTRIES)
    return line


def used_paragraphs(notice: Notice, entries: Iterable[EntryLine]) -> dict[int, list[EntryLine]]:
    """By paragraph, the entries made of it that are among these."""
    known = {entry.pk: entry for entry in entries}
    used: dict[int, list[EntryLine]] = {}
    for passage in Passage.objects.filter(notice=notice, entry__in=known):
        for number in passage.paragraphs:
            used.setdefault(number, []).append(known[passage.entry_id])
    return used


def _with_entries(reader: Agent, sources: list[Source], most: int) -> list[SourceLine]:
    theirs = entries_of(reader).filter(source__in=[source.pk for source in sources]).order_by()
    counts = dict(theirs.values_list("source").annotate(number=Count("pk")))
    rank = Window(RowNumber(), partition_by=F("source"), order_by=F("pk").desc())
    ranked = theirs.annotate(rank=rank).filter(rank__lte=most).values("pk")
    by_source: dict[int, list[EntryLine]] = {source.pk: [] for source in sources}
    for row in _described(reader, [row["pk"] for row in ranked]):
        by_source[row["source"]].append(_entry_line(row))
    return [_line(source, counts.get(source.pk, 0), by_source[source.pk]) for source in sources]


def _described(reader: Agent, pks: list[int]) -> list[dict[str, Any]]:
    texts = Revision.objects.filter(entry=OuterRef("pk"), purpose=Purpose.TEXT).order_by("-number")
    drafts = Revision.objects.readable_by(reader).open().filter(entry=OuterRef("pk"), purpose=Purpose.TEXT)
    readable = Entry.objects.visible_to(reader).filter(pk=OuterRef("pk"))
    rows: Any = Entry.objects.filter(pk__in=pks).annotate(
        question=Coalesce("live_revision__question", Subquery(texts.values("question")[:1])),
        draft_pk=Subquery(drafts.values("pk")[:1]),
        draft_state=Subquery(drafts.values("state")[:1]),
        is_readable=Exists(readable),
        now=Now(),
    )
    names = ["pk", "source", "state", "line__name", "valid_from", "valid_until"]
    return list(
        rows.order_by("-pk").values(*names, "question", "draft_pk", "draft_state", "is_readable", "now")
    )


def _entry_line(row: dict[str, Any]) -> EntryLine:
    word, tone = _standing(row)
    return EntryLine(
        row["pk"], row["question"] or "", row["line__name"], word, tone, row["is_readable"], row["draft_pk"]
    )


def _standing(row: dict[str, Any]) -> tuple[str, str]:
    """The word for where an entry stands, and the tone it is said in; a draft says how far it got."""
    if row["state"] == EntryState.WITHDRAWN:
        return _("Withdrawn"), "bad"
    if row["state"] == EntryState.DRAFT:
        state = RevisionState(row["draft_state"] or RevisionState.DRAFT)
        return str(state.label), "bad" if state == RevisionState.REJECTED else "soft"
    if row["valid_from"] and row["valid_from"] > row["now"]:
        return _("Not yet in force"), "warn"
    if row["valid_until"] and row["valid_until"] <= row["now"]:
        return _("Expired"), "bad"
    return _("In force"), "good"


def _line(source: Source, number_of_entries: int, entries: list[EntryLine]) -> SourceLine:
    notice: Notice | None = getattr(source, "notice", None)
    return SourceLine(
        pk=source.pk,
        title=source.title,
        link=source.link,
        dated_on=source.dated_on,
        is_notice=notice is not None,
        added_at=notice.added_at if notice else None,
        added_by=str(notice.added_by) if notice else "",
        file_name=notice.file_name if notice else "",
        number_of_entries=number_of_entries,
        entries=entries,
    )
