"""What a row of the audit trail holds is for whom its subject is; that it was written is every auditor's."""

import re
from collections.abc import Callable

import pytest
from django.db import models
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import audit, audit_rights
from accounts.audit_lines import kind_name
from accounts.audit_words import SUBJECTS
from accounts.models import Agent, AuditRow, BusinessLine
from accounts.roles import Role
from bulletins.models import Bulletin, Notice
from bulletins.services import publishing
from faq.models import Attachment, BulkAct, Entry, Flag, FlagReason, Source
from reports.models import Proposal, Spike
from tests.bulletins.bulletins import drafted, published
from tests.factories import (
    AuditorFactory,
    BusinessLineFactory,
    CategoryFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
)
from tests.inquiries.making import forwarded

pytestmark = pytest.mark.django_db
PAGE = "/accounts/audit-trail/"
KEPT_BACK = "记录内容只对有权查看该对象的人显示"


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create()


def record(subject: models.Model) -> AuditRow:
    """A row with something to read in it; others, which the making of things left, are away."""
    AuditRow.objects.all().delete()
    return audit.record(None, "thing.done", subject, reason="暗号")


def page_of(reader: Agent) -> str:
    client = Client()
    client.force_login(reader)
    return client.get(PAGE).content.decode()


def reads(reader: Agent) -> bool:
    """Whether the only row is read whole; who, what and to which number is told in any case."""
    page, row = page_of(reader), AuditRow.objects.get()
    shown = " ".join(re.sub(r"<[^>]*>", "", page).split())
    assert f"thing.done 自动 {kind_name(row.subject_kind)} {row.subject_id} " in shown
    assert ("暗号" in page) != (KEPT_BACK in page)
    return "暗号" in page


def restricted(line: BusinessLine) -> Entry:
    entry: Entry = PublishedEntryFactory.create(line=line)
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    return entry


def attachment(entry: Entry) -> Attachment:
    file = Attachment.objects.create(entry=entry, key="k", content=b"x", size=1, added_by=entry.created_by)
    entry.revisions.get().attachments.add(file)
    return file


def flag(entry: Entry) -> Flag:
    return Flag.objects.create(entry=entry, raised_by=entry.created_by, reason=FlagReason.WRONG)


def bulk_act(entry: Entry) -> BulkAct:
    before = {str(entry.pk): None, "987654": None}
    return BulkAct.objects.create(kind="x", reason="x", done_by=entry.created_by, before=before)


def notice(entry: Entry) -> Notice:
    source = Source.objects.create(title="来源")
    Entry.objects.filter(pk=entry.pk).update(source=source)
    return Notice.objects.create(source=source, text="x", added_by=entry.created_by)


def proposal(entry: Entry) -> Proposal:
    return Proposal.objects.create(kind=Proposal.Kind.RETIRE, key="x", month="2026-01-01", entry=entry)


def spike(entry: Entry) -> Spike:
    figures = {"calls": 9, "agents": 3, "usual": 1, "least": 5}
    kind, now = Spike.Kind.ENTRY, timezone.now()
    return Spike.objects.create(
        kind=kind, subject="x", entry=entry, line=entry.line, started_at=now, **figures
    )


THINGS: list[Callable[[Entry], models.Model]] = [
    lambda entry: entry,
    lambda entry: entry.revisions.get(),
    attachment,
    flag,
    bulk_act,
    notice,
    proposal,
    spike,
]


@pytest.mark.parametrize("thing", THINGS)
def test_what_is_of_a_restricted_entry_is_read_by_people_of_its_lines(
    line: BusinessLine, thing: Callable[[Entry], models.Model]
) -> None:
    record(thing(restricted(line)))
    assert not reads(AuditorFactory.create(lines=[BusinessLineFactory.create()]))
    assert reads(AuditorFactory.create(lines=[line]))


@pytest.mark.parametrize("thing", THINGS)
def test_what_is_of_an_open_entry_is_read_by_every_auditor(thing: Callable[[Entry], models.Model]) -> None:
    record(thing(PublishedEntryFactory.create()))
    assert reads(AuditorFactory.create())


@pytest.mark.parametrize("thing", [lambda entry: entry, lambda entry: entry.revisions.get(), attachment])
def test_what_is_of_a_draft_is_read_by_who_reads_drafts(
    line: BusinessLine, thing: Callable[[Entry], models.Model]
) -> None:
    record(thing(DraftEntryFactory.create(line=line)))
    both = [Role.AUDITOR, Role.BUSINESS_EXPERT]
    assert not reads(AuditorFactory.create(lines=[line]))
    assert not reads(PersonFactory.create(roles=both))
    assert reads(PersonFactory.create(roles=both, lines=[line]))


def test_a_restricted_bulletin_is_read_by_people_of_its_lines(line: BusinessLine) -> None:
    writer = InformationAdministratorFactory.create(lines=[line])
    record(published(writer, line_ids=[line.pk], is_restricted=True))
    assert not reads(AuditorFactory.create())
    assert reads(AuditorFactory.create(lines=[line]))


def test_a_draft_of_a_bulletin_is_read_by_who_writes_bulletins() -> None:
    record(drafted())
    assert not reads(AuditorFactory.create())
    assert reads(PersonFactory.create(roles=[Role.AUDITOR, Role.SUPERVISOR]))


def test_a_discarded_draft_is_read_by_nobody_any_more() -> None:
    bulletin = drafted(body="不该外传")
    publishing.discard(bulletin, by=bulletin.created_by)
    assert not Bulletin.objects.exists()
    page = page_of(PersonFactory.create(roles=[Role.AUDITOR, Role.SUPERVISOR]))
    assert "不该外传" not in page
    assert KEPT_BACK in page


def test_an_inquiry_is_read_by_every_auditor() -> None:
    record(forwarded())
    assert reads(AuditorFactory.create())


def test_only_what_may_be_read_leads_to_its_page(line: BusinessLine) -> None:
    entry = restricted(line)
    address = f'href="/entries/{entry.pk}/"'
    assert address not in page_of(AuditorFactory.create())
    assert address in page_of(AuditorFactory.create(lines=[line]))


def test_a_row_without_details_keeps_nothing_back(line: BusinessLine) -> None:
    entry = restricted(line)
    AuditRow.objects.all().delete()
    audit.record(None, "entry.restored", entry)
    assert KEPT_BACK not in page_of(AuditorFactory.create())


def test_of_a_kind_that_no_room_speaks_for_nobody_reads_more_than_the_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record(CategoryFactory.create())
    assert reads(AuditorFactory.create())
    monkeypatch.delitem(audit_rights.RULES, "faq.category")
    assert not reads(AuditorFactory.create())


def test_a_room_speaks_for_every_kind_of_subject() -> None:
    assert set(audit_rights.RULES) == set(SUBJECTS)


def test_each_kind_costs_one_query_whatever_the_number_of_rows(
    line: BusinessLine, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        audit.record(None, "thing.done", forwarded(line=line))
        audit.record(None, "thing.done", restricted(line))
    rows, reader = list(AuditRow.objects.all()), AuditorFactory.create()
    _ = reader.roles, reader.line_ids
    kinds = {row.subject_kind for row in rows}
    assert len(rows) > len(kinds) > 1
    with django_assert_num_queries(len(kinds)):
        assert audit_rights.closed_to(reader, rows)
