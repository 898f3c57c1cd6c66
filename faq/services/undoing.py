"""Undo an import as one: what nobody has touched since is as it was before, all else is left and told."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent, AuditRow, BusinessLine
from faq.exchange import BY_NAME, TEXT_FIELDS, Content
from faq.exchange import source as sources
from faq.models import Category, Entry, EntryState, Revision, RevisionState, SignOff, Source
from faq.services import bulk_drafting, curating, publishing
from faq.services.bulk_drafting import Draft
from faq.services.curating import Curation
from faq.services.exporting import CHUNK, Snapshot, snapshots
from faq.services.locking import lock_entries

AROUND = timedelta(hours=1)
LISTS = ("similar_questions", "related")


@dataclass(frozen=True)
class Left:
    """What was not undone of one entry, and why."""

    entry: int
    external_id: str
    question: str
    reason: str


@dataclass
class Outcome:
    """How many entries went where: drafts thrown away, published ones withdrawn, changed ones set back."""

    discarded: int = 0
    withdrawn: int = 0
    set_back: int = 0
    left: list[Left] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@transaction.atomic
def undo(run: UUID, *, by: Agent, applied_at: datetime) -> Outcome:
    """Undo what an import did at that time, in one transaction. Locks its entries.

    Nothing is deleted: a new draft is discarded, a new published entry withdrawn, a changed text gives way
    to the one before. A field, or a text, that is not what the import made of it is somebody's work since.
    """
    rows = AuditRow.objects.filter(
        act="entry.imported", at__range=(applied_at - AROUND, applied_at + AROUND), detail__run=str(run)
    )
    imported = {int(row.subject_id): row for row in rows.select_related("actor")}
    undoing = _Undoing(imported, by, applied_at)
    for entry_id, row in imported.items():
        undoing.look_at(entry_id, row)
    undoing.write(run)
    return undoing.outcome


class _Undoing:
    """What the entries are now, and what shall be done to them."""

    def __init__(self, imported: dict[int, AuditRow], by: Agent, applied_at: datetime) -> None:
        self.by = by
        self.outcome = Outcome()
        self.entries = {entry.pk: entry for entry in lock_entries(imported)}
        self.now: dict[int, Snapshot] = {}
        pks = sorted(self.entries)
        for start in range(0, len(pks), CHUNK):
            self.now |= {found.entry_id: found for found in snapshots(pks[start : start + CHUNK])}
        written = [row.detail["revision"] for row in imported.values() if "revision" in row.detail]
        self.revisions = Revision.objects.in_bulk(written)
        live = [row.detail["live"] for row in imported.values() if row.detail.get("live")]
        self.earlier = Revision.objects.prefetch_related("lines_concerned").in_bulk(live)
        newer = Entry.objects.filter(pk__in=pks, live_revision__published_at__gt=applied_at)
        self.out_since = set(newer.values_list("pk", flat=True))
        self.signed = set(SignOff.objects.filter(revision__in=written).values_list("revision", flat=True))
        self.lines = dict(BusinessLine.objects.values_list("code", "pk"))
        self.discards: list[int] = []
        self.withdrawals: list[int] = []
        self.rewrites: list[Draft] = []
        self.republished: list[tuple[Draft, bool]] = []
        self.backs: dict[int, dict[str, Any]] = {}
        self.undone: dict[int, dict[str, Any]] = {}

    def look_at(self, entry_id: int, row: AuditRow) -> None:
        detail = row.detail
        reason = self._is_new(entry_id, row) if detail.get("is_new") else self._is_changed(entry_id, row)
        if reason:
            content = self.now[entry_id].content
            self.outcome.left.append(Left(entry_id, content.external_id, content.question, reason))

    def _is_new(self, entry_id: int, row: AuditRow) -> str:
        """Throw a new entry away; the reason why not, or an empty text."""
        if self.now[entry_id].content.tidied().digest() != row.detail.get("digest"):
            return _("was changed since")
        if reason := self._text_is_touched(entry_id, row):
            return reason
        if row.detail.get("is_published"):
            self.withdrawals.append(entry_id)
        else:
            self.discards.append(row.detail["revision"])
            self.outcome.discarded += 1
        self.undone[entry_id] = {"thrown_away": True}
        return ""

    def _text_is_touched(self, entry_id: int, row: AuditRow) -> str:
        """Why the text the import wrote is not its own any more."""
        entry, now = self.entries[entry_id], self.now[entry_id]
        revision = self.revisions[row.detail["revision"]]
        if revision.pk in self.signed:
            return _("has been signed or sent back since")
        if row.detail.get("is_published"):
            if entry.state != EntryState.PUBLISHED or entry.live_revision_id != revision.pk:
                return _("was published again or withdrawn since")
            return _("a new draft was begun since") if now.draft else ""
        if revision.state != RevisionState.DRAFT or now.draft is None:
            return _("its draft was submitted, published or thrown away since")
        if not now.draft.author_ids <= {row.actor_id}:
            return _("somebody else has written in its draft since")
        if now.draft.content.tidied().digest(TEXT_FIELDS) != row.detail["text"]:
            return _("its draft was changed since")
        return ""

    def _is_changed(self, entry_id: int, row: AuditRow) -> str:
        """Set an entry back; what could not be, or an empty text."""
        detail, reasons = row.detail, []
        now = self.now[entry_id].content.tidied().told()
        changed_since = []
        for name in detail["at_once"]:
            if name not in detail["before"]:
                continue
            is_new_end = name == "valid_until" and entry_id in self.out_since  # its seats have signed it
            if not is_new_end and _is_same(name, now[name], detail["after"][name]):
                self.backs.setdefault(entry_id, {})[name] = detail["before"][name]
            else:
                changed_since.append(name)
        if changed_since:
            reasons.append(_("changed since: %(fields)s") % {"fields": ", ".join(changed_since)})
        is_text_back = False
        if "revision" in detail:
            reason = self._text_is_touched(entry_id, row) or self._text_back(entry_id, detail)
            is_text_back = not reason
            reasons += [reason] if reason else []
        if is_text_back or entry_id in self.backs:
            self.outcome.set_back += 1
            fields = sorted(self.backs.get(entry_id, ()))
            self.undone[entry_id] = {"set_back": fields, "is_text_back": is_text_back}
        return "; ".join(reasons)

    def _text_back(self, entry_id: int, detail: dict[str, Any]) -> str:
        """Let the text before take the place of the import's."""
        number = self.now[entry_id].last_number + 1
        if detail.get("is_published") and detail.get("live"):
            if not permissions.may_publish_unsigned(self.by):
                return _("its text is live, and you may not publish without sign-off")
            text = self._text_of(detail["live"]) | _moments(detail["validity"])
            self.republished.append((Draft(entry_id, text, None, number), detail["was_unsigned"]))
        elif detail.get("is_published"):
            self.withdrawals.append(entry_id)
        elif "draft_before" in detail:
            content = Content().with_values(
                {name: BY_NAME[name].parse(value) for name, value in detail["draft_before"].items()}
            )
            values = bulk_drafting.values_of(content, self.lines)
            self.rewrites.append(Draft(entry_id, values, detail["revision"], number))
        else:
            self.discards.append(detail["revision"])
        return ""

    def _text_of(self, revision_id: int) -> dict[str, Any]:
        revision = self.earlier[revision_id]
        values = {name: getattr(revision, name) for name in bulk_drafting.COLUMNS}
        values["line_ids"] = sorted(line.pk for line in revision.lines_concerned.all())
        return values

    def write(self, run: UUID) -> None:
        """Fields, drafts, published texts, audit: in this order."""
        curating.apply(list(self._curations()), by=self.by)
        Revision.objects.filter(pk__in=self.discards).update(state=RevisionState.DISCARDED)
        gone = Revision.objects.filter(pk__in=self.discards)
        audit.record_all(self.by, "draft.discarded", [(text, {"entry": text.entry_id}) for text in gone])
        bulk_drafting.write(self.rewrites, by=self.by)
        for was_unsigned in (False, True):
            drafts = [draft for draft, unsigned in self.republished if unsigned == was_unsigned]
            texts = bulk_drafting.write(drafts, by=self.by)
            if texts:
                # What the seats have signed before needs no second signature.
                publishing.publish_all(texts, by=self.by, as_unsigned=was_unsigned)
        publishing.withdraw_all(
            self.withdrawals, by=self.by, reason=_("The import that published it was undone.")
        )
        self.outcome.withdrawn = len(self.withdrawals)
        left = {one.entry: one.reason for one in self.outcome.left}
        told = sorted(self.undone.keys() | left.keys())
        audit.record_all(self.by, "entry.import_undone", list(_told(told, self.undone, left, run)))

    def _curations(self) -> Iterable[Curation]:
        names = {name for values in self.backs.values() for name in values.get("related", ())}
        ids = dict(Entry.objects.filter(external_id__in=names).values_list("external_id", "pk"))
        for entry_id, values in self.backs.items():
            related = values.get("related")
            yield Curation(
                entry_id,
                {name: _column(name, value) for name, value in values.items() if name not in LISTS},
                values.get("similar_questions"),
                None if related is None else [ids[name] for name in related if name in ids],
            )


def _told(
    pks: Sequence[int], undone: dict[int, dict[str, Any]], left: dict[int, str], run: UUID
) -> Iterable[tuple[Entry, dict[str, Any]]]:
    for pk in pks:
        detail = {"run": str(run), **undone.get(pk, {})}
        yield Entry(pk=pk), detail | ({"left": left[pk]} if pk in left else {})


def _is_same(name: str, left: Any, right: Any) -> bool:
    """As `Content.differences` compares: relations have no order."""
    return sorted(left) == sorted(right) if name == "related" else bool(left == right)


def _moments(told: dict[str, Any]) -> dict[str, Any]:
    return {name: BY_NAME[name].parse(value) for name, value in told.items()}


def _column(name: str, value: Any) -> Any:
    """The entry's column for a field's value as JSON has it."""
    parsed = BY_NAME[name].parse(value)
    if name == "category":
        return Category.objects.filter(path=parsed).first()
    if name == "source":
        told = sources.parse(parsed)
        found = Source.objects.filter(title=told.title, link=told.link, dated_on=told.dated_on)
        return found.first() if parsed else None
    return list(parsed) if name == "keywords" else parsed
