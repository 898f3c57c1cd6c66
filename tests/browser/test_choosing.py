"""Many proposals of one page are chosen with one click."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from faq.models import Entry, SimilarQuestion
from search.models import ProposedQuestion
from tests.browser.bank import FEE
from tests.browser.conftest import log_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_the_box_in_the_head_chooses_all_and_follows_the_others(page: Page, site: LiveServer) -> None:
    entry = Entry.objects.get(live_revision__question=FEE)
    for text in ("刷几次免年费", "年费能不能不交", "为啥扣我年费"):
        ProposedQuestion.objects.create(entry=entry, key=text, text=text, calls=3, agents=2)
    log_in(page, site, "info")
    page.goto("/knowledge/similar-questions/")
    all_of_them = page.locator("[data-choose-all]")
    all_of_them.check()
    assert page.locator('input[name="proposal"]:checked').count() == 3
    page.locator('input[name="proposal"]').last.uncheck()
    assert all_of_them.evaluate("box => box.indeterminate")
    page.get_by_role("button", name="采纳选中的").click()
    page.get_by_text("年费能不能不交").wait_for(state="detached")
    assert SimilarQuestion.objects.filter(entry=entry).count() == 2
    assert page.locator('input[name="proposal"]').count() == 1
