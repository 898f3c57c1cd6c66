"""The opened entry, as the desk and the reading page show it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import Agent, BusinessLine
from faq import leading
from faq.models import Attachment, Entry, EntryState, Flag, Pin, Revision, SignOff, Source, Verdict
from hits import combined
from kb.home.freshness import seal
from kb.home.versions import Version, versions_of
from kb.lib.months import Month

SOON_DAYS = 7


@dataclass(frozen=True)
class Standing:
    """Where an entry stands now: a word, and the tone it is said in (good, warn, bad or soft)."""

    word: str
    tone: str


@dataclass(frozen=True)
class OpenedEntry:
    """Plain values; nothing here asks the database again."""

    id: int
    question: str
    standing: Standing
    kind: str
    line: BusinessLine
    other_lines: list[str]
    category: str
    versions: list[Version]
    attachments: list[Attachment]
    similar_questions: list[str]
    related: list[tuple[int, str]]
    source: Source | None
    valid_from: datetime | None
    valid_until: datetime | None
    read_at: datetime
    seal: str
    signed_at: datetime | None
    is_unsigned: bool
    is_withdrawn: bool
    is_restricted: bool
    is_flagged: bool
    is_pinned: bool
    concerned_line_ids: list[int]
    hits_this_month: int


def opened_entry(pk: int, reader: Agent) -> OpenedEntry | None:
    """What this person may read of that entry now; None for what is not there for them."""
    entry = (
        Entry.objects.visible_to(reader)
        .select_related("line", "category", "source", "live_revision")
        .annotate(
            read_at=Now(),
            is_pinned=Exists(_pins(reader)),
            is_flagged=Exists(Flag.objects.filter(entry=OuterRef("pk"), answered_at__isnull=True)),
        )
        .filter(pk=pk)
        .first()
    )
    if entry is None:
        return None
    text = entry.live_revision or entry.revisions.order_by("-number").first()
    return _opened(entry, text, reader) if text else None


def _opened(entry: Entry, text: Revision, reader: Agent) -> OpenedEntry:
    read_at: datetime = entry.read_at  # type: ignore[attr-defined]
    return OpenedEntry(
        id=entry.pk,
        question=text.question,
        standing=standing(entry, read_at),
        kind=entry.get_kind_display(),
        line=entry.line,
        other_lines=_other_lines(entry),
        category=entry.category.path if entry.category else "",
        versions=versions_of(text),
        attachments=list(Attachment.objects.filter(revisions=text).without_content()),
        similar_questions=list(entry.similar_questions.values_list("text", flat=True)),
        related=_related(entry, reader),
        source=entry.source,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        read_at=read_at,
        seal=seal(entry.live_revision_id, entry.changed_at),
        signed_at=_signed_at(text),
        is_unsigned=entry.is_unsigned,
        is_withdrawn=entry.state == EntryState.WITHDRAWN,
        is_restricted=entry.is_restricted,
        is_flagged=entry.is_flagged,  # type: ignore[attr-defined]
        is_pinned=entry.is_pinned,  # type: ignore[attr-defined]
        concerned_line_ids=entry.concerned_line_ids,
        hits_this_month=combined.hits_of_entries([entry.pk], Month.of(read_at).first_day).get(entry.pk, 0),
    )


def standing(entry: Entry, at: datetime) -> Standing:
    """The word for an entry's state at that moment."""
    if entry.state == EntryState.DRAFT:
        return Standing(_("Draft"), "soft")
    if entry.state == EntryState.WITHDRAWN:
        return Standing(_("Withdrawn"), "bad")
    if entry.valid_from and entry.valid_from > at:
        return Standing(_("Not yet in force"), "warn")
    if entry.valid_until and entry.valid_until <= at:
        return Standing(_("Expired"), "bad")
    if entry.valid_until and (entry.valid_until - at).days < SOON_DAYS:
        return Standing(_("Expires soon"), "warn")
    return Standing(_("In force"), "good")


def _other_lines(entry: Entry) -> list[str]:
    others = [pk for pk in entry.concerned_line_ids if pk != entry.line_id]
    return list(BusinessLine.objects.filter(pk__in=others).values_list("name", flat=True)) if others else []


def _pins(reader: Agent) -> QuerySet[Pin]:
    """Of the entry itself, and of what was combined into it."""
    leads_here = Q(entry__redirects__into=OuterRef("pk"), entry__redirects__undone_at__isnull=True)
    return Pin.objects.filter(Q(entry=OuterRef("pk")) | leads_here, person=reader)


def _related(entry: Entry, reader: Agent) -> list[tuple[int, str]]:
    """What was combined stands for itself where it leads to; never the entry itself."""
    related = entry.related.order_by("position", "pk").values_list("pk", flat=True)
    pks = leading.in_their_place(related)
    found = Entry.objects.findable_by(reader).filter(pk__in=pks).exclude(pk=entry.pk)
    questions = dict(found.values_list("pk", "live_revision__question"))
    return [(pk, questions[pk]) for pk in pks if pk in questions]


def _signed_at(text: Revision) -> datetime | None:
    approved = SignOff.objects.filter(revision=text, verdict=Verdict.APPROVED, voided_at__isnull=True)
    signed: datetime | None = approved.aggregate(last=Max("signed_at"))["last"]
    return signed
