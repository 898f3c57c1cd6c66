"""The duels of `bench.duels`: each makes its own text, gives the two acts, and says who may have won."""

import random
from collections.abc import Callable, Generator
from itertools import count
from typing import Any

from bench.site import person

# Gives the two acts, takes what they came to, and gives whether that was right.
Duel = Generator[Any, list[str], None]
names = count(1)


def same_seat() -> Duel:
    """Two people of the one seat that is left: one signs and publishes, the other is told."""
    revision = in_review()
    approve(revision, expert(revision, of_line=True), of_line=True)
    people = [expert(revision, of_line=False) for _ in range(2)]
    outcomes = yield [lambda who=who: approve(revision, who, of_line=False) for who in people]
    yield sorted(outcomes) == ["done", "told"] and times_published(revision) == 1


def last_two_seats() -> Duel:
    """The two last seats: both sign, one of them publishes."""
    revision = in_review()
    centre, line = expert(revision, of_line=False), expert(revision, of_line=True)
    outcomes = yield [
        lambda: approve(revision, centre, of_line=False),
        lambda: approve(revision, line, of_line=True),
    ]
    yield outcomes == ["done", "done"] and times_published(revision) == 1


def own_edit() -> Duel:
    """One person gives the last approval and saves a change: published as signed, or changed unsigned."""
    from faq.models import Revision, RevisionState
    from faq.services import drafting

    revision = in_review()
    approve(revision, expert(revision, of_line=True), of_line=True)
    who = expert(revision, of_line=False)
    text = drafting.Text(f"改过的问题{next(names)}", revision.line)
    outcomes = yield [
        lambda: approve(revision, who, of_line=False),
        lambda: drafting.save_draft(revision, text, by=who),
    ]
    fresh = Revision.objects.get(pk=revision.pk)
    is_published = fresh.state == RevisionState.PUBLISHED and fresh.question == revision.question
    is_changed = fresh.state == RevisionState.DRAFT and fresh.question == text.question
    yield sorted(outcomes) == ["done", "told"] and (is_published if outcomes[0] == "done" else is_changed)


def against_withdrawal() -> Duel:
    """The last approval of a new text against an emergency withdrawal of the old one."""
    from faq.models import Entry, EntryState
    from faq.services import drafting, publishing, reviewing, withdrawing

    first = in_review()
    entry = publishing.publish(first, by=first.created_by)
    author = someone("information_administrator")
    draft = drafting.new_draft(entry, by=author)
    text = drafting.Text(f"新问题{next(names)}", first.line)
    draft = reviewing.submit(drafting.save_draft(draft, text, by=author), by=author)
    approve(draft, expert(draft, of_line=True), of_line=True)
    who, other = expert(draft, of_line=False), expert(draft, of_line=False)
    outcomes = yield [
        lambda: approve(draft, who, of_line=False),
        lambda: withdrawing.withdraw_at_once(entry, by=other, reason="数字写错", seen=first.pk),
    ]
    fresh = Entry.objects.get(pk=entry.pk)
    is_new = fresh.state == EntryState.PUBLISHED and fresh.live_revision_id == draft.pk
    is_out = fresh.state == EntryState.WITHDRAWN and fresh.live_revision_id == first.pk
    yield sorted(outcomes) == ["done", "told"] and (is_new if outcomes[0] == "done" else is_out)


def in_review() -> Any:
    from accounts.models import BusinessLine
    from faq.services import drafting, reviewing

    line = BusinessLine.objects.create(code=f"D{next(names)}-{random.getrandbits(40):x}", name="专线")
    author = someone("information_administrator")
    draft = drafting.create_entry(drafting.Text(f"问题{next(names)}", line), by=author)
    return reviewing.submit(draft, by=author)


def someone(role: str) -> Any:
    from django.contrib.auth.models import Group

    Group.objects.get_or_create(name=role)
    return person(f"{role[:4]}-{next(names)}-{random.getrandbits(40):x}", role)


def expert(revision: Any, *, of_line: bool) -> Any:
    who = someone("business_expert" if of_line else "call_centre_expert")
    if of_line:
        who.lines.add(revision.line)
    return who


def approve(revision: Any, reviewer: Any, *, of_line: bool) -> object:
    from faq.models import Seat, Verdict
    from faq.services import reviewing

    seat, line = (Seat.LINE, revision.line) if of_line else (Seat.CALL_CENTRE, None)
    return reviewing.sign_off(revision, seat=seat, line=line, reviewer=reviewer, verdict=Verdict.APPROVED)


def times_published(revision: Any) -> int:
    from accounts.models import AuditRow

    rows = AuditRow.objects.filter(act="entry.published", detail__revision=revision.pk)
    return rows.count()


def self_approvals() -> int:
    """Valid sign-offs by somebody who is an author of the text."""
    from django.db.models import F

    from faq.models import SignOff

    return SignOff.objects.filter(voided_at=None, revision__authors=F("reviewer")).count()


KINDS: list[Callable[[], Duel]] = [same_seat, last_two_seats, own_edit, against_withdrawal]
