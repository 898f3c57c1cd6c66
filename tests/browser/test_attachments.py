"""Files put on a draft in the browser: without loading the page anew, and told in sentences."""

from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Agent, BusinessLine
from faq.models import Revision
from faq.services import drafting
from tests.browser.conftest import log_in
from tests.faq.files import PDF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(site: LiveServer) -> Revision:
    text = drafting.Text("怎么预约上门开卡", BusinessLine.objects.get(code="CREDITCARD"))
    return drafting.create_entry(text, by=Agent.objects.get(username="info"))


@pytest.fixture
def files(page: Page, site: LiveServer, draft: Revision) -> Page:
    """The draft's page of files, as the information administrator has it."""
    log_in(page, site, "info")
    page.goto(f"/knowledge/drafts/{draft.pk}/attachments/")
    page.evaluate(
        """() => {
          window.heard = [];
          addEventListener("wenqu:attachments", ({ detail }) => window.heard.push(detail));
        }"""
    )
    return page


def send(page: Page, name: str, content: bytes) -> None:
    payload: FilePayload = {"name": name, "mimeType": "text/html", "buffer": content}
    page.set_input_files("[name=file]", payload)
    page.get_by_role("button", name="添加附件").click()


def test_a_file_is_put_on_and_taken_off_without_leaving_the_page(files: Page, draft: Revision) -> None:
    expect(files.locator("[data-attachments]")).to_contain_text("还没有文件")
    send(files, "上门 须知.pdf", PDF)
    expect(files.locator(".attachment-list a")).to_have_text("上门 须知.pdf")
    (heard,) = files.evaluate("() => window.heard")
    moments = [datetime.fromisoformat(heard[name]) for name in ("changedFrom", "changedAt")]
    assert moments == [draft.changed_at, Revision.objects.get(pk=draft.pk).changed_at]
    expect(files.locator("[name=file]")).to_be_focused()
    files.get_by_role("button", name="移除 上门 须知.pdf").click()
    expect(files.locator("[data-attachments]")).to_contain_text("还没有文件")
    assert files.evaluate("() => window.heard.length") == 2
    assert draft.attachments.count() == 0


def test_what_is_refused_is_told_and_may_be_tried_again(files: Page, draft: Revision) -> None:
    send(files, "a.png", PDF)
    expect(files.get_by_role("alert")).to_contain_text("文件名与内容不符")
    send(files, "a.pdf", PDF)
    expect(files.locator(".attachment-list a")).to_have_text("a.pdf")
    expect(files.get_by_role("alert")).to_be_hidden()


def test_a_file_that_is_too_large_is_not_sent_at_all(files: Page, tmp_path: Path) -> None:
    sent: list[Request] = []
    files.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    large = tmp_path / "a.pdf"
    large.write_bytes(PDF + b"0" * 10 * 1024 * 1024)
    files.set_input_files("[name=file]", large)
    files.get_by_role("button", name="添加附件").click()
    expect(files.get_by_role("alert")).to_contain_text("10 MB")
    assert sent == []


def test_without_a_network_it_says_so(files: Page, draft: Revision) -> None:
    files.context.set_offline(True)
    send(files, "a.pdf", PDF)
    expect(files.get_by_role("alert")).to_contain_text("没有送出")
    files.context.set_offline(False)
    send(files, "a.pdf", PDF)
    expect(files.locator(".attachment-list a")).to_have_text("a.pdf")
