"""What an agent does on the desk while somebody is on the line."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.models import Agent
from faq.models import Entry, Flag
from hits.models import Call, DailyHits, HitEvent, SearchLog
from tests.browser.bank import ABROAD, DEBIT, FEE, LOST, NEW_CARD

SEARCH = "/api/v1/search?"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def questions(page: Page) -> list[str]:
    return page.locator("#matches .match-question").all_inner_texts()


def type_words(page: Page, words: str) -> None:
    """Type as an agent does, key by key, and wait for the list to follow."""
    with page.expect_response(lambda answer: SEARCH in answer.url):
        page.keyboard.type(words)
    expect(page.locator("#list-head")).to_be_visible()


def wait_until_sent(page: Page) -> None:
    page.wait_for_function(
        """() => Object.entries(sessionStorage)
          .every(([key, value]) => !key.startsWith("wenqu.unsent") || value === "[]")"""
    )


def how_used() -> list[str]:
    return list(HitEvent.objects.order_by("seq").values_list("how", flat=True))


def test_logging_in_as_the_demo_agent_takes_one_key(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/accounts/log-in/"))
    expect(page.get_by_text("wenqu-demo")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#box")).to_be_focused()


def test_logging_in_with_name_and_password_and_out_again(page: Page) -> None:
    page.goto("/accounts/log-in/")
    page.locator("#username").fill("supervisor")
    page.locator("#password").fill("wrong")
    page.locator(".log-in-form .button.main").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#username").fill("supervisor")
    page.locator("#password").fill("wenqu-demo")
    page.locator(".log-in-form .button.main").click()
    expect(page.locator("#box")).to_be_focused()
    page.locator(".bar-end > details.menu summary").click()
    page.locator("[data-log-out] button").click()
    expect(page).to_have_url(re.compile("/accounts/log-in/"))


def test_a_hot_question_of_ones_own_lines_is_not_said_twice(desk: Page) -> None:
    person = Agent.objects.get(username="agent")
    for entry in Entry.objects.all():
        DailyHits.objects.create(day=timezone.localdate(), entry=entry, line=entry.line, hits=3)
    desk.reload()
    expect(desk.locator("#matches .match-group").first).to_be_visible()
    shown = questions(desk)
    assert person.line_ids
    assert shown
    assert len(shown) == len(set(shown))


def test_matches_change_at_every_key_and_open_in_place(desk: Page) -> None:
    type_words(desk, "挂")
    after_one = questions(desk)
    type_words(desk, "失")
    after_two = questions(desk)
    assert after_one
    assert len(after_two) >= 4
    assert desk.locator("#matches mark").first.inner_text() == "挂失"
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    expect(desk.locator("#opened")).to_be_hidden()
    chosen = desk.locator('#matches [aria-selected="true"]')
    assert chosen.get_attribute("id") == desk.locator("#box").get_attribute("aria-activedescendant")
    question = chosen.locator(".match-question").inner_text()
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(question)
    expect(desk.locator("#box")).to_be_focused()


def test_the_number_of_matches_is_told_politely(desk: Page) -> None:
    type_words(desk, "挂失")
    expect(desk.locator("#announce")).to_contain_text(re.compile(r"\d"))
    assert desk.locator("#announce").get_attribute("aria-live") == "polite"


def test_a_match_in_a_similar_question_says_which(desk: Page) -> None:
    type_words(desk, "钱包被偷了")
    first = desk.locator("#matches .match").first
    expect(first.locator(".match-question")).to_have_text(LOST)
    expect(first.locator(".match-note")).to_contain_text("钱包被偷了信用卡怎么办")
    expect(first.locator(".match-note mark").first).to_be_visible()


def test_confirming_counts_and_taking_back_cancels(desk: Page) -> None:
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-counted]")).to_be_visible()
    desk.keyboard.press("Control+Enter")
    desk.locator('[data-act="take-back"]').click()
    expect(desk.locator("[data-counted]")).to_be_hidden()
    wait_until_sent(desk)
    assert how_used() == ["opened", "confirmed", "taken_back"]
    events = list(HitEvent.objects.all())
    (call,) = Call.objects.all()
    (search,) = SearchLog.objects.all()
    assert {event.call_id for event in events} == {call.pk}
    assert {event.search_id for event in events} == {search.pk}
    assert all(event.counts for event in events)
    assert search.text == LOST


def test_taking_back_has_a_key_that_works_from_the_box(desk: Page) -> None:
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    desk.keyboard.press("Alt+z")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-counted] kbd")).to_have_text("Alt Z")
    desk.evaluate(
        """() => {
          const heard = { key: "z", code: "KeyZ", altKey: true, isComposing: true, bubbles: true };
          document.querySelector("#box").dispatchEvent(new KeyboardEvent("keydown", heard));
        }"""
    )
    expect(desk.locator("[data-counted]")).to_be_visible()
    desk.keyboard.press("Alt+z")
    expect(desk.locator("[data-counted]")).to_be_hidden()
    expect(desk.locator("#box")).to_be_focused()
    wait_until_sent(desk)
    assert how_used() == ["opened", "confirmed", "taken_back"]


def test_reading_on_for_eight_seconds_counts_once(desk: Page) -> None:
    desk.clock.install()
    desk.reload()
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    desk.clock.run_for(7_000)
    expect(desk.locator("[data-counted]")).to_be_hidden()
    desk.clock.run_for(2_000)
    expect(desk.locator("[data-counted]")).to_be_visible()
    desk.clock.run_for(60_000)
    wait_until_sent(desk)
    assert how_used() == ["opened", "dwelled"]


def test_copying_takes_what_the_caller_may_hear(desk: Page) -> None:
    type_words(desk, LOST)
    desk.keyboard.press("Alt+1")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    expect(desk.locator("#opened .internal")).to_have_count(2)
    desk.keyboard.press("Alt+c")
    expect(desk.locator("[data-counted]")).to_be_visible()
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied == "您的卡已经挂失成功，从现在起别人就不能用了。"
    wait_until_sent(desk)
    assert how_used() == ["opened", "copied"]


def test_a_selection_copied_by_hand_leaves_internal_paragraphs_out(desk: Page) -> None:
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    desk.evaluate("getSelection().selectAllChildren(document.querySelector('.answer .prose'))")
    desk.evaluate("document.execCommand('copy')")
    assert desk.evaluate("navigator.clipboard.readText()") == "挂失手续费 40 元。"


def test_nothing_found_says_what_helps_and_filters_can_be_dropped(desk: Page) -> None:
    type_words(desk, "vvuuvv")
    expect(desk.locator("#nothing")).to_be_visible()
    expect(desk.locator("#without-filters")).to_be_hidden()
    expect(desk.locator("#list-measure")).to_be_hidden()
    desk.keyboard.press("Escape")
    desk.locator('[data-line="PERSONAL"]').click()
    type_words(desk, "年费")
    expect(desk.locator("#nothing")).to_be_visible()
    expect(desk.locator("#matches .match-question").first).to_have_text(FEE)
    desk.locator("#without-filters [data-act]").click()
    expect(desk.locator("#nothing")).to_be_hidden()
    expect(desk.locator("#matches .match-question").first).to_have_text(FEE)


def test_filters_stay_until_they_are_changed(desk: Page) -> None:
    desk.locator('[data-line="PERSONAL"]').click()
    type_words(desk, "挂失")
    assert LOST not in questions(desk)
    desk.reload()
    expect(desk.locator('[data-line="PERSONAL"]')).to_have_attribute("aria-pressed", "true")
    type_words(desk, "挂失")
    assert LOST not in questions(desk)
    assert DEBIT in questions(desk)


def test_while_an_input_method_composes_no_key_is_taken_and_nothing_is_searched(desk: Page) -> None:
    asked: list[str] = []
    desk.on(
        "request", lambda request: asked.append(request.url) if "/api/v1/search?" in request.url else None
    )
    typing = desk.context.new_cdp_session(desk)
    for composed in ("g", "gua", "guashi"):
        typing.send("Input.imeSetComposition", {"text": composed, "selectionStart": 1, "selectionEnd": 1})
    desk.evaluate(
        """() => {
          const heard = { bubbles: true, cancelable: true };
          for (const key of ["Enter", "Escape", "ArrowDown"]) {
            const event = new KeyboardEvent("keydown", { key, keyCode: 229, ...heard });
            document.querySelector("#box").dispatchEvent(event);
            if (event.defaultPrevented) throw new Error(`${key} was taken`);
          }
        }"""
    )
    desk.wait_for_timeout(100)
    assert [url for url in asked if SEARCH in url] == []
    with desk.expect_response(lambda answer: SEARCH in answer.url):
        typing.send("Input.insertText", {"text": "挂失"})
    expect(desk.locator("#box")).to_have_value("挂失")
    expect(desk.locator("#matches .match-question").first).to_contain_text("挂失")


def test_an_older_answer_is_never_shown_over_a_newer_one(desk: Page) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if "q=%E5%B9%B4" in route.request.url and not held:
            held.append(route)
        else:
            route.continue_()

    desk.route("**/api/v1/search?*", hold_the_first)
    with desk.expect_request(lambda request: SEARCH in request.url):  # of both at once there may be one only
        desk.keyboard.type("年")
    desk.keyboard.type("费")
    expect(desk.locator("#matches .match-question").first).to_have_text(FEE)
    assert len(held) == 1
    desk.locator("#box").fill("境外")
    expect(desk.locator("#matches .match-question").first).to_have_text(ABROAD)
    for route in held:
        route.fulfill(
            json={"search_id": "0", "matches": [], "nearest": [], "did_you_mean": [], "more": False}
        )
    desk.wait_for_timeout(200)
    expect(desk.locator("#matches .match-question").first).to_have_text(ABROAD)


def test_enter_before_the_answer_opens_what_was_asked_for(desk: Page) -> None:
    type_words(desk, "年费")

    def answer_late(route: Route) -> None:
        desk.wait_for_timeout(300)
        route.continue_()

    desk.route("**/api/v1/search?*", answer_late)
    desk.locator("#box").fill(NEW_CARD)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(NEW_CARD)


def test_a_failing_network_is_told_in_one_line_and_nothing_is_lost(desk: Page) -> None:
    type_words(desk, LOST)
    before = questions(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    wait_until_sent(desk)
    desk.evaluate("() => void (window.fetch = () => Promise.reject(new TypeError('no network')))")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#status")).to_be_visible()
    assert questions(desk) == before
    assert how_used() == ["opened"]
    desk.reload()
    wait_until_sent(desk)
    assert how_used() == ["opened", "confirmed"]


def test_the_line_about_the_network_goes_when_everything_has_been_sent(desk: Page) -> None:
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    wait_until_sent(desk)
    desk.context.set_offline(True)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#status")).to_contain_text("网络没有响应")
    desk.context.set_offline(False)
    expect(desk.locator("#status")).to_be_hidden()
    wait_until_sent(desk)
    assert how_used() == ["opened", "confirmed"]


def test_what_a_failing_server_did_not_take_is_sent_again(desk: Page) -> None:
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    wait_until_sent(desk)
    desk.route("**/api/v1/hits", lambda route: route.fulfill(status=503), times=1)
    desk.keyboard.press("Control+Enter")
    wait_until_sent(desk)
    assert how_used() == ["opened", "confirmed"]


def test_a_sentence_is_filled_in_with_the_very_words_of_an_entry(desk: Page) -> None:
    def other_words(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(LOST, "$&amp; 和 $' 怎么算"))

    desk.route("**/entries/*/", other_words)
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    expect(desk.locator("#announce")).to_have_text("已打开：$& 和 $' 怎么算")


def test_a_new_call_begins_with_f2_and_with_the_telephone(desk: Page) -> None:
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    first = desk.locator("#call-id").inner_text()
    desk.keyboard.press("F2")
    expect(desk.locator("#opened")).to_be_hidden()
    expect(desk.locator("#box")).to_have_value("")
    expect(desk.locator("#call-id")).not_to_have_text(first)
    desk.goto("/?call=ACD-4711&q=年费")
    expect(desk.locator("#call-id")).to_have_text("ACD-4711")
    expect(desk.locator("#matches .match-question").first).to_have_text(FEE)
    wait_until_sent(desk)
    assert Call.objects.count() == 3
    assert Call.objects.filter(ended_at=None).get().external_id == "ACD-4711"


def test_a_flag_takes_two_keystrokes(desk: Page) -> None:
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    desk.keyboard.press("Alt+f")
    with desk.expect_response(lambda answer: "/flag/" in answer.url):
        desk.keyboard.press("2")
    expect(desk.locator("[data-flag-form]")).to_be_hidden()
    flag = Flag.objects.get()
    assert (flag.reason, str(flag.entry)) == ("outdated", LOST)
    expect(desk.locator("#box")).to_be_focused()
    expect(desk.locator("#status.good")).to_be_visible()
    desk.keyboard.press("Alt+f")
    expect(desk.locator("[data-flag-form]")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#box")).to_be_focused()


def test_what_was_done_is_told_for_some_seconds(desk: Page) -> None:
    desk.clock.install()
    desk.reload()
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    desk.locator("[data-pin-form] button").click()
    expect(desk.locator("#status.good")).to_be_visible()
    desk.clock.run_for(9_000)
    expect(desk.locator("#status")).to_be_hidden()


def test_the_keys_of_the_desk(desk: Page) -> None:
    desk.keyboard.press("?")
    expect(desk.locator("#shortcuts")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#shortcuts")).to_be_hidden()
    type_words(desk, "挂失")
    second = questions(desk)[1]
    desk.keyboard.press("Alt+2")
    expect(desk.locator("#opened h1")).to_have_text(second)
    desk.locator("#reader").focus()
    desk.keyboard.press("/")
    expect(desk.locator("#box")).to_be_focused()
    expect(desk.locator("#box")).to_have_value("挂失")
    desk.locator("#reader").focus()
    desk.keyboard.press("Control+k")
    expect(desk.locator("#box")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator("#box")).to_have_value("")
    expect(desk.locator("#opened h1")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#start")).to_be_visible()


def test_the_language_and_the_appearance_are_remembered(desk: Page) -> None:
    desk.locator("details.menu summary").click()
    desk.locator('[data-theme-choice="dark"]').click()
    expect(desk.locator("html")).to_have_attribute("data-theme", "dark")
    desk.locator('[name="language"][value="en"]').click()
    expect(desk.locator("html")).to_have_attribute("lang", "en")
    expect(desk.locator("html")).to_have_attribute("data-theme", "dark")
    expect(desk.get_by_role("button", name="New call")).to_be_visible()
    fonts = desk.locator("#box").evaluate("(box) => getComputedStyle(box).fontFamily")
    assert fonts.index("Noto Sans") < fonts.index("PingFang SC")


def test_a_pin_is_on_the_start_at_once(desk: Page) -> None:
    type_words(desk, LOST)
    desk.keyboard.press("Enter")
    expect(desk.locator("#opened h1")).to_have_text(LOST)
    desk.locator("[data-pin-form] button").click()
    expect(desk.locator("[data-pin-form] button")).to_have_attribute("aria-pressed", "true")
    desk.keyboard.press("F2")
    expect(desk.locator("#start [aria-labelledby=start-pins] a")).to_have_text(LOST)
