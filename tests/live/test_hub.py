"""Who hears what, in memory."""

import asyncio
from collections.abc import Collection

import pytest

from kb.live.events import Event, Person, Told
from kb.live.hub import MOST_OF_A_PERSON, MOST_WAITING, Hub, NotReadyError, TooManyError
from kb.live.positions import Position

HERE = Position("7", 100, "90:90:")
LI = Person(1, frozenset({"agent"}), frozenset({10}))


def event(people: set[int] | None = None, roles: Collection[str] = (), lines: Collection[int] = ()) -> Event:
    chosen = None if people is None else frozenset(people)
    return Event(1, "90", "bulletin", {}, chosen, frozenset(roles), frozenset(lines))


@pytest.fixture
def hub() -> Hub:
    hub = Hub()
    hub.position = HERE
    return hub


@pytest.mark.parametrize(
    ("told", "is_heard"),
    [
        (event(), True),
        (event({1}), True),
        (event({2}), False),
        (event(set()), False),
        (event(roles={"agent"}), True),
        (event(roles={"supervisor"}), False),
        (event(lines={10, 11}), True),
        (event(lines={11}), False),
        (event(roles={"agent"}, lines={11}), False),
        (event(roles={"agent"}, lines={10}), True),
    ],
)
def test_it_is_for_those_named_or_of_both_role_and_line(told: Event, *, is_heard: bool) -> None:
    assert told.is_for(LI) is is_heard


def test_who_does_not_take_what_is_told_is_cut_off_and_the_others_go_on(hub: Hub) -> None:
    async def tell() -> tuple[bool, bytes | None, bytes | None]:
        slow, quick = hub.join(LI, "a"), hub.join(LI, "b")
        heard = b""
        for _ in range(MOST_WAITING + 1):
            hub.move(HERE, [Told(event(), b"x")])
            heard = await quick.next() or b""
        return slow.has_ended, await slow.next(), heard

    assert asyncio.run(tell()) == (True, None, b"x")


def test_one_person_holds_so_many_streams_and_gets_room_back(hub: Hub) -> None:
    streams = [hub.join(LI, "a") for _ in range(MOST_OF_A_PERSON)]
    with pytest.raises(TooManyError):
        hub.join(LI, "a")
    hub.leave(streams[0])
    hub.leave(streams[0])
    hub.join(LI, "a")
    with pytest.raises(TooManyError):
        hub.join(LI, "a")


def test_nobody_joins_before_the_database_was_heard() -> None:
    with pytest.raises(NotReadyError):
        Hub().join(LI, "a")
