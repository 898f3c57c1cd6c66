"""One event, written once: what is refused, what is repeated, what counts."""

from datetime import timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts import settings
from faq.models import Entry
from hits import calls
from hits.counting import Use, record_event
from hits.models import Call, HitEvent, How
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    DraftEntryFactory,
    PublishedEntryFactory,
    SystemAdministratorFactory,
    WithdrawnEntryFactory,
)
from tests.hits.making import use

pytestmark = pytest.mark.django_db


def test_an_event_keeps_the_entrys_line_and_the_settings_in_force() -> None:
    person, entry = AgentFactory.create(), PublishedEntryFactory.create()
    settings.change("dwell_seconds", 12, by=SystemAdministratorFactory.create())
    use(person, entry, How.DWELLED, call_id=uuid4())
    event = HitEvent.objects.get()
    assert (event.line_id, event.agent_id, event.how) == (entry.line_id, person.pk, "dwelled")
    assert event.settings == {"dwell_seconds": 12, "same_entry_minutes": 10}


@pytest.mark.parametrize("how", [How.DWELLED, How.COPIED, How.CONFIRMED])
def test_a_use_makes_the_entry_a_hit_of_the_call_and_taking_it_back_cancels_it(how: How) -> None:
    person, entry, call_id = AgentFactory.create(), PublishedEntryFactory.create(), uuid4()
    assert not use(person, entry, How.OPENED, call_id=call_id).counted
    assert use(person, entry, how, call_id=call_id).counted
    assert not use(person, entry, How.TAKEN_BACK, call_id=call_id).counted
    assert not use(person, entry, How.OPENED, call_id=call_id).counted
    assert use(person, entry, how, call_id=call_id).counted


def test_the_same_event_sent_twice_is_one_event() -> None:
    person, entry, call_id, event_id = AgentFactory.create(), PublishedEntryFactory.create(), uuid4(), uuid4()
    first = use(person, entry, How.COPIED, call_id=call_id, event_id=event_id)
    again = use(person, entry, How.COPIED, call_id=call_id, event_id=event_id)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.counted
    assert again.counted
    assert HitEvent.objects.count() == 1


def test_an_event_id_cannot_stand_for_something_else() -> None:
    person, entry, event_id = AgentFactory.create(), PublishedEntryFactory.create(), uuid4()
    use(person, entry, How.COPIED, call_id=uuid4(), event_id=event_id)
    with pytest.raises(RuleBrokenError):
        use(person, entry, How.CONFIRMED, call_id=uuid4(), event_id=event_id)
    with pytest.raises(RuleBrokenError):
        use(AgentFactory.create(), entry, How.COPIED, call_id=None, event_id=event_id)
    assert HitEvent.objects.count() == 1


def test_an_answer_lost_before_the_entry_expired_is_given_again() -> None:
    person, entry, call_id, event_id = AgentFactory.create(), PublishedEntryFactory.create(), uuid4(), uuid4()
    use(person, entry, How.COPIED, call_id=call_id, event_id=event_id)
    Entry.objects.filter(pk=entry.pk).update(valid_until=Now() - timedelta(seconds=1))
    assert use(person, entry, How.COPIED, call_id=call_id, event_id=event_id).counted
    with pytest.raises(Entry.DoesNotExist):
        use(person, entry, How.COPIED, call_id=uuid4())


def test_what_was_opened_before_it_expired_counts_when_it_is_told_of_late() -> None:
    """The desk was without its network for a moment, or the caller was answered just in time."""
    person, entry, call_id = AgentFactory.create(), PublishedEntryFactory.create(), uuid4()
    use(person, entry, How.OPENED, call_id=call_id)
    Entry.objects.filter(pk=entry.pk).update(valid_until=Now() - timedelta(seconds=1))
    assert use(person, entry, How.CONFIRMED, call_id=call_id).counted
    with pytest.raises(Entry.DoesNotExist):
        use(person, entry, How.CONFIRMED)


def test_what_expired_during_the_call_can_still_be_taken_back() -> None:
    person, entry, call_id = AgentFactory.create(), PublishedEntryFactory.create(), uuid4()
    use(person, entry, How.COPIED, call_id=call_id)
    Entry.objects.filter(pk=entry.pk).update(valid_until=Now() - timedelta(seconds=1))
    assert not use(person, entry, How.TAKEN_BACK, call_id=call_id).counted
    with pytest.raises(Entry.DoesNotExist):
        use(person, entry, How.TAKEN_BACK, call_id=uuid4())


