"""The opened entry at work: variants, blanks, arrows between steps, files, and what befalls it meanwhile."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from playwright.sync_api import Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Agent, BusinessLine
from faq.models import Entry
from faq.services import attaching, drafting, publishing
from faq.services.drafting import Variant
from search import engines
from search.indexer import Indexer
from tests.browser.conftest import log_in
from tests.browser.test_desk_journeys import how_used, type_words, wait_until_sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUESTION = "怎么预约上门开卡"
SHANGHAI, GOLD = "上海", "金卡客户"
SECRET = "欧阳"


@pytest.fixture
def entry(site: LiveServer) -> Entry:
    """An entry with all that an entry may have."""
    by = Agent.objects.get(username="info")
    text = drafting.Text(
        QUESTION,
        BusinessLine.objects.get(code="CREDITCARD"),
        key_points=[
            "核对身份",
            "问在哪里：境内 → 3a；境外 → 3b",
            "3a 境内：约时间",
            "3b 境外：转专线",
            "告知带证件",
        ],
        script="{姓氏}女士，已为您约在{日期}，请{姓氏}女士带好证件。\n\n内部：不得承诺具体钟点。",
        answer="上门免费。\n\n内部：只限本市。",
        variants=[
            Variant(SHANGHAI, ["先问区县"], script="{姓氏}女士，上海当天上门。\n\n内部：浦东除外。"),
            Variant(GOLD, answer="金卡由客户经理上门。"),
        ],
    )
    draft = drafting.create_entry(text, by=by)
    draft = attaching.attach_to_draft(draft, "上门须知.txt", "带身份证".encode(), by=by)
    made = publishing.publish(draft, by=by)
    Indexer("memory", engines.engine()).rebuild()
    return made


@pytest.fixture
def opened(page: Page, site: LiveServer, entry: Entry) -> Page:
    """The demo agent's desk with that entry open."""
    log_in(page, site, "agent")
    page.goto("/")
    open_it(page)
    return page


