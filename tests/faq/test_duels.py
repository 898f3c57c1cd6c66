"""Reviews at the same moment: threads held between reading and writing; one wins, the other reads why."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Agent, AuditRow
from bench import duels, saves
from faq.models import Entry, EntryState, Revision, RevisionState, SignOff
from faq.services import applying, deciding, drafting, publishing, reviewing, scheduling, withdrawing
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    RevisionInReviewFactory,
)
from tests.faq.test_at_the_same_moment import both, held_at, sign
from tests.faq.test_importing import load, plan

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def heard(act: Callable[[], Any], into: list[str]) -> Callable[[], Any]:
    """The act, with what it is refused with kept."""

    def listen() -> None:
        try:
            act()
        except RuleBrokenError as broken:
            into.append(str(broken))
            raise

    return listen


def changed_text() -> tuple[Entry, Revision]:
    """A published entry and a changed text of it that lacks the business line's seat only."""
    entry = PublishedEntryFactory.create(question="旧问题")
    author = InformationAdministratorFactory.create()
    draft = drafting.new_draft(entry, by=author)
    draft = drafting.save_draft(draft, drafting.Text("新问题", entry.line), by=author)
    draft = reviewing.submit(draft, by=author)
    sign(draft, CallCentreExpertFactory.create(), of_line=False)
    return entry, draft


