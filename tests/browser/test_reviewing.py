"""Both sides sign with the keyboard and an agent finds the entry; a rejection and its second round."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq.models import Entry, Revision, RevisionState
from faq.services import drafting, reviewing
from search import engines
from search.indexer import Indexer
from tests.browser.bank import LOST
from tests.browser.conftest import log_in
from tests.browser.test_desk_journeys import questions, type_words
from tests.factories import PersonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUESTION = "外币现钞怎么兑换"


@pytest.fixture
def line(site: LiveServer) -> BusinessLine:
    return BusinessLine.objects.get(code="PERSONAL")


@pytest.fixture(autouse=True)
def people(line: BusinessLine) -> None:
    PersonFactory.create(username="review-centre", roles=[Role.CALL_CENTRE_EXPERT])
    PersonFactory.create(username="review-business", roles=[Role.BUSINESS_EXPERT], lines=[line])


def review(page: Page, site: LiveServer, username: str, revision: Revision) -> None:
    page.context.clear_cookies()
    log_in(page, site, username)
    page.goto(f"/knowledge/drafts/{revision.pk}/review/")


def test_both_sides_sign_with_the_keyboard_and_an_agent_finds_it(
    page: Page, site: LiveServer, line: BusinessLine
) -> None:
    info = Agent.objects.get(username="info")
    text = drafting.Text(QUESTION, line, key_points=["核对证件"], answer="请到网点办理。")
    draft = drafting.create_entry(text, by=info)
    review(page, site, "info", draft)
    page.keyboard.press("Alt+s")
    expect(page.locator(".review-head .state")).to_have_text("会签中")

    review(page, site, "review-centre", draft)
    page.keyboard.press("Alt+a")
    expect(page.locator(".seat").first).to_contain_text("通过")
    expect(page.locator("[data-approve]")).to_have_count(0)

    review(page, site, "review-business", draft)
    page.keyboard.press("Alt+a")
    expect(page.locator(".review-head .state")).to_have_text("已发布")

    Indexer("memory", engines.engine()).step()
    page.context.clear_cookies()
    log_in(page, site, "agent")
    page.goto("/")
    type_words(page, "外币兑换")
    assert questions(page)[0] == QUESTION
    page.keyboard.press("Enter")
    expect(page.locator("#opened h1")).to_have_text(QUESTION)


def test_a_rejection_its_reason_and_the_second_round(page: Page, site: LiveServer) -> None:
    info, entry = Agent.objects.get(username="info"), Entry.objects.get(live_revision__question=LOST)
    PersonFactory.create(username="cards", roles=[Role.BUSINESS_EXPERT], lines=[entry.line])
    text = drafting.Text(LOST, entry.line, key_points=["核对身份", "马上挂失"], answer="手续费 50 元。")
    draft = drafting.save_draft(drafting.new_draft(entry, by=info), text, by=info)
    reviewing.submit(draft, by=info)

    review(page, site, "review-centre", draft)
    expect(page.locator("#field-answer del").first).to_be_visible()
    page.keyboard.press("Alt+v")
    expect(page.locator(".as-read .entry")).to_contain_text("马上挂失")
    page.locator("#field-answer summary").click()
    page.locator("#field-answer textarea").fill("金卡免收也要写")
    page.locator("#field-answer .remark-form button").click()
    expect(page.locator("#field-answer .remark")).to_contain_text("金卡免收也要写")
    page.keyboard.press("Alt+r")
    expect(page.locator("[data-reason]")).to_be_focused()
    page.keyboard.type("费用与章程不符")
    page.keyboard.press("Alt+r")
    expect(page.locator(".review-head .state")).to_have_text("已退回")

    again = drafting.Text(LOST, entry.line, key_points=["核对身份", "马上挂失"], answer="手续费 40 元。")
    drafting.save_draft(draft, again, by=info)
    review(page, site, "info", draft)
    page.locator("#field-answer .remark button").click()
    expect(page.locator("#field-answer .remark.is-settled")).to_have_count(1)  # the button says 解决 too
    page.keyboard.press("Alt+s")
    expect(page.locator(".review-head .state")).to_have_text("会签中")
    for username in ("review-centre", "cards"):
        review(page, site, username, draft)
        page.keyboard.press("Alt+a")
        expect(page.locator("[data-approve]")).to_have_count(0)
    expect(page.locator(".review-head .state")).to_have_text("已发布")
    assert Revision.objects.get(pk=draft.pk).state == RevisionState.PUBLISHED

    page.goto(f"/knowledge/entries/{entry.pk}/history/")
    expect(page.locator(".signed .is-void")).to_contain_text("费用与章程不符")
