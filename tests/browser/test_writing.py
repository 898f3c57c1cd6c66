"""Writing in a real browser: by keyboard alone, with a browser that is closed, and two people at once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Agent
from faq.models import Autosave, Entry, EntryState, Revision, RevisionState
from faq.services import drafting
from tests.browser.bank import FEE, LOST
from tests.browser.conftest import log_in, wait_until_answered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
QUESTION = "外币零钱怎么兑换"


@pytest.fixture(autouse=True)
def left(page: Page) -> Iterator[None]:
    """Emptying the tables waits for nobody: what the editor asked beside the form is answered before."""
    yield
    if not page.is_closed():
        leave(page)


def leave(page: Page) -> None:
    page.wait_for_timeout(800)  # the longest pause after which the editor asks something
    wait_until_answered()
    page.goto("about:blank")
    page.wait_for_timeout(200)  # what is kept while the page goes


def draft_of(question: str) -> Revision:
    """A draft of that entry, begun by the information administrator."""
    entry = Entry.objects.get(live_revision__question=question)
    return drafting.new_draft(entry, by=Agent.objects.get(username="info"))


def points(page: Page) -> list[str]:
    return [str(box.input_value()) for box in page.locator(".point-list textarea").all()]


def test_an_entry_is_written_with_the_keyboard_kept_and_submitted(page: Page, site: LiveServer) -> None:
    log_in(page, site, "info")
    page.goto("/knowledge/entries/new/")
    page.get_by_label("标准问题").focus()
    keys = page.keyboard
    keys.type(QUESTION)
    keys.press("Tab")
    keys.press("Tab")
    page.get_by_label("所属条线").select_option(label="个人银行")
    page.locator(".point-list textarea").first.focus()
    keys.type("核对身份")
    keys.press("Enter")
    keys.type("告知汇率")
    keys.press("Enter")
    keys.type("先问币种")
    keys.press("Alt+ArrowUp")
    keys.press("Alt+ArrowUp")
    assert points(page) == ["先问币种", "核对身份", "告知汇率"]
    keys.press("End")
    keys.type(" 再看余额")
    for _ in range(5):
        keys.press("ArrowLeft")
    keys.press("Enter")
    assert points(page) == ["先问币种", " 再看余额", "核对身份", "告知汇率"]
    keys.press("Backspace")
    assert points(page) == ["先问币种 再看余额", "核对身份", "告知汇率"]
    page.locator("textarea[name=answer]").focus()
    keys.type("按当日牌价。\n\n每人每天 500 元。")
    keys.press("Control+i")
    page.locator("textarea[name=script]").focus()
    keys.type("姓氏")
    keys.press("Shift+Home")
    keys.press("Control+Shift+B")
    shown = page.locator("[data-preview-place]")
    expect(shown.locator(".internal")).to_contain_text("每人每天 500 元")
    expect(shown.locator(".blank")).to_have_attribute("data-blank", "姓氏")
    expect(shown.locator(".key-points li").first).to_contain_text("先问币种 再看余额")

    expect(page.get_by_text("已为您暂存")).to_be_visible(timeout=5000)
    page.goto("/")
    assert not Entry.objects.filter(state=EntryState.DRAFT).exists()
    page.goto("/knowledge/entries/new/")
    assert page.get_by_label("标准问题").input_value() == ""
    page.get_by_role("link", name="取回").press("Enter")
    assert page.get_by_label("标准问题").input_value() == QUESTION
    page.get_by_label("标准问题").press("Control+Enter")
    page.wait_for_url(re.compile(r"/drafts/\d+/"))
    revision = Revision.objects.get(question=QUESTION)
    assert revision.state == RevisionState.IN_REVIEW
    assert revision.key_points == ["先问币种 再看余额", "核对身份", "告知汇率"]
    assert revision.answer == "按当日牌价。\n\n内部：每人每天 500 元。"
    assert revision.script == "{姓氏}"
    assert not Autosave.objects.exists()


def test_a_closed_page_loses_nothing_that_was_typed(page: Page, site: LiveServer) -> None:
    draft = draft_of(LOST)
    log_in(page, site, "info")
    page.goto(f"/knowledge/drafts/{draft.pk}/")
    page.locator("textarea[name=answer]").fill("刚刚打的字")
    page.close(run_before_unload=False)
    again = draft_page(page.context.browser, site, "info")
    for _ in range(50):
        if Autosave.objects.exists():
            break
        again.wait_for_timeout(100)
    again.goto(f"/knowledge/drafts/{draft.pk}/")
    expect(again.get_by_text("未保存的修改")).to_be_visible()
    assert again.locator("textarea[name=answer]").input_value() == "挂失手续费 40 元。\n\n> 内部：金卡免收。"
    again.get_by_role("link", name="取回").click()
    assert again.locator("textarea[name=answer]").input_value() == "刚刚打的字"
    leave(again)
    again.context.close()


def draft_page(browser: Browser | None, site: LiveServer, username: str) -> Page:
    assert browser is not None
    page = browser.new_context(base_url=site.url, viewport={"width": 1440, "height": 900}).new_page()
    log_in(page, site, username)
    return page


def test_key_points_are_moved_by_drag_and_get_follow_ups(page: Page, site: LiveServer) -> None:
    draft = draft_of(LOST)
    log_in(page, site, "info")
    page.goto(f"/knowledge/drafts/{draft.pk}/")
    rows = page.locator(".point-list li")
    rows.nth(2).locator("[data-handle]").drag_to(rows.nth(0), target_position={"x": 60, "y": 2})
    assert points(page) == ["询问是否补卡", "核对身份", "立即挂失，告知即时生效"]
    rows.nth(1).get_by_role("button", name="加一个分支").click()
    page.keyboard.type("核不了：转二线")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/?saved=1")
    draft.refresh_from_db()
    assert draft.key_points == [
        "询问是否补卡",
        "核对身份 → 2a",
        "2a 核不了：转二线",
        "立即挂失，告知即时生效",
    ]


def test_the_tool_bar_writes_markdown_and_the_browser_takes_it_back(page: Page, site: LiveServer) -> None:
    draft = draft_of(LOST)
    log_in(page, site, "info")
    page.goto(f"/knowledge/drafts/{draft.pk}/")
    box = page.locator("textarea[name=answer]")
    bar = page.locator('[data-prose="answer"] .tool-bar')
    box.fill("费用")
    box.select_text()
    page.keyboard.press("Control+b")
    assert box.input_value() == "**费用**"
    page.keyboard.press("Control+b")
    assert box.input_value() == "费用"
    bar.get_by_role("button", name="列表").click()
    assert box.input_value() == "- 费用"
    page.keyboard.press("Control+z")
    assert box.input_value() == "费用"
    box.fill("")
    bar.get_by_role("button", name="表格").click()
    expect(page.locator("[data-preview-place] .answer table th").first).to_have_text("项目")
    box.fill("说一\n\n说二")
    bar.get_by_role("button", name="对客户 / 内部").click()
    assert box.input_value() == "说一\n\n内部：说二"
    bar.get_by_role("button", name="对客户 / 内部").click()
    assert box.input_value() == "说一\n\n说二"


def test_of_two_people_the_second_solves_what_both_changed(page: Page, site: LiveServer) -> None:
    draft = draft_of(FEE)
    log_in(page, site, "info")
    other = draft_page(page.context.browser, site, "callcentre")
    for each in (page, other):
        each.goto(f"/knowledge/drafts/{draft.pk}/")
    other.locator("textarea[name=answer]").fill("以章程为准，客服专家改。")
    other.locator("textarea[name=script]").fill("刷满六次就免年费哦。")
    other.get_by_role("button", name=re.compile("^保存")).click()
    other.wait_for_url("**/?saved=1")
    page.locator("textarea[name=answer]").fill("以公告为准，信息管理员改。")
    page.get_by_label("标准问题").fill("信用卡年费怎么免除")
    page.get_by_role("button", name=re.compile("^保存")).click()
    expect(page.get_by_role("heading", name="同一草稿的两份内容")).to_be_visible()
    draft.refresh_from_db()
    assert draft.answer == "以章程为准，客服专家改。"
    page.locator('input[name="choose-answer"][value="mine"]').check()
    page.get_by_role("button", name="就这样保存").click()
    page.wait_for_url("**/?saved=1")
    draft.refresh_from_db()
    assert draft.answer == "以公告为准，信息管理员改。"
    assert draft.script == "刷满六次就免年费哦。"
    assert draft.question == "信用卡年费怎么免除"
    assert draft.authors.count() == 2
    leave(other)
    other.context.close()


def test_what_looks_like_it_is_compared_and_suggestions_are_taken(page: Page, site: LiveServer) -> None:
    log_in(page, site, "info")
    page.goto("/knowledge/entries/new/")
    page.get_by_label("标准问题").fill("信用卡丢了怎么挂失呢")
    page.get_by_role("button", name=f"与“{LOST}”对比").click()
    expect(page.locator(".compared ins", has_text="呢")).to_be_visible()
    page.locator('[data-suggest="line"]', has_text="信用卡中心").click()
    assert page.get_by_label("所属条线").locator("option:checked").text_content() == "信用卡中心"
    page.locator('[data-suggest="keywords"]', has_text="挂失").click()
    assert "挂失" in page.locator("textarea[name=keywords]").input_value()
    page.get_by_placeholder("按问题查找条目").fill("年费")
    page.get_by_role("button", name=f"+ {FEE}").click()
    entry = Entry.objects.get(live_revision__question=FEE)
    assert page.locator("textarea[name=related]").input_value() == f"{entry.pk} {FEE}"
    page.get_by_role("button", name="加一个版本").click()
    page.get_by_label("适用于：地区或客户群").fill("北京")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/?saved=1")
    revision = Revision.objects.get(question="信用卡丢了怎么挂失呢")
    assert revision.variants[0]["name"] == "北京"
    assert list(revision.entry.related.all()) == [entry]


def test_without_scripts_it_is_a_plain_form(page: Page, site: LiveServer) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    plain = context.new_page()
    log_in(plain, site, "info")
    plain.goto("/knowledge/entries/new/")
    plain.get_by_label("标准问题").fill(QUESTION)
    plain.get_by_label("所属条线").select_option(label="个人银行")
    plain.locator("textarea[name=key_points]").fill("先问币种\n再看余额")
    plain.get_by_role("button", name=re.compile("^保存")).click()
    plain.wait_for_url("**/?saved=1")
    assert Revision.objects.get(question=QUESTION).key_points == ["先问币种", "再看余额"]
    context.close()
