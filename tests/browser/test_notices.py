"""A notice becomes three drafts at once, with the keyboard alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bulletins import reading
from faq.models import Entry, EntryState
from tests.browser.conftest import log_in
from tests.bulletins.files import NOTICE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
TITLE = "关于开展信用卡境外消费返现活动的通知"


def take_in(page: Page, site: LiveServer) -> None:
    log_in(page, site, "info")
    page.goto("/knowledge/notices/new/")
    page.get_by_label("正文").fill(NOTICE)
    page.get_by_role("button", name="录入").click()
    page.get_by_role("heading", name=TITLE).wait_for()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_notice_becomes_three_drafts_with_the_keyboard(page: Page, site: LiveServer) -> None:
    take_in(page, site)
    page.get_by_role("checkbox").first.focus()
    press(page, "ArrowDown", "ArrowDown", "ArrowDown", "Space", "Shift+ArrowDown", "Enter")
    press(page, "ArrowDown", "Space", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "Enter")
    press(page, "ArrowDown", "Space", "ArrowDown", "Shift+Space")
    assert [box.input_value() for box in page.locator('input[type="number"]').all()] == [
        *["", "", "", "1", "1", "2", "2", "2", "2"],
        *["", ""],
    ]
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("已选段落： 2 · 草稿： 2")
    press(page, "Tab", "Tab")
    expect(page.get_by_role("button", name="核对草稿")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_label("标准问题").nth(1)).to_have_value("怎么报名？")
    page.get_by_label("标准问题").nth(2).fill("境外消费返现怎么算？")
    page.get_by_label("标准问题").nth(2).press("Enter")
    entries = page.locator("#entries li")
    expect(entries).to_have_count(3)
    expect(entries.first).to_contain_text("境外消费返现怎么算？")
    expect(page.locator(".is-used")).to_have_count(8)
    made = Entry.objects.filter(state=EntryState.DRAFT)
    assert {entry.source.title for entry in made if entry.source} == {TITLE}
    for entry in made:
        page.goto(f"/entries/{entry.pk}/")
        assert page.get_by_text(TITLE).is_visible()


def test_a_printed_notice_is_read_as_it_was_written(page: Page, site: LiveServer) -> None:
    page.set_content("".join(f"<p>{line}</p>" for line in NOTICE.split("\n")))
    file = SimpleUploadedFile("通知.pdf", page.pdf())
    assert reading.read(file).text.replace(" ", "") == NOTICE.replace(" ", "")


def test_the_mouse_chooses_by_click_and_by_selecting_text(page: Page, site: LiveServer) -> None:
    take_in(page, site)
    texts = page.get_by_role("checkbox")
    texts.nth(3).click()
    texts.nth(4).click(modifiers=["Shift"])
    page.get_by_role("button", name="把选中的合成一份草稿").click()
    first, last = texts.nth(6).bounding_box(), texts.nth(8).bounding_box()
    assert first is not None
    assert last is not None
    page.mouse.move(first["x"] + 4, first["y"] + 8)
    page.mouse.down()
    page.mouse.move(last["x"] + 60, last["y"] + 8, steps=6)
    page.mouse.up()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("已选段落： 3 · 草稿： 1")
    page.get_by_role("button", name="核对草稿").click()
    expect(page.get_by_label("标准问题")).to_have_count(2)
    expect(page.get_by_label("操作要点，每行一条").nth(1)).to_have_value(
        "登录手机银行\n点击“活动中心”\n选择“境外返现”并确认"
    )


def test_a_paragraph_is_taken_out_of_its_draft_and_going_back_keeps_the_choice(
    page: Page, site: LiveServer
) -> None:
    take_in(page, site)
    page.get_by_role("checkbox").nth(3).focus()
    press(page, "Space", "Shift+ArrowDown", "Shift+ArrowDown", "Enter", "Delete")
    values = [box.input_value() for box in page.locator('input[type="number"]').all()]
    assert values[3:6] == ["1", "1", ""]
    page.get_by_role("button", name="核对草稿").click()
    page.get_by_label("标准问题").wait_for()
    page.go_back()
    expect(page.locator(".is-drafted")).to_have_count(2)
