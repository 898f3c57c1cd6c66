"""Two people at the same moment: each thread is held between reading and writing, and one wins."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection

from accounts.models import Agent, AuditRow
from faq.models import Entry, EntryState, Revision, RevisionState, Seat, SignOff, Verdict
from faq.services import drafting, publishing, reviewing
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    BusinessExpertFactory,
    CallCentreExpertFactory,
    PublishedEntryFactory,
    RevisionInReviewFactory,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
PATIENCE = 1.0


@contextmanager
def held_at(module: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever comes here waits for the other; behind a lock the other never comes, and it goes on."""
    meeting = Barrier(2)
    original: Callable[..., Any] = getattr(module, name)

    def wait_and_go_on(*args: Any, **kwargs: Any) -> Any:
        with suppress(BrokenBarrierError):
            meeting.wait(PATIENCE)
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, wait_and_go_on)
    yield
    monkeypatch.setattr(module, name, original)


def both(*acts: Callable[[], Any]) -> list[str]:
    """Run the acts at once; what each came to: "done" or "refused"."""

    def run(act: Callable[[], Any]) -> str:
        try:
            act()
        except RuleBrokenError:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def sign(revision: Revision, reviewer: Agent, *, of_line: bool) -> Revision:
    seat, line = (Seat.LINE, revision.line) if of_line else (Seat.CALL_CENTRE, None)
    return reviewing.sign_off(revision, seat=seat, line=line, reviewer=reviewer, verdict=Verdict.APPROVED)


def test_of_two_last_sign_offs_one_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    revision = RevisionInReviewFactory.create()
    experts = CallCentreExpertFactory.create(), BusinessExpertFactory.create(lines=[revision.line])
    with held_at(reviewing, "approved_seats", monkeypatch):
        came_to = both(
            lambda: sign(revision, experts[0], of_line=False),
            lambda: sign(revision, experts[1], of_line=True),
        )
    assert came_to == ["done", "done"]
    assert Entry.objects.get().state == EntryState.PUBLISHED
    assert AuditRow.objects.filter(act="entry.published").count() == 1


def test_of_two_people_on_one_seat_one_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    revision = RevisionInReviewFactory.create()
    experts = CallCentreExpertFactory.create_batch(2)
    with held_at(reviewing, "_check_reviewer", monkeypatch):
        came_to = both(*(lambda who=who: sign(revision, who, of_line=False) for who in experts))
    assert sorted(came_to) == ["done", "refused"]
    assert SignOff.objects.count() == 1


def test_a_text_that_is_edited_while_it_is_signed_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    revision = RevisionInReviewFactory.create()
    sign(revision, CallCentreExpertFactory.create(), of_line=False)
    expert = BusinessExpertFactory.create(lines=[revision.line])
    text = drafting.Text("改过的问题", revision.line)
    with held_at(reviewing, "approved_seats", monkeypatch), held_at(drafting, "_is_same", monkeypatch):
        came_to = both(
            lambda: sign(revision, expert, of_line=True),
            lambda: drafting.save_draft(revision, text, by=revision.created_by),
        )
    assert sorted(came_to) == ["done", "refused"]
    fresh = Revision.objects.get()
    is_signed = came_to[0] == "done"
    assert fresh.state == (RevisionState.PUBLISHED if is_signed else RevisionState.DRAFT)
    assert (fresh.question == "改过的问题") != is_signed


def test_two_drafts_are_not_begun_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = PublishedEntryFactory.create()
    with held_at(drafting.Text, "of", monkeypatch):
        came_to = both(*[lambda: drafting.new_draft(entry, by=entry.created_by)] * 2)
    assert sorted(came_to) == ["done", "refused"]


def test_of_two_saves_of_one_draft_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    revision = RevisionInReviewFactory.create()
    texts = [drafting.Text(question, revision.line) for question in ("甲", "乙")]
    with held_at(drafting, "_is_same", monkeypatch):
        came_to = both(
            *(
                lambda text=text: drafting.save_draft(
                    revision, text, by=revision.created_by, seen_at=revision.changed_at
                )
                for text in texts
            )
        )
    assert sorted(came_to) == ["done", "refused"]


def test_of_two_withdrawals_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = PublishedEntryFactory.create()
    with held_at(publishing, "database_now", monkeypatch):
        came_to = both(*[lambda: publishing.withdraw(entry, by=entry.created_by, reason="停办")] * 2)
    assert sorted(came_to) == ["done", "refused"]
    assert AuditRow.objects.filter(act="entry.withdrawn").count() == 1
