"""Writing drafts: nothing published is edited, nothing is overwritten."""

import pytest

from faq.models import Entry, RevisionState
from faq.services import drafting
from faq.services.drafting import Text
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    BusinessLineFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    at,
)

pytestmark = pytest.mark.django_db


def test_a_new_draft_has_the_live_words_and_leaves_the_entry_alone() -> None:
    other = BusinessLineFactory.create()
    entry = PublishedEntryFactory.create(key_points=["一", "二"], lines_concerned=[other], answer="答")
    draft = drafting.new_draft(entry, by=InformationAdministratorFactory.create())
    assert draft.number == 2
    assert Text.of(draft) == Text.of(entry.revisions.get(number=1))
    assert not draft.authors.exists()
    entry.refresh_from_db()
    assert entry.live_revision == entry.revisions.get(number=1)


def test_only_one_draft_is_open() -> None:
    entry = PublishedEntryFactory.create()
    drafting.new_draft(entry, by=entry.created_by)
    with pytest.raises(RuleBrokenError):
        drafting.new_draft(entry, by=entry.created_by)


def test_an_entry_without_a_live_text_has_its_draft_already() -> None:
    entry = DraftEntryFactory.create()
    with pytest.raises(RuleBrokenError):
        drafting.new_draft(entry, by=entry.created_by)


def test_a_published_text_is_never_edited() -> None:
    entry = PublishedEntryFactory.create()
    with pytest.raises(RuleBrokenError):
        drafting.save_draft(entry.revisions.get(), Text("改", entry.line), by=entry.created_by)


def test_the_second_to_save_gets_the_first_ones_text() -> None:
    draft = DraftEntryFactory.create().revisions.get()
    seen_at = draft.changed_at
    first, second = InformationAdministratorFactory.create_batch(2)
    drafting.save_draft(draft, Text("第一个", draft.line), by=first, seen_at=seen_at)
    with pytest.raises(drafting.DraftChangedError) as conflict:
        drafting.save_draft(draft, Text("第二个", draft.line), by=second, seen_at=seen_at)
    assert conflict.value.current.question == "第一个"
    draft.refresh_from_db()
    assert draft.question == "第一个"


def test_an_unpublished_entry_is_listed_by_its_drafts_lines_kind_and_validity() -> None:
    entry = DraftEntryFactory.create()
    owner, other = BusinessLineFactory.create_batch(2)
    text = Text("问", owner, [other], kind="rule", valid_until=at("2027-01-01T00:00:00+08:00"))
    drafting.save_draft(entry.revisions.get(), text, by=entry.created_by)
    entry.refresh_from_db()
    assert (entry.line, entry.kind) == (owner, "rule")
    assert entry.concerned_line_ids == sorted([owner.pk, other.pk])
    assert entry.valid_until == at("2027-01-01T00:00:00+08:00")


def test_a_draft_of_a_live_text_does_not_show_in_the_entry() -> None:
    entry = PublishedEntryFactory.create()
    draft = drafting.new_draft(entry, by=entry.created_by)
    drafting.save_draft(draft, Text("问", BusinessLineFactory.create(), kind="rule"), by=entry.created_by)
    fresh = Entry.objects.get()
    assert (fresh.line, fresh.kind) == (entry.line, "faq")


def test_texts_are_tidied() -> None:
    line = BusinessLineFactory.create()
    text = Text(" 怎么\r\n挂失 ", line, [line], key_points=["一\r\n二", " "], answer="答\x07\r\n")
    draft = drafting.create_entry(text, by=InformationAdministratorFactory.create())
    draft.refresh_from_db()
    assert (draft.question, draft.key_points, draft.answer) == ("怎么 挂失", ["一\n二"], "答")
    assert not draft.lines_concerned.exists()
    assert draft.state == RevisionState.DRAFT


@pytest.mark.parametrize(
    "words",
    [
        {"question": " "},
        {"question": "问" * 501},
        {"key_points": ["点" * 1001]},
        {"answer": "答" * 30_001},
        {"valid_from": at("2026-02-01T00:00:00+08:00"), "valid_until": at("2026-02-01T00:00:00+08:00")},
    ],
)
def test_a_text_that_breaks_a_rule_is_refused(words: dict[str, object]) -> None:
    with pytest.raises(RuleBrokenError):
        DraftEntryFactory.create(**words)
