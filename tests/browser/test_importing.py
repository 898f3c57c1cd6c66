"""An information administrator loads a list of the bank, sees what is wrong with it, and takes it back."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from faq.models import Entry, ImportRun
from faq.services import import_work
from tests.browser.conftest import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BAD = "标准问题,业务线,答案,备注\n外币现钞怎么兑换,PERSONAL,请到网点办理。,甲\n贵金属怎么赎回,GOLD,,乙\n"
MENDED = "标准问题\t业务线\t答案\n外币现钞怎么兑换\tPERSONAL\t请到网点办理。\n贵金属怎么赎回\tPERSONAL\t\n"


def let_the_worker(step: str) -> None:
    """What the worker does with the newest import; the page hears of it by itself."""
    run = ImportRun.objects.order_by("-pk").first()
    assert run is not None
    getattr(import_work, f"run_{step}")(run.pk)


def test_a_list_is_brought_mended_applied_and_undone(page: Page, site: LiveServer, tmp_path: Path) -> None:
    log_in(page, site, "info")
    path = tmp_path / "常见问题.csv"
    path.write_text(BAD, encoding="gb18030")
    page.goto("/knowledge/imports/")
    page.get_by_label("文件", exact=True).set_input_files(path)
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("正在读取文件")).to_be_visible()
    let_the_worker("reading")
    expect(page.get_by_text("GB18030")).to_be_visible()
    expect(page.get_by_text("请指定这些列对应的字段")).to_be_visible()
    page.get_by_label("“备注”列对应的字段").select_option("-")
    page.get_by_role("button", name="重新预览").click()
    expect(page.get_by_text("正在读取文件")).to_be_visible()
    let_the_worker("reading")
    expect(page.get_by_text("没有业务条线“GOLD”")).to_be_visible()
    expect(page.get_by_role("button", name="执行导入")).to_have_count(0)

    page.get_by_role("link", name="全部导入").click()
    page.get_by_label("或从电子表格粘贴").fill(MENDED)
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("正在读取文件")).to_be_visible()
    let_the_worker("reading")
    expect(page.get_by_text("新增 2 条")).to_be_visible()
    page.get_by_role("button", name="执行导入").click()
    expect(page.get_by_text("正在执行导入")).to_be_visible()
    let_the_worker("applying")
    expect(page.get_by_text("已发布 0")).to_be_visible()
    assert Entry.objects.filter(state="draft").count() == 2

    page.get_by_role("link", name="全部导入").click()
    page.get_by_role("link", name="粘贴").first.click()
    page.get_by_text("撤销此次导入").click()
    page.get_by_role("button", name="整体撤销").click()
    expect(page.get_by_text("正在撤销导入")).to_be_visible()
    let_the_worker("undoing")
    expect(page.get_by_text("作废草稿 2 条")).to_be_visible()
    page.get_by_role("link", name="全部导入").click()
    expect(page.get_by_role("row", name="粘贴").get_by_text("已撤销")).to_be_visible()


def test_a_file_can_be_dropped_and_one_too_large_is_told_before_it_travels(
    page: Page, site: LiveServer
) -> None:
    log_in(page, site, "info")
    page.goto("/knowledge/imports/")
    drop = """([place, size]) => {
      const files = new DataTransfer();
      files.items.add(new File([new Uint8Array(size)], "a.csv"));
      place.dispatchEvent(new DragEvent("drop", {dataTransfer: files, bubbles: true, cancelable: true}));
    }"""
    place = page.locator(".drop-place")
    page.evaluate(drop, [place.element_handle(), 20_000_001])
    expect(page.get_by_text("文件超过 20 MB")).to_be_visible()
    page.evaluate(drop, [place.element_handle(), 10])
    expect(page.get_by_text("文件超过 20 MB")).to_be_hidden()
    assert page.get_by_label("文件", exact=True).evaluate("field => field.files[0].name") == "a.csv"
