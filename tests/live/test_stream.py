"""The stream in front of a real database: nothing is lost, nothing comes twice, nobody hears too much."""

import random
import threading
import time
from collections.abc import Iterator
from functools import partial

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from accounts.models import Agent
from accounts.roles import Role
from courier.models import PushEvent
from courier.pushing import push
from kb.live import looking_up, reading
from kb.live.hub import MOST_OF_A_PERSON
from kb.live.positions import parsed
from tests.factories import AgentFactory, BusinessLineFactory, SupervisorFactory
from tests.live.house import House, Page, cookie_of, in_a_thread, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
KIND = PushEvent.Kind.BULLETIN


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """It never looks by itself in time: what comes, comes because it was notified."""
    monkeypatch.setattr(reading, "POLL_SECONDS", 60.0)
    house = House()
    yield house
    house.close()


@pytest.fixture
def agent() -> Agent:
    return AgentFactory.create()


def other_session() -> psycopg.Connection[tuple[object, ...]]:
    wanted = {**connection.get_connection_params()}
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        wanted.pop(ours, None)
    return psycopg.connect(**wanted)


INSERT = (
    "INSERT INTO courier_pushevent (kind, payload, roles, line_ids)"
    " VALUES ('bulletin', jsonb_build_object('id', %s::int), '{}', '{}')"
)


def test_each_hears_what_is_for_them(house: House, agent: Agent) -> None:
    line = BusinessLineFactory.create()
    chief = SupervisorFactory.create(lines=[line])
    theirs, of_chief = house.open(cookie_of(agent)), house.open(cookie_of(chief))
    push(KIND, {"id": 1})
    push(KIND, {"id": 2}, people=[agent])
    push(KIND, {"id": 3}, roles=[Role.SUPERVISOR])
    push(KIND, {"id": 4}, line_ids=[line.pk])
    push(KIND, {"id": 5})
    wait_until(lambda: all({"id": 5} in page.details for page in (theirs, of_chief)))
    assert [each["id"] for each in theirs.details] == [1, 2, 5]
    assert [each["id"] for each in of_chief.details] == [1, 3, 4, 5]
    assert theirs.messages[0].data == {"isLive": True, "person": agent.pk}


def test_a_long_transaction_holds_nothing_back_and_its_own_event_comes_once(
    house: House, agent: Agent
) -> None:
    cookie = cookie_of(agent)
    page = house.open(cookie)
    with other_session() as slow:
        slow.execute(INSERT, [1])
        push(KIND, {"id": 2})
        wait_until(lambda: page.details == [{"id": 2}])
        house.leave(page)
        early = house.open(cookie, after=page.last_id)
        slow.execute("SELECT pg_notify('wenqu_push', '')")
        slow.commit()
        wait_until(lambda: early.details == [{"id": 1}])
    late = house.open(cookie, after=page.last_id)
    assert late.details == [{"id": 1}]
    assert house.open(cookie, after=early.last_id).details == []


def test_who_stopped_within_a_batch_goes_on_behind_what_was_heard(house: House, agent: Agent) -> None:
    cookie = cookie_of(agent)
    page = house.open(cookie)
    with transaction.atomic():
        for number in range(5):
            push(KIND, {"id": number})
    wait_until(lambda: len(page.details) == 5)
    for heard in range(1, 6):
        again = house.open(cookie, after=page.messages[heard].id)
        assert [each["id"] for each in again.details] == list(range(heard, 5))
        house.leave(again)


def test_a_restless_page_hears_everything_once_while_many_write(house: House, agent: Agent) -> None:
    """Writers whose transactions overlap and commit in any order; a page that comes and goes."""
    cookie, writers, each = cookie_of(agent), 6, 15

    def write(number: int) -> None:
        chance = random.Random(number)
        for place in range(each):
            with transaction.atomic():
                push(KIND, {"id": number * 1000 + place})
                time.sleep(chance.random() * 0.02)
                if chance.random() < 0.2:
                    transaction.set_rollback(True)
                    continue

    page, after = None, house.open(cookie).last_id
    threads = [in_a_thread(partial(write, number)) for number in range(writers)]
    heard: list[int] = []
    chance = random.Random(7)
    while any(thread.is_alive() for thread in threads):
        page = house.open(cookie, after=after)
        time.sleep(chance.random() * 0.03)
        house.leave(page)
        heard += [detail["id"] for detail in page.details]
        after = page.last_id
    heard += [detail["id"] for detail in house.open(cookie, after=after).details]
    wanted = sorted(event.payload["id"] for event in PushEvent.objects.all())
    assert len(wanted) > writers * each / 2
    assert sorted(heard) == wanted


