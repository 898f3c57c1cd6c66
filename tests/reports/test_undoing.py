"""Undoing each kind: what nobody changed is reversed, for the rest both states are shown and chosen."""

from typing import Any

import pytest

from accounts.models import Agent, AuditRow
from faq import leading
from faq.models import Entry, EntryState, Feature, Purpose, Revision, RevisionState, SimilarQuestion
from faq.services import curating, drafting, featuring, ordering, publishing, withdrawing
from faq.services.curating import Curation
from faq.services.drafting import Text
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services import accepting, undoing
from reports.services.acts import ACTS
from reports.services.undoing import ChoiceNeededError
from tests.factories import (
    BusinessLineFactory,
    CategoryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)
from tests.reports import proposing

pytestmark = pytest.mark.django_db
State = Proposal.State


@pytest.fixture
def by() -> Agent:
    return SupervisorFactory.create()


def accept(proposal: Proposal, by: Agent, **chosen: Any) -> Proposal:
    return accepting.accept(proposal, by=by, chosen=chosen or None)


def in_order(proposal: Proposal) -> list[int]:
    return ordering.order_of(Entry.objects.filter(category=proposal.category)[0].category)  # type: ignore[arg-type]


def published_anew(entry: Entry, **words: Any) -> None:
    """Somebody changes the text, and it comes out."""
    draft = drafting.new_draft(entry, by=entry.created_by)
    text = Text(**{**vars(Text.of(draft)), **words})
    publishing.publish(drafting.save_draft(draft, text, by=entry.created_by), by=entry.created_by)


def texts_of(entry: Entry) -> list[str]:
    return list(entry.similar_questions.values_list("text", flat=True))


def test_an_order_is_as_before_and_what_came_since_stands_behind(by: Agent) -> None:
    category = CategoryFactory.create()
    a, b = (PublishedEntryFactory.create(category=category) for _ in range(2))
    done = accept(proposing.reorder(category, [b, a]), by)
    new = PublishedEntryFactory.create(category=category)
    undone = undoing.undo(done, by=by)
    assert in_order(undone) == [a.pk, b.pk, new.pk]
    assert (undone.state, undone.undone_by) == (State.UNDONE, by)
    assert AuditRow.objects.get(act="proposal.undone").detail["back"] == ["order"]


def test_an_order_that_somebody_changed_since_is_shown_in_both_states(by: Agent) -> None:
    category = CategoryFactory.create()
    a, b, c = (PublishedEntryFactory.create(category=category) for _ in range(3))
    done = accept(proposing.reorder(category, [c, b, a]), by)
    ordering.reorder(category, [b.pk, c.pk, a.pk], by=by)

    with pytest.raises(ChoiceNeededError) as needed:
        undoing.undo(done, by=by)
    shown = needed.value.fields[0]
    assert (shown.before, shown.now) == ([a.pk, b.pk, c.pk], [b.pk, c.pk, a.pk])
    assert in_order(done) == [b.pk, c.pk, a.pk]
    done.refresh_from_db()
    assert done.state == State.ACCEPTED

    seen = undoing.digest(needed.value.fields)
    undoing.undo(done, by=by, fields={"order": "now"}, seen=seen)
    assert in_order(done) == [b.pk, c.pk, a.pk]


def test_who_chose_from_other_states_than_there_are_is_asked_again(by: Agent) -> None:
    category = CategoryFactory.create()
    a, b, c = (PublishedEntryFactory.create(category=category) for _ in range(3))
    done = accept(proposing.reorder(category, [c, b, a]), by)
    seen = undoing.digest(ACTS[done.kind].fields(done))
    ordering.reorder(category, [b.pk, c.pk, a.pk], by=by)
    with pytest.raises(ChoiceNeededError):
        undoing.undo(done, by=by, fields={"order": "before"}, seen=seen)
    assert in_order(done) == [b.pk, c.pk, a.pk]


def test_a_feature_goes_off_the_list_unless_somebody_prolonged_it(by: Agent) -> None:
    done = accept(proposing.feature(PublishedEntryFactory.create()), by)
    undoing.undo(done, by=by)
    assert not Feature.objects.exists()

    kept = accept(proposing.feature(PublishedEntryFactory.create()), by)
    Feature.objects.update(ends_at=None)
    with pytest.raises(ChoiceNeededError):
        undoing.undo(kept, by=by)
    undoing.undo(kept, by=by, fields={"feature": "now"})
    assert Feature.objects.exists()