def test_entries_this_person_may_not_find_are_not_there() -> None:
    person, line = AgentFactory.create(), BusinessLineFactory.create()
    restricted = PublishedEntryFactory.create(line=line)
    Entry.objects.filter(pk=restricted.pk).update(is_restricted=True)
    for entry in (DraftEntryFactory.create(), WithdrawnEntryFactory.create(), restricted):
        with pytest.raises(Entry.DoesNotExist):
            use(person, entry, How.COPIED, call_id=uuid4())
    assert not HitEvent.objects.exists()
    assert not Call.objects.exists()
    assert use(AgentFactory.create(lines=[line]), restricted, How.COPIED, call_id=uuid4()).counted


def test_another_persons_call_is_not_there() -> None:
    entry, call_id = PublishedEntryFactory.create(), uuid4()
    use(AgentFactory.create(), entry, How.OPENED, call_id=call_id)
    with pytest.raises(Call.DoesNotExist):
        use(AgentFactory.create(), entry, How.COPIED, call_id=call_id)
    assert HitEvent.objects.count() == 1


def test_what_does_not_count_neither_makes_nor_cancels_a_hit() -> None:
    person, entry, call_id = AgentFactory.create(), PublishedEntryFactory.create(), uuid4()
    assert not use(person, entry, How.COPIED, call_id=call_id, counts=False).counted
    assert use(person, entry, How.COPIED, call_id=call_id).counted
    assert use(person, entry, How.TAKEN_BACK, call_id=call_id, counts=False).counted


def test_without_a_call_a_use_within_ten_minutes_of_the_last_does_not_count() -> None:
    person, entry = AgentFactory.create(), PublishedEntryFactory.create()
    assert use(person, entry, How.COPIED).counted
    assert not use(person, entry, How.CONFIRMED).counted
    assert use(AgentFactory.create(), entry, How.COPIED).counted
    assert use(person, PublishedEntryFactory.create(), How.COPIED).counted
    HitEvent.objects.update(at=Now() - timedelta(minutes=10))
    assert use(person, entry, How.DWELLED).counted


def test_without_a_call_nothing_can_be_taken_back() -> None:
    person, entry = AgentFactory.create(), PublishedEntryFactory.create()
    use(person, entry, How.COPIED)
    with pytest.raises(RuleBrokenError):
        use(person, entry, How.TAKEN_BACK)


def test_a_use_is_taken_back_until_the_call_ends() -> None:
    person, entry, call_id, sent = AgentFactory.create(), PublishedEntryFactory.create(), uuid4(), uuid4()
    use(person, entry, How.CONFIRMED, call_id=call_id)
    use(person, entry, How.TAKEN_BACK, call_id=call_id, event_id=sent)
    use(person, entry, How.CONFIRMED, call_id=call_id)
    calls.end_call(person, call_id=call_id)
    with pytest.raises(RuleBrokenError):
        use(person, entry, How.TAKEN_BACK, call_id=call_id)
    assert not use(person, entry, How.TAKEN_BACK, call_id=call_id, event_id=sent).is_new
    assert use(person, entry, How.COPIED, call_id=call_id).counted


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_use_is_taken_back_before_the_calls_end_or_not_at_all() -> None:
    """The end waits for a use being taken back, so no event lies after it."""
    person, entry, call_id = AgentFactory.create(), PublishedEntryFactory.create(), uuid4()
    use(person, entry, How.CONFIRMED, call_id=call_id)
    ending = Thread(target=_in_a_connection_of_its_own, args=[person, call_id])
    with transaction.atomic():
        record_event(person, Use(uuid4(), entry.pk, How.TAKEN_BACK, call_id), counts=True)
        ending.start()
        ending.join(0.5)
        assert ending.is_alive()
        assert Call.objects.get().ended_at is None
    ending.join(10)
    ended_at = Call.objects.get().ended_at
    assert ended_at is not None
    assert HitEvent.objects.get(how=How.TAKEN_BACK).at < ended_at


def _in_a_connection_of_its_own(person: object, call_id: UUID) -> None:
    try:
        calls.end_call(person, call_id=call_id)  # type: ignore[arg-type]
    finally:
        connection.close()
