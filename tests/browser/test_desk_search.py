"""What the search tells beside the matches: words to go on with, what was meant, and why."""

import re

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from search import engines
from search.engines.base import EngineUnavailableError
from search.engines.memory import MemoryEngine
from search.indexer import Indexer
from tests.browser.bank import FEE, LOST
from tests.browser.conftest import log_in
from tests.browser.test_desk_journeys import questions, type_words
from tests.factories import BusinessExpertFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def ignore(_route: Route) -> None:
    """Never answer."""


def test_the_right_arrow_takes_the_first_word_offered(desk: Page) -> None:
    type_words(desk, "信用卡nian")
    first = desk.locator("#words [data-word]").first
    expect(first).to_contain_text("信用卡年费")
    desk.keyboard.press("ArrowLeft")
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("#box")).to_have_value("信用卡nian")
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("#box")).to_have_value("信用卡年费")
    expect(desk.locator("#box")).to_be_focused()
    expect(desk.locator("#matches .match-question").first).to_have_text(FEE)


def test_of_several_words_only_the_new_one_is_shown(desk: Page) -> None:
    type_words(desk, "xinyongka nian")
    first = desk.locator("#words [data-word]").first
    expect(first).to_have_attribute("data-word", re.compile("^xinyongka 年费"))
    expect(first).to_have_text(re.compile("^…年费"))
    first.click()
    expect(desk.locator("#box")).to_have_value(re.compile("^xinyongka 年费"))


def test_a_word_is_reached_with_tab_and_taken_with_enter(desk: Page) -> None:
    type_words(desk, "xinyongk")
    word = desk.locator("#words [data-word='信用卡']")
    expect(word).to_be_visible()
    for _number in range(30):
        desk.keyboard.press("Tab")
        if desk.evaluate("() => document.activeElement.dataset.word ?? ''") == "信用卡":
            break
    desk.keyboard.press("Enter")
    expect(desk.locator("#box")).to_have_value("信用卡")
    expect(desk.locator("#opened")).to_be_hidden()


def test_words_go_with_the_text_they_were_offered_for(desk: Page) -> None:
    type_words(desk, "信用卡nian")
    expect(desk.locator("#words [data-word]").first).to_be_visible()
    desk.route("**/api/v1/search?*", ignore)
    desk.keyboard.type("x")
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("#box")).to_have_value("信用卡nianx")
    desk.unroute_all(behavior="ignoreErrors")
    desk.keyboard.press("Escape")
    expect(desk.locator("#words")).to_be_hidden()


def test_a_failing_suggestion_hinders_nothing(desk: Page) -> None:
    desk.route("**/api/v1/suggest?*", lambda route: route.fulfill(status=500))
    type_words(desk, "挂失")
    assert questions(desk)
    expect(desk.locator("#words")).to_be_hidden()
    expect(desk.locator("#status")).to_be_hidden()


def test_what_may_have_been_meant_is_asked_by_a_click(desk: Page) -> None:
    type_words(desk, "刮湿")
    meant = desk.locator("#meant [data-word]").first
    expect(meant).to_contain_text("挂失")
    meant.click()
    expect(desk.locator("#box")).to_have_value("挂失")
    expect(desk.locator("#meant")).to_be_hidden()
    assert len(questions(desk)) >= 4
    expect(desk.locator("#box")).to_be_focused()


def test_what_may_have_been_meant_stays_under_the_mouse_while_words_arrive(desk: Page) -> None:
    waiting: list[Route] = []
    desk.route("**/api/v1/suggest?**", lambda route: waiting.append(route))
    type_words(desk, "刮湿")
    meant = desk.locator("#meant [data-word]").first
    expect(meant).to_contain_text("挂失")
    meant.hover()
    desk.mouse.down()
    waiting[-1].continue_()
    desk.wait_for_timeout(400)
    desk.mouse.up()
    expect(desk.locator("#box")).to_have_value("挂失")


def test_nothing_found_offers_what_was_meant_and_the_nearest(desk: Page) -> None:
    type_words(desk, "xinyogka")
    expect(desk.locator("#meant [data-word]").first).to_contain_text("信用卡")
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("#box")).to_have_value("信用卡")
    expect(desk.locator("#matches .match").first).to_be_visible()


def test_who_did_not_find_it_reads_to_whom_the_question_goes(desk: Page) -> None:
    line = BusinessLine.objects.get(code="CREDITCARD")
    BusinessExpertFactory.create(display_name="丁一", lines=[line])
    Agent.objects.exclude(display_name="丁一").filter(groups__name=Role.BUSINESS_EXPERT).update(
        is_active=False
    )
    desk.reload()
    expect(desk.locator("#forward")).to_be_hidden()
    type_words(desk, LOST)
    expect(desk.locator("#forward")).to_have_text(re.compile("没找到？.*信用卡中心 Alt Q"))
    desk.locator("[data-line=PERSONAL]").click()
    expect(desk.locator("#forward")).to_have_text(re.compile("没找到？.*个人银行 Alt Q"))
    desk.locator("#forward button").click()
    expect(desk.locator("#forward-line")).to_have_value("PERSONAL")
    desk.locator("#forward-line").select_option("CREDITCARD")
    expect(desk.locator("[data-forward-experts]")).to_have_text("丁一")
    desk.keyboard.press("Escape")
    desk.locator("#box").focus()
    desk.keyboard.press("Escape")
    expect(desk.locator("#forward")).to_be_hidden()


def test_a_match_says_how_it_was_found(desk: Page) -> None:
    type_words(desk, "guashi")
    expect(desk.locator("#matches .match-note").first).to_contain_text("拼音")
    desk.keyboard.press("Escape")
    type_words(desk, "年费")
    expect(desk.locator("#matches .match-note").first).not_to_contain_text("词语")
    desk.keyboard.press("Escape")
    type_words(desk, FEE)
    expect(desk.locator("#matches .match-note").first).to_contain_text("标准问一致")


def test_a_reduced_search_is_said_as_long_as_it_lasts(desk: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    Indexer("postgres", engines.fallback()).rebuild()

    def damaged(*_arguments: object) -> None:
        raise EngineUnavailableError("damaged")

    with monkeypatch.context() as patched:
        patched.setattr(MemoryEngine, "search", damaged)
        type_words(desk, "挂失")
        expect(desk.locator("#status")).to_contain_text("重建")
        assert LOST in questions(desk)
    type_words(desk, "怎么")
    expect(desk.locator("#status")).to_be_hidden()


def test_an_administrator_is_told_why(page: Page, site: LiveServer) -> None:
    log_in(page, site, "info")
    page.goto("/")
    type_words(page, "信用卡丢了")
    reasons = page.locator("#matches .match-why").first
    expect(reasons).to_be_hidden()
    page.locator("#why").click()
    expect(page.locator("#why")).to_have_attribute("aria-pressed", "true")
    expect(reasons).to_contain_text("第 1 位")
    expect(reasons).to_contain_text("词语")
    page.locator("#why").click()
    expect(reasons).to_be_hidden()


def test_an_agent_is_not_asked_why(desk: Page) -> None:
    type_words(desk, "挂失")
    expect(desk.locator("#why")).to_have_count(0)
