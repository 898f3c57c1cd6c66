"""Undoing an import as one: what nobody touched since is as before; the rest is left and told."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone, translation

from accounts.models import Agent, AuditRow
from faq.exchange import Reading
from faq.models import Entry, EntryState, Revision, RevisionState, Seat, SimilarQuestion, Verdict
from faq.services import (
    applying,
    curating,
    drafting,
    exporting,
    importing,
    publishing,
    reviewing,
    undoing,
)
from faq.services.curating import Curation
from faq.services.importing import Order
from faq.services.undoing import Outcome
from tests.factories import (
    BusinessLineFactory,
    CallCentreExpertFactory,
    FirstLoaderFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
)

pytestmark = pytest.mark.django_db
ROW = {"external_id": "a", "line": "CARD", "question": "怎么挂失", "answer": "先核对身份。"}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def loader() -> Agent:
    BusinessLineFactory.create(code="CARD")
    return FirstLoaderFactory.create()


def load(person: Agent, *rows: dict[str, Any], **how: Any) -> UUID:
    reading = Reading()
    for line, row in enumerate(rows, start=1):
        reading.add(line, row)
    plan = importing.plan(reading, Order(person, **how))
    return UUID(applying.apply(plan, file_name="a.jsonl").run)


def undo(run: UUID, by: Agent) -> Outcome:
    return undoing.undo(run, by=by, applied_at=timezone.now())


def entry(name: str = "a") -> Entry:
    return Entry.objects.get(external_id=name)


def published(loader: Agent, name: str = "a") -> Entry:
    """An entry with everything that is set at once."""
    load(
        loader,
        {**ROW, "external_id": name, "similar_questions": ["卡丢了"], "keywords": ["挂失"],
         "category": "卡片", "source": "通知", "review_due_on": "2027-01-01"},
        is_publishing=True,
    )  # fmt: skip
    return entry(name)


def content_of(found: Entry) -> Any:
    (snapshot,) = exporting.snapshots([found.pk])
    return snapshot.content


def test_a_new_draft_is_thrown_away_and_not_deleted(loader: Agent) -> None:
    outcome = undo(load(loader, ROW), loader)
    assert (outcome.discarded, outcome.left) == (1, [])
    assert entry().state == EntryState.DRAFT
    assert entry().revisions.get().state == RevisionState.DISCARDED


def test_a_new_entry_that_was_published_is_withdrawn(loader: Agent) -> None:
    outcome = undo(load(loader, ROW, is_publishing=True), loader)
    assert (outcome.withdrawn, outcome.left) == (1, [])
    assert entry().state == EntryState.WITHDRAWN


def test_the_same_file_can_be_imported_again_afterwards(loader: Agent) -> None:
    undo(load(loader, ROW), loader)
    load(loader, ROW)
    assert content_of(entry()).answer == ROW["answer"]
    assert undo(load(loader, {**ROW, "answer": "又一次"}), loader).set_back == 1
    assert content_of(entry()).answer == ROW["answer"]


def test_an_entry_without_a_text_left_is_in_no_list_and_no_file(loader: Agent, tmp_path: Any) -> None:
    from faq.filtering import EntryFilters

    undo(load(loader, ROW), loader)
    assert not EntryFilters().entries(loader).exists()
    assert exporting.export(tmp_path / "a.jsonl") == 0


def test_fields_set_at_once_are_set_back(loader: Agent) -> None:
    before = content_of(published(loader))
    other = PublishedEntryFactory.create(external_id="other")
    run = load(
        loader,
        {"external_id": "a", "similar_questions": ["卡不见了"], "keywords": [], "category": "新/类",
         "source": "", "review_due_on": "", "related": ["other"], "is_restricted": True,
         "valid_until": "2099-01-01"},
    )  # fmt: skip
    assert content_of(entry()) != before
    outcome = undo(run, loader)
    assert (outcome.set_back, outcome.left) == (1, [])
    assert content_of(entry()) == before
    assert other.pk


def test_a_draft_of_a_published_entry_is_thrown_away(loader: Agent) -> None:
    published(loader)
    undo(load(loader, {"external_id": "a", "answer": "新"}), loader)
    assert not Revision.objects.open().exists()
    drafting.new_draft(entry(), by=loader)


def test_a_draft_that_was_rewritten_says_again_what_it_said(loader: Agent) -> None:
    load(loader, {**ROW, "key_points": ["一"], "lines_concerned": []})
    BusinessLineFactory.create(code="LOAN")
    before = content_of(entry())
    run = load(loader, {"external_id": "a", "answer": "新", "kind": "rule", "lines_concerned": ["LOAN"]})
    assert entry().kind == "rule"
    undo(run, loader)
    assert content_of(entry()) == before
    assert entry().kind == "faq"


def test_a_published_text_gives_way_to_the_one_before(loader: Agent) -> None:
    before = published(loader)
    Entry.objects.filter(pk=before.pk).update(is_unsigned=False)
    run = load(loader, {"external_id": "a", "answer": "新", "valid_until": "2099-01-01"}, is_publishing=True)
    assert entry().is_unsigned
    assert undo(run, loader).set_back == 1
    live = entry().live_revision
    assert live is not None
    assert (live.answer, live.valid_until, live.number) == (ROW["answer"], None, 3)
    assert not entry().is_unsigned, "it was signed before"


def test_who_may_not_publish_leaves_the_live_text(loader: Agent) -> None:
    published(loader)
    run = load(loader, {"external_id": "a", "answer": "新", "keywords": ["卡"]}, is_publishing=True)
    outcome = undo(run, InformationAdministratorFactory.create())
    assert "may not publish" in outcome.left[0].reason
    assert entry().keywords == ["挂失"]
    assert content_of(entry()).answer == "新"


def test_what_somebody_changed_since_is_left_and_told(loader: Agent) -> None:
    published(loader)
    published(loader, "b")
    run = load(
        loader,
        {"external_id": "a", "keywords": ["卡"], "review_due_on": "2028-01-01"},
        {"external_id": "b", "keywords": ["卡"]},
    )
    curating.apply([Curation(entry().pk, {"keywords": ["别人的"]})], by=loader)
    outcome = undo(run, loader)
    assert outcome.set_back == 2
    (left,) = outcome.left
    assert (left.external_id, left.reason) == ("a", "changed since: keywords")
    assert entry().keywords == ["别人的"]
    assert str(entry().review_due_on) == "2027-01-01"
    assert entry("b").keywords == ["挂失"]


def _save(by: Agent) -> None:
    draft = Revision.objects.open().get()
    drafting.save_draft(draft, drafting.Text("改过的", line=draft.line), by=by)


def _submit(by: Agent) -> None:
    reviewing.submit(Revision.objects.open().get(), by=by)


def _send_back(by: Agent) -> None:
    _submit(by)
    reviewer = CallCentreExpertFactory.create()
    reviewing.sign_off(
        Revision.objects.open().get(), seat=Seat.CALL_CENTRE, reviewer=reviewer, verdict=Verdict.REJECTED,
        comment="不对",
    )  # fmt: skip


def _learn(by: Agent) -> None:
    SimilarQuestion.objects.create(entry=entry(), text="学到的问法")


@pytest.mark.parametrize("touch", [_save, _submit, _send_back, _learn])
def test_a_new_draft_that_somebody_touched_stays(loader: Agent, touch: Any) -> None:
    run = load(loader, ROW)
    touch(loader)
    outcome = undo(run, loader)
    assert (outcome.discarded, len(outcome.left)) == (0, 1)
    assert Revision.objects.open().exists()


def test_a_published_entry_that_was_signed_since_stays(loader: Agent) -> None:
    run = load(loader, ROW, is_publishing=True)
    live = entry().live_revision
    assert live is not None
    reviewing.sign_off(
        live, seat=Seat.CALL_CENTRE, reviewer=CallCentreExpertFactory.create(), verdict=Verdict.APPROVED
    )
    outcome = undo(run, loader)
    assert "signed" in outcome.left[0].reason
    assert entry().state == EntryState.PUBLISHED


def test_a_published_entry_with_a_new_draft_stays(loader: Agent) -> None:
    run = load(loader, ROW, is_publishing=True)
    drafting.new_draft(entry(), by=loader)
    assert "new draft" in undo(run, loader).left[0].reason


def test_every_entry_has_an_audit_row_that_tells_what_was_done(loader: Agent) -> None:
    published(loader, "b")
    run = load(loader, ROW, {"external_id": "b", "keywords": ["卡"]})
    undo(run, loader)
    rows = AuditRow.objects.filter(act="entry.import_undone", actor=loader).order_by("pk")
    details = {int(row.subject_id): row.detail for row in rows}
    assert details[entry().pk] == {"run": str(run), "thrown_away": True}
    assert details[entry("b").pk]["set_back"] == ["keywords"]


def test_a_failure_undoes_nothing(loader: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    from faq.services import publishing

    published(loader, "b")
    run = load(loader, ROW, {"external_id": "b", "keywords": ["卡"]}, is_publishing=True)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(publishing, "withdraw_all", fail)
    with pytest.raises(RuntimeError):
        undo(run, loader)
    assert entry("b").keywords == ["卡"]


def test_the_number_of_queries_does_not_grow_with_rows(
    loader: Agent, django_assert_max_num_queries: Any
) -> None:
    rows = [{**ROW, "external_id": f"n{number}"} for number in range(300)]
    run = load(loader, *rows, is_publishing=True)
    with django_assert_max_num_queries(50):
        assert undo(run, loader).withdrawn == 300
    for number in range(300):
        Entry.objects.filter(external_id=f"n{number}").update(state=EntryState.PUBLISHED, withdrawn_at=None)
    run = load(loader, *({**row, "answer": "新"} for row in rows), is_publishing=True)
    with django_assert_max_num_queries(64):
        assert undo(run, loader).set_back == 300


def test_the_end_that_the_seats_have_signed_since_is_not_lengthened(loader: Agent) -> None:
    found = published(loader)
    run = load(loader, {"external_id": "a", "valid_until": "2098-01-01"})
    applied_at = timezone.now()
    draft = drafting.new_draft(found, by=loader)
    end = entry().valid_until
    text = drafting.Text("怎么挂失信用卡", found.line, answer="先核对身份。", valid_until=end)
    publishing.publish(drafting.save_draft(draft, text, by=loader), by=loader)
    outcome = undoing.undo(run, by=loader, applied_at=applied_at)
    assert "valid_until" in outcome.left[0].reason
    assert entry().valid_until == end
