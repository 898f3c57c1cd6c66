"""The entries of the access matrix, all that hangs on them, and what their addresses are made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Agent, BusinessLine
from bulletins.models import Notice
from faq.models import (
    Attachment,
    BulkAct,
    Comment,
    Entry,
    Flag,
    FlagReason,
    ImportRow,
    ImportRun,
    Revision,
    Source,
)
from faq.services import withdrawing
from faq.services.bulk_planning import Act
from reports.models import Spike
from tests.factories import (
    BusinessLineFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    RevisionInReviewFactory,
)
from tests.kb.access_rules import Case, State

CASES = list(product((True, False), State, (True, False)))
MISSING = 987_654_321

# What the address of one entry's page holds; more kinds of things go here.
OBJECTS: dict[str, Callable[[Entry], dict[str, Any]]] = {
    "entry": lambda entry: {"pk": entry.pk},
    "source": lambda entry: {"pk": entry.source_id},
    "notice": lambda _entry: {"pk": Notice.objects.get().source_id},
    "text": lambda entry: {"pk": text_of(entry).pk},
    "revision": lambda entry: {"pk": entry.revisions.latest("number").pk},
    "comment": lambda entry: {"pk": Comment.objects.get(revision__entry=entry).pk},
    "flag": lambda entry: {"pk": entry.flags.get().pk},
    "attachment": lambda entry: {"key": entry.attachments.get().key},
    "file of a text": lambda entry: {"pk": text_of(entry).pk, "attachment_pk": entry.attachments.get().pk},
    "act": lambda entry: {"pk": BulkAct.objects.get(reason=str(entry.pk)).pk},
    "import": lambda _entry: {"key": ImportRun.objects.get().key},
    "spike": lambda entry: {"pk": spike_of(entry)},
}
# Where the address is not of a row's number: what it is asked with when there is no such thing.
ABSENT: dict[str, dict[str, Any]] = {
    "": {},
    "attachment": {"key": "a" * 43},
    "file of a text": {"pk": MISSING, "attachment_pk": MISSING},
    "import": {"key": UUID(int=7)},
    "call": {"call_id": UUID(int=7)},
    "key": {"key": "a" * 43},
    "token": {"token": "a.b"},
    "month": {"month": "2026-01"},
    "day": {"day": "2026-01-31"},
    "picture": {"key": "f" * 64},
    "table": {"month": "2026-01", "name": "entries"},
    "template": {"suffix": "xlsx"},
    "file of a bulletin": {"pk": MISSING, "suffix": "csv"},
}


@dataclass(frozen=True)
class Met:
    """One entry of the matrix; ``author`` is the role of who wrote it, if they are of the matrix."""

    entry: Entry
    is_own_line: bool
    state: State
    is_restricted: bool
    author: str = ""

    def by(self, role: str) -> Case:
        is_author = bool(self.author) and role == self.author
        return Case(role, self.is_own_line, self.state, self.is_restricted, is_author)

    @property
    def name(self) -> str:
        """What its source's title and its question begin with, and nothing else does."""
        return str(self.entry.source)[:4]


def arguments_of(of: str, entry: Entry | None) -> dict[str, Any]:
    """What the address holds; without an entry, that of something that does not exist."""
    if entry is None or of not in OBJECTS:
        return ABSENT.get(of, {"pk": MISSING})
    return OBJECTS[of](entry)


def form_of(sends: Mapping[str, str], entry: Entry) -> dict[str, str]:
    """The form a row sends, filled in for that entry."""
    known = {"text": text_of(entry).pk, "author": entry.created_by_id}
    return {name: value.format(**known) for name, value in sends.items()}


def text_of(entry: Entry) -> Revision:
    return entry.revisions.order_by("number")[0]


def spike_of(entry: Entry) -> int:
    return Spike.objects.filter(entry=entry).values_list("pk", flat=True).first() or MISSING


def make_entries(people: Mapping[str, Agent], own: BusinessLine) -> list[Met]:
    """One entry of each state, own line or not, restricted or not; and a draft by each of these people."""
    by, other = InformationAdministratorFactory.create(), BusinessLineFactory.create()
    found = [
        Met(_entry(number, state, own if is_own else other, by), is_own, state, is_restricted)
        for number, (is_own, state, is_restricted) in enumerate(CASES)
    ]
    found += [
        Met(_entry(number, State.DRAFT, other, person), False, State.DRAFT, False, role)
        for number, (role, person) in enumerate(people.items(), start=len(CASES))
    ]
    for met in found:
        Entry.objects.filter(pk=met.entry.pk).update(is_restricted=met.is_restricted)
        _hang_on(met.entry, by)
    _do_something_to_all(found, by)
    return found


def _entry(number: int, state: State, line: BusinessLine, by: Agent) -> Entry:
    now = timezone.now()
    make: dict[State, Callable[..., Entry]] = {
        State.DRAFT: DraftEntryFactory.create,
        State.IN_REVIEW: lambda **words: RevisionInReviewFactory.create(**words).entry,
        State.NOT_YET: partial(PublishedEntryFactory.create, valid_from=now + timedelta(days=1)),
        State.IN_FORCE: PublishedEntryFactory.create,
        State.EXPIRED: partial(PublishedEntryFactory.create, valid_until=now - timedelta(days=1)),
        State.WITHDRAWN: PublishedEntryFactory.create,
    }
    entry = make[state](question=f"暗号{number:02}号的问题", line=line, by=by)
    source = Source.objects.create(title=f"暗号{number:02}号的来源")
    Entry.objects.filter(pk=entry.pk).update(source=source)
    if state == State.WITHDRAWN:
        withdrawing.withdraw_at_once(entry, by=by, reason="停办")
    return Entry.objects.get(pk=entry.pk)


def _hang_on(entry: Entry, by: Agent) -> None:
    """What else has an address: a file, a flag, a remark."""
    if entry.live_revision_id and not (entry.valid_from and entry.valid_from > timezone.now()):
        Spike.objects.create(
            kind=Spike.Kind.ENTRY,
            subject=f"entry:{entry.pk}",
            entry=entry,
            line=entry.line,
            calls=9,
            agents=3,
            usual=1,
            least=5,
            started_at=timezone.now(),
        )
    file = Attachment.objects.create(
        entry=entry,
        key=f"key-{entry.pk}",
        name="表.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        content=b"x",
        added_by=by,
    )
    text_of(entry).attachments.add(file)
    Flag.objects.create(entry=entry, raised_by=by, reason=FlagReason.WRONG)
    Comment.objects.create(revision=text_of(entry), field="answer", text="费用", written_by=by)


def _do_something_to_all(entries: list[Met], by: Agent) -> None:
    """Bulk acts, an import, related entries: each names every entry, to whoever may know of it."""
    everything = [met.entry for met in entries]
    for entry in everything:
        entry.related.set(everything)
        BulkAct.objects.create(
            kind=Act.REVIEW_DATE,
            reason=str(entry.pk),
            done_by=entry.created_by,
            before=dict.fromkeys([str(other.pk) for other in everything]),
            after={"value": None, "refused": {}, "left": []},
        )
    run = ImportRun.objects.create(importer=by, file_name="表.csv", content=b"", state=ImportRun.State.DONE)
    ImportRow.objects.bulk_create(
        ImportRow(
            run=run,
            number=number,
            status=ImportRow.Status.CHANGED,
            question=text_of(met.entry).question,
            is_restricted=met.is_restricted,
            line_ids=met.entry.concerned_line_ids,
        )
        for number, met in enumerate(entries)
    )
    Notice.objects.create(source=Source.objects.create(title="通知"), text="即日起停办", added_by=by)