def test_a_feature_that_was_taken_off_already_is_undone_without_a_word(by: Agent) -> None:
    done = accept(proposing.feature(entry := PublishedEntryFactory.create()), by)
    featuring.unfeature(entry, line=None, by=by)
    assert undoing.undo(done, by=by).state == State.UNDONE


def test_a_category_is_as_before_with_the_place_the_entry_had(by: Agent) -> None:
    old, new, newer = (CategoryFactory.create() for _ in range(3))
    entry, other = (PublishedEntryFactory.create(category=old) for _ in range(2))
    ordering.reorder(old, [other.pk, entry.pk], by=by)
    done = accept(proposing.move(entry, new), by)
    undoing.undo(done, by=by)
    entry.refresh_from_db()
    assert (entry.category, entry.position) == (old, 2)

    again = accept(proposing.move(entry, new), by)
    curating.apply([Curation(entry.pk, {"category": newer})], by=by)
    with pytest.raises(ChoiceNeededError):
        undoing.undo(again, by=by)
    undoing.undo(again, by=by, fields={"category": "before"})
    entry.refresh_from_db()
    assert entry.category == old


def test_a_line_in_review_is_closed_and_one_that_is_out_is_asked_back(by: Agent) -> None:
    entry, line = PublishedEntryFactory.create(), BusinessLineFactory.create()
    done = accept(proposing.move(entry, line), by)
    undoing.undo(done, by=by)
    assert Revision.objects.get(pk=done.applied["draft"]).state == RevisionState.DISCARDED

    again = accept(proposing.move(entry, line), by)
    proposing.sign(Revision.objects.get(pk=again.applied["draft"]))
    undone = undoing.undo(again, by=by)
    draft = Revision.objects.get(pk=undone.applied["undone"]["draft"])
    assert (draft.line, draft.state) == (entry.line, RevisionState.IN_REVIEW)
    assert list(draft.lines_concerned.all()) == []


def test_a_draft_that_others_wrote_in_since_is_not_thrown_away_unasked(by: Agent) -> None:
    done = accept(proposing.write(BusinessLineFactory.create()), by)
    draft = Revision.objects.get(pk=done.applied["draft"])
    text = Text(**{**vars(Text.of(draft)), "answer": "到网点取。"})
    drafting.save_draft(draft, text, by=InformationAdministratorFactory.create())
    with pytest.raises(ChoiceNeededError):
        undoing.undo(done, by=by)
    undoing.undo(done, by=by, fields={"entry": "now"})
    draft.refresh_from_db()
    assert draft.state == RevisionState.DRAFT


def test_a_draft_that_nobody_touched_goes_and_an_entry_that_is_out_is_asked_about(by: Agent) -> None:
    gone = accept(proposing.write(BusinessLineFactory.create()), by)
    undoing.undo(gone, by=by)
    assert Revision.objects.get(pk=gone.applied["draft"]).state == RevisionState.DISCARDED

    out = accept(proposing.write(BusinessLineFactory.create(), "港币怎么取"), by)
    publishing.publish(Revision.objects.get(pk=out.applied["draft"]), by=by)
    undone = undoing.undo(out, by=by)
    request = Revision.objects.get(pk=undone.applied["undone"]["request"])
    assert (request.purpose, request.entry_id) == (Purpose.WITHDRAWAL, out.applied["entry"])


def test_retiring_is_dropped_or_asked_back(by: Agent) -> None:
    entry = PublishedEntryFactory.create()
    done = accept(proposing.retire(entry), by)
    undoing.undo(done, by=by)
    assert Revision.objects.get(pk=done.applied["request"]).state == RevisionState.DISCARDED

    again = accept(proposing.retire(entry), by)
    proposing.sign(Revision.objects.get(pk=again.applied["request"]))
    undone = undoing.undo(again, by=by)
    request = Revision.objects.get(pk=undone.applied["undone"]["restoration"])
    assert request.purpose == Purpose.RESTORATION
    proposing.sign(request)
    entry.refresh_from_db()
    assert entry.state == EntryState.PUBLISHED


def test_splitting_is_undone_with_the_wordings_that_had_left(by: Agent) -> None:
    entry = PublishedEntryFactory.create(question="挂失怎么办", similar_questions=["卡丢了", "补卡要多久"])
    done = accept(proposing.split(entry, "补卡多久寄到", ["补卡要多久"]), by)
    publishing.publish(Revision.objects.get(pk=done.applied["draft"]), by=by)
    assert texts_of(entry) == ["卡丢了"]
    undone = undoing.undo(done, by=by)
    assert texts_of(entry) == ["卡丢了", "补卡要多久"]
    assert "request" in undone.applied["undone"]