def test_publish_against_withdraw(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever withdrew had read the old text, whoever signed meant no withdrawn entry: never both."""
    entry, draft = changed_text()
    expert = BusinessExpertFactory.create(lines=[entry.line])
    who, seen, told = CallCentreExpertFactory.create(), entry.live_revision_id, list[str]()
    with held_at(reviewing, "approved_seats", monkeypatch), held_at(withdrawing, "_ask", monkeypatch):
        came_to = both(
            heard(lambda: sign(draft, expert, of_line=True), told),
            heard(lambda: withdrawing.withdraw_at_once(entry, by=who, reason="数字写错", seen=seen), told),
        )
    assert sorted(came_to) == ["done", "refused"]
    assert "下架" in told[0]
    fresh = Entry.objects.select_related("live_revision").get()
    is_out = came_to[0] == "done"
    assert (fresh.state, str(fresh)) == (
        (EntryState.PUBLISHED, "新问题") if is_out else (EntryState.WITHDRAWN, "旧问题")
    )


def test_the_last_seat_of_a_text_against_the_last_seat_of_a_withdrawal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry, draft = changed_text()
    request = withdrawing.request_withdrawal(
        entry, by=InformationAdministratorFactory.create(), reason="停办"
    )
    sign(request, CallCentreExpertFactory.create(), of_line=False)
    experts = BusinessExpertFactory.create_batch(2, lines=[entry.line])
    told: list[str] = []
    with held_at(reviewing, "approved_seats", monkeypatch):
        came_to = both(
            heard(lambda: sign(draft, experts[0], of_line=True), told),
            heard(lambda: sign(request, experts[1], of_line=True), told),
        )
    assert sorted(came_to) == ["done", "refused"]
    assert told[0]
    states = {one.number: one.state for one in Revision.objects.all()}
    if came_to[0] == "done":
        assert (states[2], states[3]) == (RevisionState.PUBLISHED, RevisionState.DISCARDED)
    else:
        assert (states[2], states[3]) == (RevisionState.IN_REVIEW, RevisionState.DONE)
    assert Entry.objects.get().state == (
        EntryState.PUBLISHED if came_to[0] == "done" else EntryState.WITHDRAWN
    )


def test_a_reviewer_who_becomes_an_author_between_reading_and_writing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same person saves a change in one window and signs in the other."""
    revision = RevisionInReviewFactory.create()
    both_at_once = CallCentreExpertFactory.create()
    text = drafting.Text("自己改的", revision.line)
    with held_at(reviewing, "approved_seats", monkeypatch), held_at(drafting, "_mirror", monkeypatch):
        both(
            lambda: sign(revision, both_at_once, of_line=False),
            lambda: drafting.save_draft(revision, text, by=both_at_once),
        )
    fresh = Revision.objects.get()
    assert (fresh.question, fresh.state) == ("自己改的", RevisionState.DRAFT)
    assert not SignOff.objects.filter(voided_at=None).exists()
    reviewing.submit(fresh, by=fresh.created_by)
    with pytest.raises(RuleBrokenError):
        sign(fresh, both_at_once, of_line=False)


def test_taking_back_against_the_last_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    entry, draft = changed_text()
    expert = BusinessExpertFactory.create(lines=[entry.line])
    with held_at(reviewing, "approved_seats", monkeypatch), held_at(reviewing, "void_seats", monkeypatch):
        came_to = both(
            lambda: sign(draft, expert, of_line=True),
            lambda: reviewing.take_back(draft, by=draft.created_by),
        )
    assert sorted(came_to) == ["done", "refused"]
    fresh = Revision.objects.get(pk=draft.pk)
    assert fresh.state == (RevisionState.PUBLISHED if came_to[0] == "done" else RevisionState.DRAFT)


def test_two_requests_to_withdraw_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = PublishedEntryFactory.create()
    people = InformationAdministratorFactory.create_batch(2)
    told: list[str] = []

    def ask(who: Agent) -> Callable[[], Any]:
        return heard(lambda: withdrawing.request_withdrawal(entry, by=who, reason="停办"), told)

    with held_at(withdrawing, "_ask", monkeypatch):
        came_to = both(*map(ask, people))
    assert (sorted(came_to), len(told)) == (["done", "refused"], 1)
    assert Revision.objects.all().open_requests().count() == 1


def test_approving_and_rejecting_an_emergency_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = PublishedEntryFactory.create()
    request = withdrawing.withdraw_at_once(
        entry, by=InformationAdministratorFactory.create(), reason="数字写错"
    )
    sign(request, CallCentreExpertFactory.create(), of_line=False)
    experts = BusinessExpertFactory.create_batch(2, lines=[entry.line])
    with held_at(deciding, "_close", monkeypatch):
        came_to = both(
            lambda: sign(request, experts[0], of_line=True),
            lambda: reviewing.sign_off(
                request,
                seat="line",  # type: ignore[arg-type]
                line=entry.line,
                reviewer=experts[1],
                verdict="rejected",  # type: ignore[arg-type]
                comment="没错",
            ),
        )
    assert sorted(came_to) == ["done", "refused"]
    is_out = came_to[0] == "done"
    assert Entry.objects.get().state == (EntryState.WITHDRAWN if is_out else EntryState.PUBLISHED)


def test_a_scheduled_text_is_published_once_by_job_and_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    _entry, draft = changed_text()
    Revision.objects.filter(pk=draft.pk).update(state=RevisionState.SCHEDULED, valid_from=database_now())
    with held_at(publishing, "publish_all", monkeypatch):
        both(
            scheduling.publish_what_is_due,
            lambda: publishing.publish_due([draft.entry_id], at=database_now()),
        )
    assert Revision.objects.get(pk=draft.pk).state == RevisionState.PUBLISHED
    assert AuditRow.objects.filter(act="entry.published", detail__revision=draft.pk).count() == 1


def test_an_edit_against_an_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file and the editor change one draft: who comes second is told, and both texts are there."""
    line = BusinessLineFactory.create(code="CARD")
    loader, editor = InformationAdministratorFactory.create_batch(2)
    row = {"external_id": "a", "line": "CARD", "question": "怎么挂失", "answer": "先核对身份。"}
    load(loader, row)
    draft = Revision.objects.get()
    plan_made = plan(loader, {**row, "answer": "文件里的答案"})
    mine = drafting.Text("怎么挂失", line, answer="编辑的答案")
    others: list[str] = []

    def save() -> None:
        try:
            drafting.save_draft(draft, mine, by=editor, seen_at=draft.changed_at)
        except drafting.DraftChangedError as told:
            others.append(told.current.answer)
            raise

    with held_at(applying, "snapshots", monkeypatch), held_at(drafting, "_is_same", monkeypatch):
        came_to = both(lambda: applying.apply(plan_made, file_name="entries.jsonl"), save)
    assert sorted(came_to) == ["done", "refused"]
    if came_to[0] == "done":
        assert (Revision.objects.get().answer, others) == ("文件里的答案", ["文件里的答案"])
    else:
        assert (Revision.objects.get().answer, others) == ("编辑的答案", [])


def test_the_long_drill_in_short() -> None:
    """bench/duels.py, with a dozen duels and a handful of editors."""
    figures = duels.fight(12, pool=4)
    assert figures.duels == 12
    assert (figures.without_one_winner, figures.self_approvals, figures.errors) == (0, 0, 0)
    written = saves.write_together(editors=4, saves=5)
    assert (written.lost, written.errors) == (0, 0)
    assert written.won == written.in_trail
    assert written.won + written.told == 20
