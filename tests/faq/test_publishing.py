"""Coming into force and going out of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import AuditRow
from faq.models import EntryState, RevisionState
from faq.services import drafting, publishing
from faq.signals import entries_changed
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    BusinessLineFactory,
    DraftEntryFactory,
    FirstLoaderFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    WithdrawnEntryFactory,
    at,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """The entry ids that were announced as changed."""
    ids: list[int] = []

    def listen(entry_ids: list[int], **kwargs: Any) -> None:
        ids.extend(entry_ids)

    entries_changed.connect(listen, weak=False)
    yield ids
    entries_changed.disconnect(listen)


def test_publishing_copies_what_lists_read(heard: list[int]) -> None:
    owner, other = BusinessLineFactory.create(), BusinessLineFactory.create()
    entry = DraftEntryFactory.create(
        line=owner,
        lines_concerned=[other],
        kind="campaign",
        valid_from=at("2026-03-01T00:00:00+08:00"),
        valid_until=at("2026-04-01T00:00:00+08:00"),
    )
    entry = publishing.publish(entry.revisions.get(), by=entry.created_by)
    assert entry.state == EntryState.PUBLISHED
    assert entry.kind == "campaign"
    assert entry.concerned_line_ids == sorted([owner.pk, other.pk])
    assert entry.valid_until == at("2026-04-01T00:00:00+08:00")
    assert entry.live_revision is not None
    assert entry.live_revision.state == RevisionState.PUBLISHED
    assert entry.published_at == entry.changed_at == entry.live_revision.published_at
    assert not entry.is_unsigned
    assert heard == [entry.pk]
    assert AuditRow.objects.filter(act="entry.published", subject_id=str(entry.pk)).count() == 1


def test_a_new_text_supersedes_the_old_one_and_keeps_the_day_of_the_first() -> None:
    entry = PublishedEntryFactory.create()
    first = entry.revisions.get()
    draft = drafting.new_draft(entry, by=entry.created_by)
    draft = drafting.save_draft(draft, drafting.Text("改过的问题", entry.line), by=entry.created_by)
    again = publishing.publish(draft, by=entry.created_by)
    first.refresh_from_db()
    assert first.state == RevisionState.SUPERSEDED
    assert first.superseded_at == again.changed_at
    assert str(again) == "改过的问题"
    assert again.published_at == entry.published_at
    assert again.changed_at > entry.changed_at


def test_a_text_is_published_once() -> None:
    entry = PublishedEntryFactory.create()
    with pytest.raises(RuleBrokenError):
        publishing.publish(entry.revisions.get(), by=entry.created_by)


def test_publishing_without_sign_off_needs_its_permission() -> None:
    draft = DraftEntryFactory.create().revisions.get()
    with pytest.raises(RuleBrokenError):
        publishing.publish(draft, by=InformationAdministratorFactory.create(), as_unsigned=True)
    assert publishing.publish(draft, by=FirstLoaderFactory.create(), as_unsigned=True).is_unsigned


def test_withdrawing_keeps_the_entry_and_its_text(heard: list[int]) -> None:
    entry = WithdrawnEntryFactory.create()
    assert entry.state == EntryState.WITHDRAWN
    assert entry.withdrawn_at is not None
    assert entry.live_revision is not None
    assert heard == [entry.pk, entry.pk]
    with pytest.raises(RuleBrokenError):
        publishing.withdraw(entry, by=entry.created_by, reason="再来一次")


def test_withdrawing_asks_for_a_reason() -> None:
    entry = PublishedEntryFactory.create()
    with pytest.raises(RuleBrokenError):
        publishing.withdraw(entry, by=entry.created_by, reason=" ")


def test_a_withdrawn_entry_comes_back_with_its_text() -> None:
    entry = WithdrawnEntryFactory.create()
    back = publishing.restore(entry, by=entry.created_by)
    assert back.state == EntryState.PUBLISHED
    assert back.withdrawn_at is None
    with pytest.raises(RuleBrokenError):
        publishing.restore(back, by=entry.created_by)


def test_only_what_is_due_is_published_of_the_scheduled_texts() -> None:
    entry = PublishedEntryFactory.create()
    draft = drafting.new_draft(entry, by=entry.created_by)
    later = at("2030-01-01T00:00:00+08:00")
    text = drafting.Text("明年的说法", entry.line, valid_from=later)
    draft = drafting.save_draft(draft, text, by=entry.created_by)
    type(draft).objects.filter(pk=draft.pk).update(state=RevisionState.SCHEDULED)
    assert publishing.publish_due([entry.pk], at=at("2029-12-31T23:59:59+08:00")) == []
    (published,) = publishing.publish_due([entry.pk], at=later)
    assert str(published) == "明年的说法"
