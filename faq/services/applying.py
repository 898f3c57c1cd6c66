"""An import's second half: write what was planned, in one short transaction, with few statements."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent, BusinessLine
from faq.exchange import TEXT_FIELDS
from faq.exchange import source as sources
from faq.models import Category, Entry, Revision, SimilarQuestion, Source
from faq.services import bulk_drafting, curating, filing, publishing
from faq.services.bulk_drafting import Draft
from faq.services.curating import Curation
from faq.services.exporting import CHUNK, snapshots
from faq.services.importing import Item, Plan, Status
from faq.services.locking import lock_entries
from kb.lib.errors import RuleBrokenError

_LISTS = frozenset({"similar_questions", "related"})


@dataclass(frozen=True)
class Done:
    """What an import did; ``run`` names it in the audit rows, which tell what was before."""

    run: str
    new: int
    changed: int
    unchanged: int
    published: int


def apply(plan: Plan, *, file_name: str, tell: Callable[[int], object] = lambda _done: None) -> Done:
    """Do all of the plan or nothing.

    Locks the entries it changes. ``tell`` hears how many rows were written since it was told last; nothing
    is final before the end. Raises RuleBrokenError when the plan has problems, or somebody changed an entry
    since it was made.
    """
    if plan.problems:
        raise RuleBrokenError(_("The file has problems; nothing was imported."))
    items = [item for item in plan.items if item.status != Status.UNCHANGED]
    try:
        with transaction.atomic():
            writing = _Writing(plan, items)
            run = writing.write(file_name)
    except IntegrityError as error:
        raise _meanwhile() from error
    tell(len(plan.items))
    return Done(
        run,
        plan.count(Status.NEW),
        plan.count(Status.CHANGED),
        plan.count(Status.UNCHANGED),
        sum(item.publishes for item in items),
    )


def _meanwhile() -> RuleBrokenError:
    return RuleBrokenError(
        _("Somebody changed an entry of the file meanwhile; nothing was imported. Try again.")
    )


class _Writing:
    """The rows a plan's words stand for, and the steps of writing them."""

    def __init__(self, plan: Plan, items: list[Item]) -> None:
        self.items = items
        self.importer = plan.order.importer
        self._lock()
        BusinessLine.objects.bulk_create(BusinessLine(code=code, name=code) for code in plan.new_lines)
        self.lines = {line.code: line for line in BusinessLine.objects.all()}
        made = [(self.lines[code], {"code": code}) for code in plan.new_lines]
        audit.record_all(self.importer, "line.made", made)
        self.categories = _categories(items, self.importer)
        self.sources = _sources(items)

    def _lock(self) -> None:
        """Nobody has changed what the plan was made of."""
        planned = {item.before.entry_id: item.before for item in self.items if item.before}
        self.entries = {entry.pk: entry for entry in lock_entries(planned)}
        pks = sorted(planned)
        for start in range(0, len(pks), CHUNK):
            for snapshot in snapshots(pks[start : start + CHUNK]):
                if snapshot != planned.pop(snapshot.entry_id):
                    raise _meanwhile()
        if planned:
            raise _meanwhile()

    def write(self, file_name: str) -> str:
        """Entries, texts, what is done at once, relations, publishing, audit: in this order."""
        run = str(uuid.uuid4())
        ids = self._create_entries()
        revisions = self._write_texts(ids)
        published = [revisions[item.content.external_id] for item in self.items if item.publishes]
        self._curate(ids, {revision.entry_id for revision in published})
        if published:
            publishing.publish_all(published, by=self.importer, as_unsigned=True)
        details = self._audit_details(ids, revisions, run, file_name)
        audit.record_all(self.importer, "entry.imported", details)
        return run

    def _create_entries(self) -> dict[str, int]:
        """The keys of all entries by external id; the new ones are made."""
        new = [
            Entry(
                external_id=item.content.external_id,
                line=self.lines[item.content.line],
                kind=item.content.kind,
                concerned_line_ids=sorted(
                    {self.lines[code].pk for code in (item.content.line, *item.content.lines_concerned)}
                ),
                category=self.categories.get(item.content.category),
                keywords=list(item.content.keywords),
                review_due_on=item.content.review_due_on,
                source=self.sources.get(item.content.source),
                is_restricted=item.content.is_restricted,
                valid_from=item.content.valid_from,
                valid_until=item.content.valid_until,
                created_by=self.importer,
            )
            for item in self.items
            if item.before is None
        ]
        Entry.objects.bulk_create(new, batch_size=1000)
        known = {item.content.external_id: item.before.entry_id for item in self.items if item.before}
        return known | {entry.external_id: entry.pk for entry in new}

    def _write_texts(self, ids: dict[str, int]) -> dict[str, Revision]:
        """The open revision of every item that writes or publishes one, by external id."""
        lines = {code: line.pk for code, line in self.lines.items()}
        drafts = [
            Draft(ids[item.content.external_id], bulk_drafting.values_of(item.content, lines), *_place(item))
            for item in self.items
            if item.writes_text
        ]
        written = bulk_drafting.write(drafts, by=self.importer)
        waiting = {
            item.before.draft.revision_id: item.content.external_id
            for item in self.items
            if item.publishes and not item.writes_text and item.before and item.before.draft
        }
        found = {waiting[pk]: revision for pk, revision in Revision.objects.in_bulk(waiting).items()}
        names = {pk: name for name, pk in ids.items()}
        return found | {names[revision.entry_id]: revision for revision in written}

    def _curate(self, ids: dict[str, int], unannounced: set[int]) -> None:
        others = {name for item in self.items for name in item.content.related} - ids.keys()
        known = ids | dict(Entry.objects.filter(external_id__in=others).values_list("external_id", "pk"))
        curations = [self._curation(item, known) for item in self.items if item.at_once]
        curating.apply(
            curations, by=self.importer, origin=SimilarQuestion.Origin.IMPORT, unannounced=unannounced
        )

    def _curation(self, item: Item, ids: dict[str, int]) -> Curation:
        """A new entry has its columns already."""
        content = item.content
        values: dict[str, Any] = {
            "category": self.categories.get(content.category),
            "source": self.sources.get(content.source),
            "keywords": list(content.keywords),
            "review_due_on": content.review_due_on,
            "is_restricted": content.is_restricted,
            "valid_until": content.valid_until,
        }
        names = item.at_once - _LISTS if item.before else frozenset()
        is_listed = item.before is not None
        similar = content.similar_questions if is_listed or content.similar_questions else None
        related = [ids[name] for name in content.related] if is_listed or content.related else None
        return Curation(
            ids[content.external_id],
            {name: values[name] for name in names},
            similar if "similar_questions" in item.at_once else None,
            related if "related" in item.at_once else None,
        )

    def _audit_details(
        self, ids: dict[str, int], revisions: dict[str, Revision], run: str, file_name: str
    ) -> Iterable[tuple[Entry, dict[str, Any]]]:
        """Enough to undo it (`undoing`): for a changed entry the values before and after."""
        for item in self.items:
            detail: dict[str, Any] = {"run": run, "file": file_name, "line": item.row.line}
            if item.before:
                detail["before"] = item.before.content.told(item.fields)
                detail["after"] = item.content.told(item.fields)
                detail["at_once"] = sorted(item.at_once)
            else:
                detail["is_new"] = True
                detail["digest"] = item.content.digest()
            revision = revisions.get(item.content.external_id)
            if revision is not None:
                detail |= self._text_detail(item, revision)
            yield Entry(pk=ids[item.content.external_id]), detail

    def _text_detail(self, item: Item, revision: Revision) -> dict[str, Any]:
        """Which text was written or published, and what stood in its place."""
        detail: dict[str, Any] = {"revision": revision.pk, "text": item.content.digest(TEXT_FIELDS)}
        if item.publishes:
            detail["is_published"] = True
        if item.before:
            entry = self.entries[item.before.entry_id]
            detail["live"] = entry.live_revision_id
            detail["was_unsigned"] = entry.is_unsigned
            detail["validity"] = item.before.content.told(["valid_from", "valid_until"])
            if item.writes_text and item.before.draft:
                detail["draft_before"] = item.before.draft.content.told(TEXT_FIELDS)
        return detail


def _place(item: Item) -> tuple[int | None, int]:
    """The open draft to write into, if there is one, and the number a new one gets."""
    if item.before is None:
        return None, 1
    draft = item.before.draft
    return (draft.revision_id if draft else None), item.before.last_number + 1


def _categories(items: list[Item], importer: Agent) -> dict[str, Category]:
    paths = {item.content.category for item in items if "category" in item.at_once and item.content.category}
    return {path: filing.get_or_make(path, by=importer) for path in sorted(paths)}


def _sources(items: list[Item]) -> dict[str, Source]:
    texts = {item.content.source for item in items if "source" in item.at_once and item.content.source}
    found = {}
    for text in sorted(texts):
        told = sources.parse(text)
        found[text], _is_new = Source.objects.get_or_create(
            title=told.title, link=told.link, dated_on=told.dated_on
        )
    return found
