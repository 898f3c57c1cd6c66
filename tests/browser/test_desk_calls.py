"""What is used belongs to the call it was used in, although entries stay open from one call to the next."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from faq.models import Entry
from hits.models import Call, HitEvent
from tests.browser.bank import LOST
from tests.browser.conftest import log_in
from tests.browser.test_desk_journeys import how_used, type_words, wait_until_sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DWELL_MS = 9_000
IDLE_MS = 11 * 60_000


@pytest.fixture
def slow_desk(desk: Page) -> Page:
    """The desk with a clock that only the test moves on."""
    desk.clock.install()
    desk.reload()
    return desk


def open_lost(page: Page) -> None:
    type_words(page, LOST)
    page.keyboard.press("Enter")
    expect(page.locator("#opened h1")).to_have_text(LOST)


def show(page: Page, *, is_hidden: bool) -> None:
    """Put another tab before the page, or take it away."""
    page.evaluate(
        """(isHidden) => {
          Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def uses() -> list[tuple[str, int]]:
    """How the entry was used, and in which call: the first, the second, ..."""
    calls = list(Call.objects.order_by("started_at").values_list("pk", flat=True))
    events = HitEvent.objects.order_by("seq").values_list("how", "call_id")
    return [(how, calls.index(call) + 1) for how, call in events if call is not None]


def test_an_entry_left_open_is_confirmed_in_the_next_call(slow_desk: Page) -> None:
    open_lost(slow_desk)
    slow_desk.keyboard.press("Control+Enter")
    expect(slow_desk.locator("[data-counted]")).to_be_visible()
    slow_desk.clock.run_for(IDLE_MS)
    expect(slow_desk.locator("[data-counted]")).to_be_hidden()
    type_words(slow_desk, "吗")
    slow_desk.keyboard.press("Control+Enter")
    expect(slow_desk.locator("[data-counted]")).to_be_visible()
    slow_desk.locator('[data-act="take-back"]').click()
    wait_until_sent(slow_desk)
    assert uses()[:2] == [("opened", 1), ("confirmed", 1)]
    assert uses()[-2:] == [("confirmed", 2), ("taken_back", 2)]


def test_an_entry_left_open_is_read_in_the_next_call_once_somebody_moves(slow_desk: Page) -> None:
    open_lost(slow_desk)
    slow_desk.clock.run_for(DWELL_MS)
    expect(slow_desk.locator("[data-counted]")).to_be_visible()
    slow_desk.clock.run_for(IDLE_MS)
    type_words(slow_desk, "吗")
    slow_desk.clock.run_for(DWELL_MS)
    expect(slow_desk.locator("[data-counted]")).to_be_hidden()
    slow_desk.keyboard.press("PageDown")
    slow_desk.clock.run_for(DWELL_MS)
    expect(slow_desk.locator("[data-counted]")).to_be_visible()
    wait_until_sent(slow_desk)
    assert uses() == [("opened", 1), ("dwelled", 1), ("dwelled", 2)]


def test_what_was_counted_in_a_call_that_ended_cannot_be_taken_back(slow_desk: Page) -> None:
    open_lost(slow_desk)
    slow_desk.keyboard.press("Control+Enter")
    take_back = slow_desk.locator('[data-act="take-back"]')
    expect(take_back).to_be_visible()
    slow_desk.clock.run_for(IDLE_MS)
    type_words(slow_desk, "吗")
    expect(take_back).to_be_hidden()
    take_back.dispatch_event("click")
    wait_until_sent(slow_desk)
    assert uses() == [("opened", 1), ("confirmed", 1), ("dwelled", 1)]


def test_an_entry_that_expires_while_it_is_open_is_offered_no_more(slow_desk: Page) -> None:
    Entry.objects.update(valid_until=Now() + timedelta(minutes=5))
    open_lost(slow_desk)
    slow_desk.keyboard.press("Control+Enter")
    slow_desk.clock.run_for(5 * 60_000)
    expect(slow_desk.locator("[data-expired]")).to_be_visible()
    expect(slow_desk.locator('[data-act="confirm"]')).to_be_hidden()
    expect(slow_desk.locator('[data-act="copy"]')).to_be_disabled()
    slow_desk.keyboard.press("Alt+c")
    expect(slow_desk.locator("#status")).to_contain_text("已失效")
    slow_desk.keyboard.press("Alt+z")
    expect(slow_desk.locator("[data-counted]")).to_be_hidden()
    slow_desk.keyboard.press("Control+Enter")
    wait_until_sent(slow_desk)
    assert [how for how, _ in uses()] == ["opened", "confirmed", "dwelled", "taken_back"]


def test_reading_on_never_begins_a_call(slow_desk: Page) -> None:
    open_lost(slow_desk)
    show(slow_desk, is_hidden=True)
    slow_desk.clock.run_for(2 * IDLE_MS)
    show(slow_desk, is_hidden=False)
    slow_desk.clock.run_for(DWELL_MS)
    expect(slow_desk.locator("[data-counted]")).to_be_hidden()
    wait_until_sent(slow_desk)
    assert uses() == [("opened", 1)]
    assert Call.objects.count() == 1


def test_a_machine_that_slept_counts_nothing_when_it_wakes(slow_desk: Page) -> None:
    open_lost(slow_desk)
    slow_desk.clock.fast_forward(2 * IDLE_MS)
    slow_desk.clock.run_for(DWELL_MS)
    wait_until_sent(slow_desk)
    assert uses() == [("opened", 1)]
    assert Call.objects.count() == 1


def hold_entries(page: Page) -> list[Route]:
    held: list[Route] = []
    page.route("**/entries/*/", lambda route: held.append(route))
    return held


def let_go(page: Page, held: list[Route]) -> None:
    assert held
    with page.expect_response("**/entries/*/"):
        for route in held:
            route.continue_()
    page.wait_for_timeout(150)


def test_an_entry_on_its_way_is_given_up_with_the_call(desk: Page) -> None:
    held = hold_entries(desk)
    type_words(desk, LOST)
    with desk.expect_request("**/entries/*/"):
        desk.keyboard.press("Enter")
    desk.keyboard.press("F2")
    let_go(desk, held)
    expect(desk.locator("#opened")).to_be_hidden()
    wait_until_sent(desk)
    assert how_used() == []


def test_an_entry_on_its_way_is_given_up_when_it_is_closed(desk: Page) -> None:
    held = hold_entries(desk)
    type_words(desk, LOST)
    with desk.expect_request("**/entries/*/"):
        desk.keyboard.press("Enter")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Escape")
    let_go(desk, held)
    expect(desk.locator("#opened")).to_be_hidden()
    wait_until_sent(desk)
    assert how_used() == []


def test_an_entry_that_comes_in_another_call_is_not_opened(slow_desk: Page) -> None:
    held = hold_entries(slow_desk)
    type_words(slow_desk, LOST)
    with slow_desk.expect_request("**/entries/*/"):
        slow_desk.keyboard.press("Enter")
    slow_desk.clock.run_for(IDLE_MS)
    type_words(slow_desk, "吗")
    let_go(slow_desk, held)
    expect(slow_desk.locator("#opened")).to_be_hidden()
    wait_until_sent(slow_desk)
    assert how_used() == []


def lose_the_hits(page: Page) -> None:
    page.route("**/api/v1/hits", lambda route: route.abort())


def find_the_network(page: Page) -> None:
    page.unroute("**/api/v1/hits")
    page.evaluate("() => void dispatchEvent(new Event('online'))")


def test_a_use_that_is_refused_later_is_no_longer_called_counted(desk: Page) -> None:
    lose_the_hits(desk)
    open_lost(desk)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-counted]")).to_be_visible()
    Entry.objects.update(valid_until=Now())
    find_the_network(desk)
    expect(desk.locator("#status")).to_contain_text("未能计入")
    expect(desk.locator("[data-counted]")).to_be_hidden()
    type_words(desk, "吗")
    expect(desk.locator("#status")).to_contain_text("未能计入")
    assert how_used() == []


def test_who_counts_nothing_hears_nothing_of_a_refused_use(page: Page, site: LiveServer) -> None:
    log_in(page, site, "supervisor")
    page.goto("/")
    lose_the_hits(page)
    open_lost(page)
    page.keyboard.press("Alt+c")
    Entry.objects.update(valid_until=Now())
    find_the_network(page)
    wait_until_sent(page)
    expect(page.locator("#status")).not_to_contain_text("未能计入")
    assert how_used() == []
