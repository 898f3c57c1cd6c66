"""The SQL of the roll-up against the slow reference, for any history and any cut into batches."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hits.recount import recount
from hits.rollup import catch_up, roll_up, unread_seconds
from hits.rule import Event, hits_of
from tests.hits.histories import events, forget_everything, right_figures, stored_figures, write

ANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY
@given(events(), st.lists(st.integers(1, 30), min_size=1, max_size=6), st.integers(1, 12))
def test_the_roll_ups_agree_whatever_is_written_and_read_together(
    committed: None, history: list[Event], writes: list[int], batch: int
) -> None:
    forget_everything()
    written = 0
    for size in writes:
        write(history[written : written + size])
        written += size
        roll_up(limit=batch)
    catch_up(limit=batch)
    assert stored_figures() == right_figures(history[:written])


@ANY
@given(events(), st.integers(1, 5))
def test_after_every_batch_the_figures_are_those_of_the_events_read(
    committed: None, history: list[Event], batch: int
) -> None:
    forget_everything()
    write(history)
    read = 0
    while (size := roll_up(limit=batch)) or unread_seconds():
        read += size
        assert stored_figures() == right_figures(history[:read])
    assert read == len(history)


@ANY
@given(events(), st.integers(0, 24))
def test_a_recount_finds_no_difference_at_any_moment(
    committed: None, history: list[Event], read: int
) -> None:
    forget_everything()
    write(history)
    roll_up(limit=read + 1)
    assert recount() == []
    catch_up()
    assert stored_figures() == right_figures(history)


@given(events(), st.randoms(), st.data())
def test_order_and_repetition_change_nothing_and_a_lost_event_only_its_own_keys(
    history: list[Event], random: object, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(history + history))
    assert right_figures(shuffled) == right_figures(history)
    lost = data.draw(st.sampled_from(history))
    left = [event for event in history if event is not lost]
    others = {hit.id for hit in hits_of(history) if hit.entry_id != lost.entry_id}
    assert {hit.id for hit in hits_of(left) if hit.entry_id != lost.entry_id} == others
