"""Bulk work: done at once or asked of the seats, refused entry by entry with the reason, undone as one."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, AuditRow
from courier.models import Notification
from faq.models import Entry, Purpose, Revision, RevisionState, Seat, Verdict
from faq.services import bulk, bulk_planning, curating, drafting, publishing, reviewing, withdrawing
from faq.services.bulk_planning import Act, Lines, Wish
from faq.services.curating import Curation
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    CategoryFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SOON, LATER, FAR = (NOW + timedelta(days=days) for days in (10, 40, 400))


@pytest.fixture
def keeper() -> Agent:
    return InformationAdministratorFactory.create()


def entries(number: int = 3, **more: Any) -> list[Entry]:
    return [PublishedEntryFactory.create(**more) for _ in range(number)]


def refusals(chosen: list[Entry], wish: Wish, by: Agent) -> dict[int, str]:
    changes = bulk_planning.plan([entry.pk for entry in chosen], wish, by=by, now=timezone.now())
    return {change.entry_id: change.refusal for change in changes}


def done(chosen: list[Entry], wish: Wish, by: Agent) -> Any:
    return bulk.carry_out([entry.pk for entry in chosen], wish, by=by, reason="季度整理")


def values(chosen: list[Entry], column: str) -> list[Any]:
    rows = Entry.objects.filter(pk__in=[entry.pk for entry in chosen]).order_by("pk")
    return list(rows.values_list(column, flat=True))


def at_once() -> list[tuple[Wish, str, Any]]:
    """Each act that needs no seat, with the column it sets and what that is then."""
    category = CategoryFactory.create()
    person = CallCentreExpertFactory.create()
    return [
        (Wish(Act.CATEGORY, category), "category", category.pk),
        (Wish(Act.REVIEW_OWNER, person), "review_owner", person.pk),
        (Wish(Act.REVIEW_DATE, date(2027, 3, 1)), "review_due_on", date(2027, 3, 1)),
        (Wish(Act.SHORTER, SOON), "valid_until", SOON),
    ]


@pytest.mark.parametrize("place", range(4))
def test_what_needs_no_seat_is_set_at_once_and_undone_as_one(keeper: Agent, place: int) -> None:
    wish, column, value = at_once()[place]
    chosen = entries(3)
    before = values(chosen, column)
    act = done(chosen, wish, keeper)
    assert values(chosen, column) == [value] * 3
    row = AuditRow.objects.filter(act="entry.curated", subject_id=str(chosen[0].pk)).get()
    assert row.detail["before"] == {column: None}
    assert AuditRow.objects.filter(act="bulk.done").count() == 1
    bulk.undo(act, by=keeper)
    act.refresh_from_db()
    assert values(chosen, column) == before
    assert act.after["left"] == []
    assert not Revision.objects.exclude(number=1).exists()


@pytest.mark.parametrize("place", range(4))
def test_what_somebody_has_changed_since_is_left_and_listed(keeper: Agent, place: int) -> None:
    wish, column, _value = at_once()[place]
    chosen = entries(2)
    act = done(chosen, wish, keeper)
    others = {
        "category": CategoryFactory.create(),
        "review_owner": keeper,
        "review_due_on": date(2028, 1, 1),
        "valid_until": SOON - timedelta(days=1),
    }
    curating.apply([Curation(chosen[0].pk, {column: others[column]})], by=keeper)
    bulk.undo(act, by=keeper)
    act.refresh_from_db()
    assert act.after["left"] == [chosen[0].pk]
    assert values(chosen, column)[0] is not None
    assert values(chosen, column)[1] is None


def test_what_is_refused_is_left_out_with_its_reason(keeper: Agent) -> None:
    draft, gone = DraftEntryFactory.create(), WithdrawnEntryFactory.create()
    short = PublishedEntryFactory.create(valid_until=SOON)
    late = PublishedEntryFactory.create(valid_from=LATER + timedelta(days=1), valid_until=FAR)
    good = PublishedEntryFactory.create(valid_until=FAR)
    told = refusals([draft, gone, short, late, good], Wish(Act.SHORTER, LATER), keeper)
    assert [bool(told[entry.pk]) for entry in (draft, gone, short, late, good)] == [
        True,
        True,
        True,
        True,
        False,
    ]
    act = done([draft, gone, short, late, good], Wish(Act.SHORTER, LATER), keeper)
    assert list(act.before) == [str(good.pk)]
    assert set(act.after["refused"]) == {str(entry.pk) for entry in (draft, gone, short, late)}


def test_an_end_in_the_past_shortens_nothing(keeper: Agent) -> None:
    chosen = entries(1)
    assert refusals(chosen, Wish(Act.SHORTER, NOW - timedelta(days=1)), keeper)[chosen[0].pk]
    with pytest.raises(RuleBrokenError):
        done(chosen, Wish(Act.SHORTER, NOW - timedelta(days=1)), keeper)


def test_expired_entries_are_lengthened_by_every_seat(keeper: Agent) -> None:
    line = BusinessLineFactory.create()
    chosen = entries(2, line=line, valid_until=NOW - timedelta(days=1))
    act = done(chosen, Wish(Act.LONGER, FAR), keeper)
    requests = Revision.objects.filter(pk__in=act.before.values())
    assert {(one.state, one.reason, one.valid_until) for one in requests} == {
        (RevisionState.IN_REVIEW, "季度整理", FAR)
    }
    assert values(chosen, "valid_until") == [entry.valid_until for entry in chosen]
    first = requests.order_by("pk")[0]
    centre, expert = CallCentreExpertFactory.create(), BusinessExpertFactory.create(lines=[line])
    reviewing.sign_off(first, seat=Seat.CALL_CENTRE, reviewer=centre, verdict=Verdict.APPROVED)
    reviewing.sign_off(first, seat=Seat.LINE, line=line, reviewer=expert, verdict=Verdict.APPROVED)
    assert Entry.objects.in_force().filter(pk=first.entry_id).exists()
    bulk.undo(act, by=keeper)
    act.refresh_from_db()
    assert act.after["left"] == [first.entry_id], "what the seats have agreed to is not taken back"


def test_each_line_hears_once_of_all_its_requests(keeper: Agent) -> None:
    line, other = BusinessLineFactory.create(), BusinessLineFactory.create()
    expert, centre = BusinessExpertFactory.create(lines=[line]), CallCentreExpertFactory.create()
    chosen = [*entries(3, line=line), *entries(1, line=other)]
    Notification.objects.all().delete()
    done(chosen, Wish(Act.WITHDRAWAL), keeper)
    assert Revision.objects.filter(purpose=Purpose.WITHDRAWAL, state=RevisionState.IN_REVIEW).count() == 4
    assert "3" in Notification.objects.get(person=expert).text
    assert "4" in Notification.objects.get(person=centre).text
    assert not Notification.objects.filter(person=keeper).exists()


def test_the_lines_concerned_are_asked_of_every_seat_old_and_new(keeper: Agent) -> None:
    owner, other = BusinessLineFactory.create(), BusinessLineFactory.create()
    chosen = entries(2, line=owner)
    act = done(chosen, Wish(Act.LINES, Lines(None, (other,))), keeper)
    request = Revision.objects.get(pk=act.before[str(chosen[0].pk)])
    assert reviewing.seats(request) == {None, owner.pk, other.pk}
    assert values(chosen, "concerned_line_ids") == [[owner.pk], [owner.pk]]
    bulk.undo(act, by=keeper)
    assert not Revision.objects.open().exists()


@pytest.mark.parametrize("act", [Act.LINES, Act.LONGER, Act.WITHDRAWAL])
def test_requests_that_are_undone_are_closed(keeper: Agent, act: Act) -> None:
    value: Any = {Act.LINES: Lines(BusinessLineFactory.create(), ()), Act.LONGER: None}.get(act)
    chosen = entries(2, valid_until=FAR)
    made = done(chosen, Wish(act, value), keeper)
    assert Revision.objects.open().count() == 2
    bulk.undo(made, by=keeper)
    assert not Revision.objects.open().exists()


def test_a_request_that_somebody_has_written_in_is_left(keeper: Agent) -> None:
    chosen = entries(2, valid_until=SOON)
    act = done(chosen, Wish(Act.LONGER, FAR), keeper)
    draft = Revision.objects.get(pk=act.before[str(chosen[0].pk)])
    text = drafting.Text("改过的问题", draft.line, valid_until=FAR)
    drafting.save_draft(draft, text, by=CallCentreExpertFactory.create())
    bulk.undo(act, by=keeper)
    act.refresh_from_db()
    assert act.after["left"] == [chosen[0].pk]


def test_open_drafts_and_requests_stand_in_the_way(keeper: Agent) -> None:
    drafted, asked = entries(2)
    drafting.new_draft(drafted, by=keeper)
    withdrawing.request_withdrawal(asked, by=keeper, reason="停办")
    told = refusals([drafted, asked], Wish(Act.LONGER, None), keeper)
    assert "草稿" in told[drafted.pk] or "draft" in told[drafted.pk]
    told = refusals([drafted, asked], Wish(Act.WITHDRAWAL), keeper)
    assert (told[drafted.pk], bool(told[asked.pk])) == ("", True)


def test_one_reason_and_a_right_are_needed(keeper: Agent) -> None:
    chosen = entries(1)
    wish = Wish(Act.REVIEW_DATE, date(2027, 3, 1))
    for reason in ("", "  ", "长" * 501):
        with pytest.raises(RuleBrokenError):
            bulk.carry_out([chosen[0].pk], wish, by=keeper, reason=reason)
    for person in (AgentFactory.create(), SupervisorFactory.create()):
        with pytest.raises(RuleBrokenError):
            bulk.carry_out([chosen[0].pk], wish, by=person, reason="整理")
    assert values(chosen, "review_due_on") == [None]


def test_business_experts_work_on_their_own_lines() -> None:
    own, other = entries(2)
    expert = BusinessExpertFactory.create(lines=[own.line])
    told = refusals([own, other], Wish(Act.REVIEW_DATE, date(2027, 3, 1)), expert)
    assert [bool(told[own.pk]), bool(told[other.pk])] == [False, True]


def test_what_is_not_theirs_to_see_is_not_there(keeper: Agent) -> None:
    hidden = PublishedEntryFactory.create(is_restricted=True)
    assert refusals([hidden], Wish(Act.REVIEW_DATE, date(2027, 3, 1)), keeper) == {}
    with pytest.raises(RuleBrokenError):
        done([hidden], Wish(Act.REVIEW_DATE, date(2027, 3, 1)), keeper)
    assert values([hidden], "review_due_on") == [None]


def test_an_act_has_an_end(keeper: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_REQUESTS", 1)
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    with pytest.raises(RuleBrokenError):
        done(entries(2), Wish(Act.WITHDRAWAL), keeper)
    with pytest.raises(RuleBrokenError):
        done(entries(3), Wish(Act.REVIEW_DATE, date(2027, 3, 1)), keeper)


def test_it_is_undone_once_and_by_whom_it_concerns(keeper: Agent) -> None:
    expert = CallCentreExpertFactory.create()
    act = done(entries(1), Wish(Act.REVIEW_DATE, date(2027, 3, 1)), expert)
    with pytest.raises(RuleBrokenError):
        bulk.undo(act, by=CallCentreExpertFactory.create())
    bulk.undo(act, by=keeper)
    with pytest.raises(RuleBrokenError):
        bulk.undo(act, by=expert)


def test_statements_do_not_grow_with_the_entries(
    keeper: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    wish = Wish(Act.CATEGORY, CategoryFactory.create())
    _ = keeper.roles, keeper.line_ids
    few, many = entries(2), entries(12)
    with django_assert_max_num_queries(32):
        first = done(few, wish, keeper)
    with django_assert_max_num_queries(32):
        second = done(many, wish, keeper)
    with django_assert_max_num_queries(32):
        bulk.undo(first, by=keeper)
    with django_assert_max_num_queries(32):
        bulk.undo(second, by=keeper)


def test_nobody_hears_of_restricted_entries_of_other_lines() -> None:
    line = BusinessLineFactory.create()
    keeper = InformationAdministratorFactory.create(lines=[line])
    inside, outside = CallCentreExpertFactory.create(lines=[line]), CallCentreExpertFactory.create()
    hidden = entries(2, line=line, is_restricted=True)
    Notification.objects.all().delete()
    done(hidden, Wish(Act.WITHDRAWAL), keeper)
    assert "2" in Notification.objects.get(person=inside).text
    assert not Notification.objects.filter(person=outside).exists()
    done([*entries(1), *entries(1, line=line, is_restricted=True)], Wish(Act.WITHDRAWAL), keeper)
    assert "1" in Notification.objects.get(person=outside).text


def test_a_colleague_undoes_only_what_is_open_to_them(keeper: Agent) -> None:
    line = BusinessLineFactory.create()
    hidden = entries(1, line=line, is_restricted=True)
    wish = Wish(Act.REVIEW_DATE, date(2027, 3, 1))
    act = done([*hidden, *entries(1)], wish, InformationAdministratorFactory.create(lines=[line]))
    with pytest.raises(RuleBrokenError):
        bulk.undo(act, by=keeper)
    assert values(hidden, "review_due_on") == [date(2027, 3, 1)]
    bulk.undo(act, by=InformationAdministratorFactory.create(lines=[line]))


def test_the_end_that_the_seats_have_signed_since_is_not_lengthened(keeper: Agent) -> None:
    chosen = entries(2)
    act = done(chosen, Wish(Act.SHORTER, SOON), keeper)
    draft = drafting.new_draft(chosen[0], by=keeper)
    text = drafting.Text("改过的问题", draft.line, valid_until=SOON)
    publishing.publish(drafting.save_draft(draft, text, by=keeper), by=keeper)
    bulk.undo(act, by=keeper)
    act.refresh_from_db()
    assert act.after["left"] == [chosen[0].pk]
    assert values(chosen, "valid_until") == [SOON, None]