class TestCombining:
    """The one kind whose undoing waits for the seats."""

    def test_before_the_seats_have_signed_it_is_undone_at_once(self, by: Agent) -> None:
        goes, stays = proposing.two_alike()
        done = accept(proposing.combine(goes, stays), by, merge=True)
        undoing.undo(done, by=by)
        assert texts_of(stays) == []
        assert Revision.objects.get(pk=done.applied["request"]).state == RevisionState.DISCARDED
        assert Revision.objects.get(pk=done.applied["draft"]).state == RevisionState.DISCARDED

    def test_afterwards_redirect_and_wordings_stay_until_the_old_entry_is_back(self, by: Agent) -> None:
        goes, stays = proposing.two_alike()
        SimilarQuestion.objects.create(entry=stays, text="卡片遗失")
        done = accept(proposing.combine(goes, stays), by)
        proposing.sign(Revision.objects.get(pk=done.applied["request"]))

        undone = undoing.undo(done, by=by)
        assert leading.led_from(goes.pk) is not None
        assert len(texts_of(stays)) == 3

        proposing.sign(Revision.objects.get(pk=undone.applied["undone"]["restoration"]))
        goes.refresh_from_db()
        assert goes.state == EntryState.PUBLISHED
        assert leading.led_from(goes.pk) is None
        assert texts_of(stays) == ["卡片遗失"]

    def test_a_wording_that_somebody_wrote_anew_stays(self, by: Agent) -> None:
        goes, stays = proposing.two_alike()
        done = accept(proposing.combine(goes, stays), by)
        curating.apply([Curation(stays.pk, {}, similar_questions=["卡不见了"])], by=by)
        curating.apply([Curation(stays.pk, {}, similar_questions=["卡不见了", "卡掉了"])], by=by)
        undoing.undo(done, by=by)
        assert texts_of(stays) == ["卡掉了"]

    def test_where_the_text_changed_since_each_field_is_chosen(self, by: Agent) -> None:
        goes, stays = proposing.two_alike()
        done = accept(proposing.combine(goes, stays), by)
        proposing.sign(Revision.objects.get(pk=done.applied["request"]))
        published_anew(stays, answer="手续费 20 元。", key_points=["核对身份", "立即挂失"])

        with pytest.raises(ChoiceNeededError) as needed:
            undoing.undo(done, by=by)
        shown = {field.name: field for field in needed.value.fields}
        assert shown["answer"].before == ["手续费 40 元。"]
        assert shown["answer"].now == ["手续费 20 元。"]
        assert not shown["answer"].is_ours
        assert shown["use"].is_ours

        undone = undoing.undo(done, by=by, fields={"answer": "before", "key_points": "now"})
        draft = Revision.objects.get(pk=undone.applied["undone"]["text"])
        assert (draft.answer, draft.key_points) == ("手续费 40 元。", ["核对身份", "立即挂失"])
        assert draft.state == RevisionState.IN_REVIEW

    def test_the_merged_text_is_reversed_unasked_while_it_is_what_agents_read(self, by: Agent) -> None:
        goes, stays = proposing.two_alike()
        done = accept(proposing.combine(goes, stays), by, merge=True)
        publishing.publish(Revision.objects.get(pk=done.applied["draft"]), by=by)
        undone = undoing.undo(done, by=by)
        draft = Revision.objects.get(pk=undone.applied["undone"]["text"])
        assert draft.key_points == ["立即挂失"]

    def test_an_entry_that_others_brought_back_already_is_left_in_use(self, by: Agent) -> None:
        goes, stays = proposing.two_alike()
        done = accept(proposing.combine(goes, stays), by)
        proposing.sign(Revision.objects.get(pk=done.applied["request"]))
        info = InformationAdministratorFactory.create()
        proposing.sign(withdrawing.request_restoration(goes, by=info, reason="还要用"))
        undone = undoing.undo(done, by=by)
        assert texts_of(stays) == []
        assert "restoration" not in undone.applied["undone"]


def test_twice_is_refused_and_only_supervisors_do_it(by: Agent) -> None:
    done = accept(proposing.retire(PublishedEntryFactory.create()), by)
    with pytest.raises(RuleBrokenError):
        undoing.undo(done, by=InformationAdministratorFactory.create())
    undoing.undo(done, by=by)
    with pytest.raises(RuleBrokenError):
        undoing.undo(done, by=by)
