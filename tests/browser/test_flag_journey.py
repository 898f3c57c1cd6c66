"""A flag from the desk and back: two keystrokes, an answer by keyboard alone, and the agent reads it."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from faq.models import Flag
from tests.browser.bank import LOST
from tests.browser.conftest import log_in
from tests.browser.test_desk_journeys import type_words

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_flag_is_answered_from_the_work_list_and_the_agent_reads_the_answer(
    page: Page, site: LiveServer
) -> None:
    log_in(page, site, "agent")
    page.goto("/")
    type_words(page, LOST)
    page.keyboard.press("Enter")
    expect(page.locator("#opened h1")).to_have_text(LOST)
    page.keyboard.press("Alt+f")
    with page.expect_response(lambda answer: "/flag/" in answer.url):
        page.keyboard.press("1")
    assert Flag.objects.get().reason == "wrong"

    log_in(page, site, "business")
    page.goto("/knowledge/work/")
    expect(page.locator(".pages .tally")).to_have_text("1")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text(LOST)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(LOST)
    expect(page.locator("#answer")).to_be_focused()
    page.keyboard.type("已核对，条目没有错")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/knowledge/flags/")
    expect(page.locator(".pages .tally")).to_have_count(0)

    log_in(page, site, "agent")
    page.goto("/knowledge/flags/mine/")
    expect(page.get_by_text("已核对，条目没有错")).to_be_visible()
    expect(page.get_by_text(LOST)).to_be_visible()
