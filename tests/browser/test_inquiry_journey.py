"""A question nobody has answered: forwarded by keyboard, joined by the next agent, answered, an entry."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Agent, BusinessLine
from faq.models import Revision
from inquiries.models import AnswerLink, Inquiry
from inquiries.services import linking
from tests.browser.conftest import log_in
from tests.browser.test_desk_journeys import type_words
from tests.factories import AgentFactory
from tests.inquiries.making import forwarded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUESTION = "高速ETC注销后押金怎么退"
COMPOSING = """field => field.dispatchEvent(
  new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, keyCode: 229, bubbles: true }))"""
PUSHED = "document.dispatchEvent(new CustomEvent('push:inquiry', { detail: {} }))"


@pytest.fixture
def other(chromium: Browser, site: LiveServer) -> Iterator[Page]:
    """The desk of a second agent, in a browser of their own."""
    AgentFactory.create(username="second", lines=[BusinessLine.objects.get(code="CREDITCARD")])
    context = chromium.new_context(base_url=site.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    log_in(page, site, "second")
    page.goto("/")
    yield page
    context.close()


def open_panel(desk: Page) -> None:
    desk.keyboard.press("Alt+q")
    expect(desk.locator("#forward-question")).to_be_focused()


def is_told(desk: Page) -> None:
    """At once when it is pushed, while the caret stays where somebody types."""
    desk.locator("#box").focus()
    desk.evaluate(PUSHED)
    expect(desk.locator("#inquiry-cards .card")).to_contain_text("七个工作日")
    expect(desk.locator(".pages a[href='/inquiries/'] .tally")).to_have_text("1")
    expect(desk.locator("#box")).to_be_focused()
    desk.keyboard.press("Alt+i")
    expect(desk.locator("#inquiry-place .said.answer")).to_contain_text("七个工作日内原路退回")
    expect(desk.locator(".pages a[href='/inquiries/'] .tally")).to_have_count(0)
    expect(desk.locator("#inquiry-cards")).to_be_hidden()


def test_a_question_is_forwarded_joined_answered_and_made_an_entry(
    desk: Page, other: Page, site: LiveServer, chromium: Browser
) -> None:
    type_words(desk, QUESTION)
    open_panel(desk)
    expect(desk.locator("#forward-question")).to_have_value(QUESTION)
    desk.keyboard.press("Tab")
    desk.keyboard.type("卡号6222020200112233445，已注销两周")
    desk.locator("#forward-line").select_option("CREDITCARD")
    desk.locator("#forward-context").focus()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#status")).to_contain_text("信用卡中心")
    expect(desk.locator("#forward-panel")).to_be_hidden()
    expect(desk.locator("#underway")).to_contain_text(QUESTION)
    inquiry = Inquiry.objects.get()
    assert "6222020200" not in inquiry.context

    type_words(other, "ETC押金怎么退回来")
    expect(other.locator("#underway-list .underway-row")).to_contain_text(QUESTION)
    other.keyboard.press("Alt+j")
    expect(other.locator("#underway-list [data-joined]")).to_be_visible()
    expect(other.locator("#status.good")).to_be_visible()
    expect(other.locator("#underway-list [data-note]")).to_contain_text("2")
    assert inquiry.askers.count() == 2

    elsewhere = other.context.new_page()  # what is told reaches a page that is not the desk, too
    elsewhere.goto("/bulletins/")
    context = chromium.new_context(base_url=site.url)
    expert = context.new_page()
    log_in(expert, site, "business")
    expert.goto("/inquiries/")
    expert.keyboard.press("j")
    expert.keyboard.press("Enter")
    expect(expert.locator("h1")).to_have_text(QUESTION)
    expert.locator("#say").fill("七个工作日内原路退回")
    expert.locator("button[value=answer]").click()
    expect(expert.locator(".said.answer")).to_be_visible()
    elsewhere.evaluate(PUSHED)
    expect(elsewhere.locator(".pages a[href='/inquiries/'] .tally")).to_have_text("1")
    is_told(desk)
    is_told(other)
    expert.locator("form[action$='/entry/'] button").click()
    expert.wait_for_url("**/drafts/**")
    assert Revision.objects.latest("pk").question == QUESTION
    context.close()


def test_what_was_typed_survives_escape_a_reload_and_a_lost_answer(desk: Page) -> None:
    type_words(desk, QUESTION)
    open_panel(desk)
    desk.keyboard.press("Tab")
    desk.keyboard.type("客户在外地")
    desk.keyboard.press("Escape")
    expect(desk.locator("#forward-panel")).to_be_hidden()
    expect(desk.locator("#box")).to_be_focused()
    desk.reload()
    open_panel(desk)
    expect(desk.locator("#forward-context")).to_have_value("客户在外地")

    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        answer = route.fetch()
        if lost:
            return route.fulfill(response=answer)
        lost.append(answer.text())
        return route.abort()

    desk.route("**/api/v1/inquiries", lose_the_first_answer)
    desk.locator("#forward-context").evaluate(COMPOSING)
    expect(desk.locator("#forward-panel")).to_be_visible()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#status.good")).to_be_visible()
    assert len(lost) == 1
    assert Inquiry.objects.count() == 1
    open_panel(desk)
    expect(desk.locator("#forward-context")).to_have_value("")


def test_who_forwards_nothing_searches_all_the_same(page: Page, site: LiveServer) -> None:
    log_in(page, site, "business")
    page.goto("/")
    type_words(page, "信用卡年费")
    expect(page.locator("#matches")).to_contain_text("信用卡年费怎么免")
    page.keyboard.press("Alt+q")
    page.keyboard.press("Escape")
    expect(page.locator("#box")).to_have_value("")


def test_a_refused_question_comes_back_with_the_reason(desk: Page) -> None:
    open_panel(desk)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-forward-error]")).to_be_visible()
    desk.keyboard.type("没有这条线了")
    desk.locator("#forward-line").select_option("CREDITCARD")
    BusinessLine.objects.update(is_active=False)
    desk.locator("#forward-question").focus()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-forward-error]")).not_to_be_empty()
    expect(desk.locator("#forward-question")).to_have_value("没有这条线了")
    assert not Inquiry.objects.exists()


def test_a_likely_duplicate_is_joined_from_the_panel(desk: Page, other: Page) -> None:
    type_words(other, QUESTION)
    open_panel(other)
    other.keyboard.press("Control+Enter")
    expect(other.locator("#status.good")).to_be_visible()
    open_panel(desk)
    desk.keyboard.type("ETC押金怎么退")
    expect(desk.locator("[data-forward-likely]")).to_contain_text(QUESTION)
    desk.keyboard.press("Tab")
    desk.keyboard.type("客户 在外地")  # a blank on a duplicate's button would press it
    expect(desk.locator("#forward-context")).to_have_value("客户 在外地")
    expect(desk.locator("#forward-question")).to_have_value("ETC押金怎么退")
    desk.keyboard.press("Alt+j")
    expect(desk.locator("#forward-panel")).to_be_hidden()
    expect(desk.locator("#status.good")).to_be_visible()
    assert Inquiry.objects.get().askers.count() == 2


def test_a_mails_link_is_answered_without_scripts(site: LiveServer, chromium: Browser) -> None:
    """A real browser sends an origin, which the check of forms must know as ours."""
    inquiry = forwarded(line=BusinessLine.objects.get(code="CREDITCARD"), question=QUESTION)
    linking.make(inquiry, [Agent.objects.get(username="business")])
    token = linking.token_of(AnswerLink.objects.get().name)
    context = chromium.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/inquiries/answer/{token}/")
    page.locator("#text").fill("七个工作日内原路退回")
    page.locator("button[value=answer]").click()
    expect(page.locator(".notice.good")).to_be_visible()
    context.close()
    assert inquiry.messages.get().is_by_mail
