"""The order of a category: at once, audited, and what has no place in it yet stands last."""

import pytest

from accounts.models import AuditRow
from faq.models import Category, Entry, SimilarQuestion
from faq.services import curating, ordering
from faq.services.curating import Curation
from faq.signals import entries_changed
from kb.lib.errors import RuleBrokenError
from tests.factories import CategoryFactory, PublishedEntryFactory, SupervisorFactory, WithdrawnEntryFactory
from tests.faq.test_at_the_same_moment import both, held_at

pytestmark = pytest.mark.django_db


def in_order(category: Category) -> list[int]:
    return [entry.pk for entry in Entry.objects.filter(category=category).in_category_order()]


def filed(category: Category, number: int) -> list[Entry]:
    return [PublishedEntryFactory.create(category=category) for _ in range(number)]


def test_a_category_is_put_in_order_and_the_trail_tells_what_was_before() -> None:
    category, by = CategoryFactory.create(), SupervisorFactory.create()
    first, second, third = filed(category, 3)

    told = ordering.reorder(category, [third.pk, first.pk, second.pk], by=by)

    assert in_order(category) == [third.pk, first.pk, second.pk] == told.after
    row = AuditRow.objects.get(act="category.reordered")
    assert row.actor == by
    assert row.detail == {"before": [first.pk, second.pk, third.pk], "after": told.after}


def test_what_came_meanwhile_stands_behind_and_what_left_is_passed_over() -> None:
    category, by = CategoryFactory.create(), SupervisorFactory.create()
    first, second = filed(category, 2)
    elsewhere = PublishedEntryFactory.create()

    ordering.reorder(category, [elsewhere.pk, second.pk], by=by)

    assert in_order(category) == [second.pk, first.pk]
    newcomer = filed(category, 1)[0]
    assert in_order(category) == [second.pk, first.pk, newcomer.pk]
    elsewhere.refresh_from_db()
    assert elsewhere.position == 0


def test_the_order_that_is_there_already_is_no_act() -> None:
    category = CategoryFactory.create()
    first, second = filed(category, 2)
    with pytest.raises(RuleBrokenError):
        ordering.reorder(category, [first.pk, second.pk], by=SupervisorFactory.create())
    assert not AuditRow.objects.filter(act="category.reordered").exists()


def test_withdrawn_entries_keep_their_place_and_only_published_ones_are_told_of() -> None:
    category = CategoryFactory.create()
    live, gone = filed(category, 1)[0], WithdrawnEntryFactory.create(category=category)
    heard: list[int] = []

    def listen(entry_ids: list[int], **_: object) -> None:
        heard.extend(entry_ids)

    entries_changed.connect(listen)
    ordering.reorder(category, [gone.pk, live.pk], by=SupervisorFactory.create())
    entries_changed.disconnect(listen)

    assert in_order(category) == [gone.pk, live.pk]
    assert heard == [live.pk]


def test_an_entry_that_moves_stands_last_in_its_new_category() -> None:
    old, new, by = CategoryFactory.create(), CategoryFactory.create(), SupervisorFactory.create()
    moved, stays = filed(old, 2)
    ordering.reorder(old, [stays.pk, moved.pk], by=by)
    there = filed(new, 2)
    ordering.reorder(new, [there[1].pk, there[0].pk], by=by)

    curating.apply([Curation(moved.pk, {"category": new})], by=by)

    assert in_order(new) == [there[1].pk, there[0].pk, moved.pk]
    curating.apply([Curation(moved.pk, {"category": old, "position": 1})], by=by)
    assert in_order(old) == [moved.pk, stays.pk] or in_order(old) == [stays.pk, moved.pk]
    moved.refresh_from_db()
    assert moved.position == 1


def test_a_new_similar_question_tells_that_it_came_from_a_combined_entry() -> None:
    entry = PublishedEntryFactory.create()
    origin = SimilarQuestion.Origin.COMBINED
    curating.apply([Curation(entry.pk, {}, similar_questions=["卡掉了"])], by=None, origin=origin)
    assert entry.similar_questions.get().origin == "combined"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_order_a_category_at_once_leave_one_of_the_two_orders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    category, by = CategoryFactory.create(), SupervisorFactory.create()
    a, b, c = (entry.pk for entry in filed(category, 3))
    with held_at(ordering, "lock_entries", monkeypatch):
        told = both(
            lambda: ordering.reorder(category, [c, a, b], by=by),
            lambda: ordering.reorder(category, [b, c, a], by=by),
        )
    assert told == ["done", "done"]
    rows = list(AuditRow.objects.filter(act="category.reordered").order_by("pk"))
    assert rows[0].detail["after"] == rows[1].detail["before"]
    assert in_order(category) == rows[1].detail["after"]