def test_what_was_committed_while_the_listener_was_away_comes_when_it_is_back(
    house: House, agent: Agent
) -> None:
    page = house.open(cookie_of(agent))
    push(KIND, {"id": 1})
    wait_until(lambda: page.details == [{"id": 1}])
    with other_session() as other, other.transaction():
        other.execute(INSERT, [2])
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wenqu-live'"
        )
    push(KIND, {"id": 3})
    wait_until(lambda: len(page.details) == 3)
    assert [each["id"] for each in page.details] == [1, 2, 3]


def test_rights_are_asked_again_for_all_streams_at_once(house: House, agent: Agent) -> None:
    chief, gone, left = SupervisorFactory.create(), AgentFactory.create(), AgentFactory.create()
    pages: dict[str, Page] = {
        name: house.open(cookie_of(person))
        for name, person in [("agent", agent), ("chief", chief), ("gone", gone), ("left", left)]
    }
    Agent.objects.filter(pk=gone.pk).update(is_active=False)
    left.set_password("another-good-password")
    left.save(update_fields=["password"])
    chief.groups.set([Group.objects.get(name=Role.AGENT)])
    house.renew_rights()
    wait_until(lambda: pages["gone"].has_ended and pages["left"].has_ended)
    push(KIND, {"id": 1}, roles=[Role.SUPERVISOR])
    push(KIND, {"id": 2})
    wait_until(lambda: pages["agent"].details == [{"id": 2}] and pages["chief"].details == [{"id": 2}])


def test_who_logs_out_is_out(house: House, agent: Agent) -> None:
    cookie = cookie_of(agent)
    page = house.open(cookie)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
    house.renew_rights()
    wait_until(lambda: page.has_ended)
    assert house.open(cookie).status == 401


def test_a_demo_account_hears_nothing_where_there_is_no_demo(house: House, settings) -> None:  # type: ignore[no-untyped-def]
    cookie = cookie_of(AgentFactory.create(is_demo=True))
    assert house.open(cookie).status == 200
    settings.WENQU_DEMO = False
    assert house.open(cookie).status == 401


def test_two_hundred_streams_hold_no_more_than_five_connections(house: House) -> None:
    cookies = [cookie_of(AgentFactory.create()) for _ in range(200 // MOST_OF_A_PERSON + 1)]
    with other_session() as other:
        pages: list[Page] = []
        before, counts = connections_of_the_house(other), []
        for start in range(0, 200, 50):
            pages += house.open_all([cookies[n // MOST_OF_A_PERSON] for n in range(start, start + 50)])
            counts.append(connections_of_the_house(other))
    assert [page.status for page in pages] == [200] * 200
    assert len(house.door.hub.streams) == 200
    assert max(counts) - before <= 1  # the listener was there; for a moment, the one that asks


def connections_of_the_house(other: psycopg.Connection[tuple[object, ...]]) -> int:
    """All of this database but the test's own two."""
    asked = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    with other.transaction():
        found = other.execute(asked).fetchone()
    assert found is not None
    return int(str(found[0])) - 2


@pytest.mark.parametrize("how", ["longer than a day", "another server", "more than may be told"])
def test_who_missed_what_is_not_known_any_more_is_told_to_load_anew(
    house: House, agent: Agent, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = cookie_of(agent)
    here = parsed(house.open(cookie).last_id, looking_up_position(house))
    assert here is not None
    for number in range(3):
        push(KIND, {"id": number})
    if how == "more than may be told":
        monkeypatch.setattr(looking_up, "MOST_MISSED", 2)
    server = "1" if how == "another server" else here.server
    at = here.at - looking_up.KEPT_SECONDS - 1 if how == "longer than a day" else here.at
    wait_until(lambda: looking_up_position(house).before != here.before)
    page = house.open(cookie, after=f"{server}.{at}.{here.before}")
    assert [told.kind for told in page.messages] == ["reload", "hello"]


def looking_up_position(house: House):  # type: ignore[no-untyped-def]
    position = house.door.hub.position
    assert position is not None
    return position


def test_the_door_says_no(house: House, agent: Agent) -> None:
    cookie = cookie_of(agent)
    assert house.open().status == 401
    assert house.open("sessionid=nobody").status == 401
    assert house.open(cookie, path="/").status == 404
    posted = house.open(cookie, method="POST")
    assert (posted.status, posted.headers["allow"]) == (405, "GET")
    assert house.open(path="/live/healthz").status == 200
    pages = [house.open(cookie) for _ in range(MOST_OF_A_PERSON)]
    assert house.open(cookie).status == 429
    house.leave(pages[0])
    assert house.open(cookie).status == 200
    assert house.open(cookie_of(AgentFactory.create()), after="nonsense").status == 200


def test_the_process_ends_every_stream_when_it_ends(agent: Agent) -> None:
    before = threading.active_count()
    house = House()
    page = house.open(cookie_of(agent))
    house.close()
    assert page.has_ended
    assert threading.active_count() <= before
