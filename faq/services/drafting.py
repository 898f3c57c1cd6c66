"""Writing: an entry with its first draft, a new draft of a published text, saving a draft."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent, BusinessLine
from faq import wording
from faq.models import (
    Category,
    Entry,
    EntryState,
    Kind,
    Purpose,
    Revision,
    RevisionState,
    SignOff,
    SimilarQuestion,
)
from faq.models.entry import new_external_id
from faq.models.revision import OPEN_STATES
from faq.services.locking import database_now, lock_entry, lock_revision
from kb.lib.errors import RuleBrokenError


class DraftChangedError(RuleBrokenError):
    """Somebody else saved this draft meanwhile; ``current`` holds their text, to show beside one's own."""

    def __init__(self, current: Revision) -> None:
        super().__init__(_("Somebody else has saved this draft meanwhile. Nothing was overwritten."))
        self.current = current


@dataclass(frozen=True)
class Variant:
    """What differs for one region or customer segment; what is empty is as for everybody."""

    name: str
    key_points: Sequence[str] = ()
    answer: str = ""
    script: str = ""

    def tidied(self) -> "Variant":
        points = [point for point in map(wording.tidy, self.key_points) if point]
        return Variant(
            wording.tidy_line(self.name), points, wording.tidy(self.answer), wording.tidy(self.script)
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "key_points": list(self.key_points),
            "answer": self.answer,
            "script": self.script,
        }


@dataclass(frozen=True)
class Text:
    """All of an entry that needs every seat; what a revision keeps."""

    question: str
    line: BusinessLine
    lines_concerned: Sequence[BusinessLine] = ()
    kind: str = Kind.FAQ
    key_points: Sequence[str] = ()
    answer: str = ""
    script: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    variants: Sequence[Variant] = ()
    attachment_ids: Sequence[int] = ()

    def tidied(self) -> "Text":
        """The text as it is stored. Raises RuleBrokenError on no question or a part too long."""
        tidy = Text(
            question=wording.tidy_line(self.question),
            line=self.line,
            lines_concerned=[line for line in dict.fromkeys(self.lines_concerned) if line != self.line],
            kind=self.kind,
            key_points=[point for point in map(wording.tidy, self.key_points) if point],
            answer=wording.tidy(self.answer),
            script=wording.tidy(self.script),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            variants=[variant.tidied() for variant in self.variants],
            attachment_ids=sorted(set(self.attachment_ids)),
        )
        tidy._check()
        return tidy

    def _check(self) -> None:
        if not self.question:
            raise RuleBrokenError(_("The question is missing."))
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise RuleBrokenError(_("The validity ends before it begins."))
        names = [variant.name for variant in self.variants]
        if not all(names):
            raise RuleBrokenError(_("A variant has no name: say which region or customers it is for."))
        if len(set(names)) < len(names):
            raise RuleBrokenError(_("Two variants have the same name."))
        if self._is_long():
            raise RuleBrokenError(_("A part of the text is too long."))

    def _is_long(self) -> bool:
        parts: list[Text | Variant] = [self, *self.variants]
        return (
            len(self.question) > wording.LONGEST_QUESTION
            or len(self.variants) > wording.MOST_VARIANTS
            or any(len(variant.name) > wording.LONGEST_VARIANT_NAME for variant in self.variants)
            or any(len(point) > wording.LONGEST_KEY_POINT for part in parts for point in part.key_points)
            or any(len(part.key_points) > wording.MOST_KEY_POINTS for part in parts)
            or any(max(len(part.answer), len(part.script)) > wording.LONGEST_TEXT for part in parts)
        )

    @classmethod
    def of(cls, revision: Revision) -> "Text":
        """What a revision holds."""
        return cls(
            question=revision.question,
            line=revision.line,
            lines_concerned=list(revision.lines_concerned.order_by("pk")),
            kind=revision.kind,
            key_points=revision.key_points,
            answer=revision.answer,
            script=revision.script,
            valid_from=revision.valid_from,
            valid_until=revision.valid_until,
            variants=[Variant(**variant) for variant in revision.variants],
            attachment_ids=list(revision.attachments.order_by("pk").values_list("pk", flat=True)),
        )

    def columns(self) -> dict[str, object]:
        """The revision's columns; the lines concerned and the attachments are tables of their own."""
        return {
            "question": self.question,
            "line": self.line,
            "kind": self.kind,
            "key_points": list(self.key_points),
            "answer": self.answer,
            "script": self.script,
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "variants": [variant.to_json() for variant in self.variants],
        }


@transaction.atomic
def create_entry(
    text: Text,
    *,
    by: Agent,
    category: Category | None = None,
    similar_questions: Sequence[str] = (),
    keywords: Sequence[str] = (),
    is_restricted: bool = False,
    external_id: str = "",
) -> Revision:
    """Make an entry with its first draft, and return the draft; its ``entry`` is the new entry.

    Raises RuleBrokenError when the question is missing or a part is too long.
    """
    text = text.tidied()
    entry = Entry.objects.create(
        external_id=external_id or new_external_id(),
        line=text.line,
        category=category,
        keywords=list(keywords),
        is_restricted=is_restricted,
        created_by=by,
    )
    similar = dict.fromkeys(filter(None, map(wording.tidy_line, similar_questions)))
    SimilarQuestion.objects.bulk_create(
        SimilarQuestion(entry=entry, text=wanted, position=position, added_by=by)
        for position, wanted in enumerate(similar)
    )
    revision = Revision.objects.create(entry=entry, number=1, created_by=by, **text.columns())
    revision.lines_concerned.set(text.lines_concerned)
    revision.authors.add(by)
    _mirror(entry, text)
    audit.record(by, "entry.created", entry, question=text.question)
    return revision