def open_it(page: Page) -> None:
    page.keyboard.press("Control+k")
    type_words(page, QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#opened h1")).to_have_text(QUESTION)


def clipboard(page: Page) -> str:
    text: str = page.evaluate("() => navigator.clipboard.readText()")
    return text


def copied(page: Page) -> str:
    page.keyboard.press("Alt+c")
    expect(page.locator('.version:not([hidden]) [data-act="copy"]')).to_have_class(re.compile("done"))
    return clipboard(page)


def shown(page: Page) -> str:
    return page.locator(".version:not([hidden])").inner_text()


# Variants


def test_the_next_variant_is_one_key_away_and_counts_as_the_same_entry(opened: Page) -> None:
    choices = opened.locator("[data-version-choice]")
    assert choices.all_inner_texts() == ["通用", SHANGHAI, GOLD]
    assert "约时间" in shown(opened)
    assert copied(opened).startswith("【姓氏】女士，已为您约在【日期】")
    opened.keyboard.press("Alt+v")
    expect(choices.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(opened.locator("#announce")).to_have_text(f"已切换：{SHANGHAI}")
    assert "先问区县" in shown(opened)
    assert "约时间" not in shown(opened)
    assert "上门免费" in shown(opened)
    assert copied(opened) == "【姓氏】女士，上海当天上门。"
    opened.keyboard.press("Alt+Shift+V")
    expect(choices.nth(0)).to_have_attribute("aria-pressed", "true")
    opened.keyboard.press("Alt+Shift+V")
    expect(choices.nth(2)).to_have_attribute("aria-pressed", "true")
    assert "金卡由客户经理上门" in shown(opened)
    opened.keyboard.press("Alt+v")
    expect(choices.nth(0)).to_have_attribute("aria-pressed", "true")
    choices.nth(2).click()
    assert "金卡由客户经理上门" in shown(opened)
    wait_until_sent(opened)
    assert how_used().count("opened") == 1


def test_the_desks_region_chooses_and_stays(opened: Page) -> None:
    opened.locator("#region").select_option(SHANGHAI)
    assert "先问区县" in shown(opened)
    opened.reload()
    expect(opened.locator("#region")).to_have_value(SHANGHAI)
    open_it(opened)
    assert "先问区县" in shown(opened)
    expect(opened.locator("#clear-filters")).to_be_hidden()
    opened.locator("#region").select_option("")
    assert "约时间" in shown(opened)


def test_an_entry_without_that_region_is_shown_as_for_everybody(opened: Page) -> None:
    opened.locator("#region").select_option(GOLD)
    type_words(opened, "储蓄卡怎么挂失")
    opened.keyboard.press("Enter")
    expect(opened.locator("#opened h1")).to_have_text("储蓄卡怎么挂失")
    assert "核对身份" in shown(opened)
    opened.keyboard.press("Alt+v")
    assert "核对身份" in shown(opened)


def test_a_selection_over_everything_takes_only_what_is_shown_and_for_the_caller(opened: Page) -> None:
    opened.locator('.version:not([hidden]) [data-blank="日期"]').fill("周五")
    opened.evaluate("() => getSelection().selectAllChildren(document.querySelector('.entry'))")
    opened.locator("#reader").evaluate("(reader) => document.execCommand('copy')")
    text = clipboard(opened)
    assert "【姓氏】女士，已为您约在周五" in text
    for words in ("不得承诺", "只限本市", "先问区县", "浦东"):
        assert words not in text


# Blanks


def test_blanks_are_filled_in_by_keyboard_and_go_into_the_copy(opened: Page) -> None:
    fields = opened.locator(".version:not([hidden]) input.blank")
    opened.keyboard.press("Alt+b")
    expect(fields.nth(0)).to_be_focused()
    opened.keyboard.insert_text(SECRET)
    expect(fields.nth(2)).to_have_value(SECRET)
    opened.keyboard.press("Tab")
    expect(fields.nth(1)).to_be_focused()
    opened.keyboard.insert_text("周五上午")
    assert copied(opened) == f"{SECRET}女士，已为您约在周五上午，请{SECRET}女士带好证件。"
    opened.keyboard.press("Enter")
    expect(fields.nth(2)).to_be_focused()
    opened.keyboard.press("Enter")
    expect(opened.locator('.version:not([hidden]) [data-act="copy"]')).to_be_focused()
    opened.keyboard.press("Alt+v")
    assert copied(opened) == f"{SECRET}女士，上海当天上门。"


def test_escape_leaves_a_blank_for_the_box_and_clears_nothing(opened: Page) -> None:
    opened.keyboard.press("Alt+b")
    opened.keyboard.insert_text(SECRET)
    opened.keyboard.press("Escape")
    expect(opened.locator("#box")).to_be_focused()
    expect(opened.locator("#box")).to_have_value(QUESTION)
    expect(opened.locator("input.blank").first).to_have_value(SECRET)


def test_what_is_filled_in_is_neither_sent_nor_stored(opened: Page) -> None:
    sent: list[str] = []

    def keep(request: Request) -> None:
        sent.append(f"{request.url} {request.post_data or ''} {request.all_headers()}")

    opened.on("request", keep)
    opened.keyboard.press("Alt+b")
    opened.keyboard.type("zhangsan007")
    copied(opened)
    opened.keyboard.press("Control+Enter")
    opened.keyboard.press("Alt+f")
    opened.keyboard.press("2")
    opened.locator("[data-pin-form] button").click()
    expect(opened.locator("#status.good")).to_be_visible()
    opened.keyboard.press("F2")
    wait_until_sent(opened)
    assert any("/api/v1/hits" in each for each in sent)
    assert any("/flag/" in each for each in sent)
    stores = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"
    kept = [*sent, opened.evaluate(stores)]
    assert not [each for each in kept if "zhangsan007" in each]
    assert opened.locator("input.blank[name], form input.blank").count() == 0


@pytest.mark.parametrize("end", ["new call", "another entry", "the same entry", "silence"])
def test_what_was_filled_in_goes_with_the_call_and_the_entry(opened: Page, end: str) -> None:
    if end == "silence":
        opened.clock.install()
        opened.reload()
        open_it(opened)
    opened.keyboard.press("Alt+b")
    opened.keyboard.insert_text(SECRET)
    if end == "silence":
        opened.clock.run_for(11 * 60_000)
        expect(opened.locator("#call")).not_to_have_class(re.compile("is-running"))
    else:
        opened.keyboard.press("Escape")
        if end == "new call":
            opened.keyboard.press("F2")
        elif end == "another entry":
            type_words(opened, "储蓄卡怎么挂失")
            opened.keyboard.press("Enter")
            expect(opened.locator("#opened h1")).to_have_text("储蓄卡怎么挂失")
        open_it(opened)
    expect(opened.locator("input.blank").first).to_have_value("")


# Steps


def test_an_arrow_leads_to_its_step_and_back(opened: Page) -> None:
    opened.locator("#reader").focus()
    arrow = opened.locator(".version:not([hidden]) a.follow").nth(1)
    arrow.focus()
    opened.keyboard.press("Enter")
    step = opened.locator("#step-0-3b")
    expect(step).to_be_focused()
    expect(step).to_have_class(re.compile("is-marked"))
    opened.keyboard.press("Tab")
    expect(step.locator("a.back")).to_be_focused()
    opened.keyboard.press("Enter")
    expect(opened.locator("#step-0-2")).to_be_focused()
    expect(step).not_to_have_class(re.compile("is-marked"))
    assert opened.url.endswith("/")
    expect(opened.locator("#opened h1")).to_have_text(QUESTION)


# Files


def test_a_file_opens_beside_the_desk(opened: Page) -> None:
    link = opened.locator(".files a")
    expect(link).to_have_text("上门须知.txt")
    with opened.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "上门须知.txt"
    expect(opened.locator("#opened h1")).to_have_text(QUESTION)


# What befalls an open entry


@pytest.fixture
def slow(opened: Page) -> Page:
    """The same with a clock that only the test moves on."""
    opened.clock.install()
    opened.reload()
    open_it(opened)
    return opened


def publish_anew(entry: Entry) -> None:
    by = Agent.objects.get(username="info")
    draft = drafting.new_draft(entry, by=by)
    words = {**vars(drafting.Text.of(draft)), "script": "改约电话办理。", "variants": []}
    publishing.publish(drafting.save_draft(draft, drafting.Text(**words), by=by), by=by)


def withdraw(entry: Entry) -> None:
    publishing.withdraw(entry, by=Agent.objects.get(username="info"), reason="停办")


def shorten(entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(valid_until=Now())


def ask_again(page: Page) -> None:
    with page.expect_response("**/state/**"):
        page.clock.run_for(15_000)


@pytest.mark.parametrize("act", [withdraw, shorten])
def test_an_open_entry_that_goes_says_so(slow: Page, entry: Entry, act: Callable[[Entry], None]) -> None:
    ask_again(slow)
    expect(slow.locator("[data-gone]")).to_be_hidden()
    act(entry)
    ask_again(slow)
    expect(slow.locator("[data-gone]")).to_be_visible()
    expect(slow.locator("[data-standing]")).to_have_text("已停用")
    expect(slow.locator('[data-act="copy"]').first).to_be_disabled()
    slow.keyboard.press("Alt+c")
    expect(slow.locator("#status")).to_contain_text("停用")


def test_an_open_entry_that_changes_says_so_and_is_shown_anew(slow: Page, entry: Entry) -> None:
    publish_anew(entry)
    ask_again(slow)
    expect(slow.locator("[data-changed]")).to_be_visible()
    slow.keyboard.press("Alt+r")
    expect(slow.locator("#opened")).to_contain_text("改约电话办理")
    expect(slow.locator("[data-changed]")).to_be_hidden()
    ask_again(slow)
    expect(slow.locator("[data-changed]")).to_be_hidden()


def test_an_end_that_is_moved_nearer_is_kept_to_the_second(slow: Page, entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(valid_until=Now() + timedelta(minutes=3))
    ask_again(slow)
    expect(slow.locator("#opened article[data-valid-until]")).not_to_have_attribute("data-valid-until", "")
    expect(slow.locator("[data-expired]")).to_be_hidden()
    slow.clock.run_for(3 * 60_000)
    expect(slow.locator("[data-expired]")).to_be_visible()


def test_a_page_nobody_looks_at_asks_nothing(slow: Page) -> None:
    asked: list[str] = []
    slow.on("request", lambda request: asked.append(request.url) if "/state/" in request.url else None)
    slow.evaluate("() => Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    slow.clock.run_for(60_000)
    assert asked == []


def test_a_page_of_its_own_works_as_the_desk_does(opened: Page, entry: Entry) -> None:
    opened.clock.install()
    opened.goto(f"/entries/{entry.pk}/")
    opened.keyboard.press("Alt+b")
    opened.keyboard.insert_text(SECRET)
    opened.keyboard.press("Alt+v")
    assert copied(opened) == f"{SECRET}女士，上海当天上门。"
    withdraw(entry)
    ask_again(opened)
    expect(opened.locator("[data-gone]")).to_be_visible()
