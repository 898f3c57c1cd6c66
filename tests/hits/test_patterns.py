"""What calls show about entries: together, by line, by words."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from accounts.models import Agent
from hits import patterns
from hits.loading import EventRow, load_events
from hits.models import DailyHits, Hit, SearchLog
from hits.patterns import ConfirmedText, Pair
from kb.lib.months import SITE_ZONE
from tests.factories import AgentFactory, BusinessLineFactory, CategoryFactory, PublishedEntryFactory
from tests.hits.test_confirmed import searched

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 3, 1, tzinfo=SITE_ZONE)
END = datetime(2026, 4, 1, tzinfo=SITE_ZONE)
NOON = datetime(2026, 3, 3, 12, tzinfo=SITE_ZONE)


def opened(*entries: int, at: datetime = NOON, how: str = "opened", counts: bool = True) -> UUID:
    call_id = uuid4()
    load_events(
        EventRow(uuid4(), at + timedelta(seconds=n), 1, entry, 1, how, call_id, counts=counts)
        for n, entry in enumerate(entries)
    )
    return call_id


def test_pairs_are_counted_by_calls_the_most_often_first() -> None:
    for _call in range(3):
        opened(2, 1, 2)
    opened(1, 3)
    opened(1, 3)
    opened(1, 4)
    opened(1, 2, at=END)
    opened(1, 2, counts=False)
    opened(1, 2, how="taken_back")
    assert patterns.opened_together(BEGIN, END, calls=2, most=9) == [Pair(1, 2, 3), Pair(1, 3, 2)]
    assert patterns.opened_together(BEGIN, END, calls=2, most=1) == [Pair(1, 2, 3)]
    assert patterns.calls_opening([1, 3, 9], BEGIN, END) == {1: 6, 3: 2}


def test_company_is_counted_by_the_category_it_is_filed_in() -> None:
    first, second, alone = CategoryFactory.create(), CategoryFactory.create(), PublishedEntryFactory.create()
    entry, *beside = (PublishedEntryFactory.create(category=category) for category in (first, second, second))
    opened(entry.pk, *(one.pk for one in beside), alone.pk)
    opened(entry.pk, beside[0].pk)
    found = patterns.opened_beside_categories(BEGIN, END, calls=2)
    assert found[entry.pk] == {second.pk: 2}
    assert found[beside[0].pk] == {first.pk: 2}
    assert alone.pk not in found


@pytest.fixture
def two_lines() -> Agent:
    """Somebody of two lines."""
    lines = [BusinessLineFactory.create(code=code) for code in ("CARD", "LOAN")]
    found: Agent = AgentFactory.create(lines=lines)
    return found


def test_a_hit_is_of_the_line_of_its_filter_else_of_its_agents_in_equal_parts(two_lines: Agent) -> None:
    card, loan = two_lines.lines.order_by("code")
    search = SearchLog.objects.create(
        id=uuid4(), agent=two_lines, text="卡", filters={"line": "LOAN"}, took_ms=1
    )
    for search_id, at in ((search.pk, NOON), (None, NOON), (None, NOON), (None, END)):
        Hit.objects.create(
            event_id=uuid4(),
            call_id=uuid4(),
            agent=two_lines,
            entry_id=5,
            line=card,
            search_id=search_id,
            at=at,
        )
    assert patterns.hits_by_asking_line(BEGIN, END) == {5: {card.pk: 1.0, loan.pk: 2.0}}
    SearchLog.objects.update(at=NOON)
    found = patterns.asking_lines([("key", ["卡", "另一个"]), ("other", ["没有"])], BEGIN, END)
    assert found == {"key": {loan.pk: 1.0}}
    SearchLog.objects.update(filters={})
    found = patterns.asking_lines([("key", ["卡"])], BEGIN, END)
    assert found == {"key": {card.pk: 0.5, loan.pk: 0.5}}


def test_the_confirmed_texts_of_each_entry_come_with_most_calls_first() -> None:
    agent = AgentFactory.create()
    for text, entry in (
        ("怎么挂失", 1),
        ("怎么挂失", 1),
        ("卡丢了", 1),
        ("丢卡", 1),
        ("补卡", 2),
        ("别的", 3),
    ):
        searched(text, entry, agent=agent)
    assert patterns.confirmed_texts([1, 2], BEGIN, END, most=2) == [
        ConfirmedText(1, "怎么挂失", 2),
        ConfirmedText(1, "丢卡", 1),
        ConfirmedText(2, "补卡", 1),
    ]


def test_the_busiest_day_is_that_of_all_lines_together() -> None:
    line, other = BusinessLineFactory.create(), BusinessLineFactory.create()
    for day, owner, hits in ((3, line, 4), (3, other, 3), (4, line, 6), (31, line, 5)):
        DailyHits.objects.create(day=BEGIN.replace(day=day).date(), entry_id=1, line=owner, hits=hits)
    DailyHits.objects.create(day=END.date(), entry_id=1, line=line, hits=99)
    assert patterns.busiest_days(BEGIN, END) == {1: 7}