@transaction.atomic
def new_draft(entry: Entry, *, by: Agent) -> Revision:
    """Begin a change of a published text: a draft with the same words, while the old text stays live.

    A validity that was shortened since is the draft's too, or the next change would lengthen it unseen.
    Locks the entry. Raises RuleBrokenError when the entry has no published text, or a draft is open already.
    """
    entry = lock_entry(entry.pk)
    live = entry.live_revision
    if live is None:
        raise RuleBrokenError(_("This entry has no published text yet; its draft is open."))
    if entry.revisions.filter(state__in=OPEN_STATES, purpose=Purpose.TEXT).exists():
        raise RuleBrokenError(_("A draft of this entry is open already."))
    number = (entry.revisions.aggregate(last=Max("number"))["last"] or 0) + 1
    text = replace(Text.of(live), valid_until=entry.valid_until)
    draft = Revision.objects.create(entry=entry, number=number, created_by=by, **text.columns())
    draft.lines_concerned.set(text.lines_concerned)
    draft.attachments.set(text.attachment_ids)
    audit.record(by, "draft.opened", draft, entry=entry.pk)
    return draft


@transaction.atomic
def begin_again(earlier: Revision, *, by: Agent) -> Revision:
    """Begin a change with the words of an earlier text of the entry; ``by`` is its author.

    Of words that never came out, whoever wrote them is an author still, and does not sign them now either.
    Locks the entry. Raises RuleBrokenError like `new_draft`, and when agents read these words already.
    """
    draft = new_draft(earlier.entry, by=by)
    saved = save_draft(draft, Text.of(earlier), by=by)
    if not saved.authors.filter(pk=by.pk).exists():
        raise RuleBrokenError(_("This is what agents read already."))
    if earlier.purpose == Purpose.TEXT and earlier.published_at is None:
        saved.authors.add(*earlier.authors.all())
    return saved


@transaction.atomic
def save_draft(revision: Revision, text: Text, *, by: Agent, seen_at: datetime | None = None) -> Revision:
    """Save a draft's words. Every seat signed so far is void, and the text is a draft again.

    Locks the entry. ``seen_at`` is the ``changed_at`` of the text the person started from: when somebody else
    saved since, DraftChangedError brings their text. A save that changes nothing makes nobody an author.
    Raises RuleBrokenError when the revision is not open any more, or the text breaks a rule.
    """
    revision = lock_revision(revision)
    if revision.state not in OPEN_STATES or revision.purpose != Purpose.TEXT:
        raise RuleBrokenError(_("This text is no longer a draft; it was published or replaced meanwhile."))
    if seen_at is not None and seen_at != revision.changed_at:
        raise DraftChangedError(revision)
    text = text.tidied()
    if _is_same(text, Text.of(revision)):
        return revision
    for name, value in text.columns().items():
        setattr(revision, name, value)
    revision.state = RevisionState.DRAFT
    revision.changed_at = database_now()
    revision.save(update_fields=[*text.columns(), "state", "changed_at"])
    revision.lines_concerned.set(text.lines_concerned)
    _attach(revision, text)
    revision.authors.add(by)
    SignOff.objects.filter(revision=revision, voided_at=None).update(voided_at=revision.changed_at)
    _mirror(revision.entry, text)
    audit.record(by, "draft.saved", revision, entry=revision.entry_id)
    return revision


@transaction.atomic
def discard(revision: Revision, *, by: Agent) -> Revision:
    """Give a draft up; its words stay readable in the history, and the live text stays as it is.

    An entry that never was published goes out of every list with it: there is nothing else to read of it.
    Locks the entry. Raises RuleBrokenError when the text is no open draft any more.
    """
    revision = lock_revision(revision)
    if revision.state not in OPEN_STATES or revision.purpose != Purpose.TEXT:
        raise RuleBrokenError(_("This text is no longer a draft; it was published or replaced meanwhile."))
    revision.state = RevisionState.DISCARDED
    revision.changed_at = database_now()
    revision.save(update_fields=["state", "changed_at"])
    SignOff.objects.filter(revision=revision, voided_at=None).update(voided_at=revision.changed_at)
    audit.record(by, "draft.discarded", revision, entry=revision.entry_id)
    return revision


def _attach(revision: Revision, text: Text) -> None:
    """Raises RuleBrokenError for a file of another entry."""
    own = revision.entry.attachments.filter(pk__in=text.attachment_ids).values_list("pk", flat=True)
    if set(own) != set(text.attachment_ids):
        raise RuleBrokenError(_("A file is not this entry's; attach it again."))
    revision.attachments.set(own)


def _is_same(left: Text, right: Text) -> bool:
    same_lines = {line.pk for line in left.lines_concerned} == {line.pk for line in right.lines_concerned}
    same_files = set(left.attachment_ids) == set(right.attachment_ids)
    return same_lines and same_files and left.columns() == right.columns()


def _mirror(entry: Entry, text: Text) -> None:
    """An entry that never was published is listed by its draft's kind, lines and validity."""
    if entry.state != EntryState.DRAFT or entry.live_revision_id is not None:
        return
    entry.kind, entry.line = text.kind, text.line
    entry.concerned_line_ids = sorted({text.line.pk, *(line.pk for line in text.lines_concerned)})
    entry.valid_from, entry.valid_until = text.valid_from, text.valid_until
    entry.save(update_fields=["kind", "line", "concerned_line_ids", "valid_from", "valid_until"])
