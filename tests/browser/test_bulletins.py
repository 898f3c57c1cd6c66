"""Two browsers at once: a supervisor tells every desk, and the agent who is typing loses no key."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Agent
from bulletins.models import Bulletin, Receipt
from bulletins.services import changing
from kb.live.door import Door
from tests.browser.conftest import log_in
from tests.bulletins.bulletins import published
from tests.sessions import new_ones_ended

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
TITLE = "手机银行转账故障，请勿重复提交"
TYPED = "xinyongkadiulezenmeguashi"


@pytest.fixture
def stream(site: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The real push stream, at a port of its own beside the site."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    monkeypatch.setattr(settings, "PORT", site.thread.port)
    monkeypatch.setattr(settings, "LIVE_PORT", port)
    monkeypatch.setitem(policy, "connect-src", [*policy["connect-src"], f"http://localhost:{port}"])
    loop = asyncio.new_event_loop()
    server = Server(Door(), port=port, interface=Interfaces.ASGI, log_enabled=False)
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()))
    with new_ones_ended():
        thread.start()
        yield
        loop.call_soon_threadsafe(server.stop)
        thread.join(10)
        connections.close_all()


@pytest.fixture
def supervisor(chromium: Browser, site: LiveServer) -> Iterator[Page]:
    """The other browser."""
    context = chromium.new_context(base_url=site.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    log_in(page, site, "supervisor")
    yield page
    context.close()


def test_an_urgent_bulletin_reaches_an_agent_who_types_and_takes_no_key(
    stream: None, desk: Page, supervisor: Page
) -> None:
    supervisor.goto("/bulletins/new/")
    supervisor.get_by_label("标题").fill(TITLE)
    supervisor.get_by_label("内容").fill("**已扣款的**两小时内自动退回。")
    supervisor.get_by_label("紧急", exact=True).check()
    supervisor.get_by_label("必读").check()
    supervisor.get_by_label("要回答的问题").fill("已扣款的怎么答复？")
    supervisor.get_by_label("答案 1", exact=True).fill("重新提交")
    supervisor.get_by_label("答案 2", exact=True).fill("两小时内退回")
    supervisor.get_by_label("答案 2 是正确的").check()
    expect(supervisor.get_by_text("发给 7 人")).to_be_visible()
    card, box = desk.locator("[data-card]"), desk.locator("#box")
    expect(desk.locator("[data-not-live]")).to_be_hidden()

    box.focus()
    for place, key in enumerate(TYPED):
        desk.keyboard.press(key)
        if place == 5:
            supervisor.get_by_role("button", name="发布").click(no_wait_after=True)
    card.wait_for(timeout=15_000)
    desk.keyboard.type("le")
    assert (box.input_value(), desk.evaluate("document.activeElement.id")) == (f"{TYPED}le", "box")
    expect(card).to_contain_text("两小时内自动退回", timeout=15_000)
    above, below = box.bounding_box(), card.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] < below["y"]
    expect(desk.locator("[data-unread-bulletins]")).to_contain_text("1")
    with desk.expect_response("**/inquiries/news/"):  # news of something else leaves the card alone
        desk.evaluate("document.dispatchEvent(new CustomEvent('push:inquiry', {detail: {}}))")
    desk.wait_for_timeout(200)
    expect(card).to_be_visible()

    desk.keyboard.press("Alt+g")
    desk.keyboard.press("1")
    desk.keyboard.press("Enter")
    expect(card).to_contain_text("不对")
    assert not Receipt.objects.filter(person__username="agent").exists()
    desk.keyboard.press("2")
    desk.keyboard.press("Enter")
    expect(card).to_have_count(0)
    expect(desk.locator("[data-unread-bulletins]")).to_be_hidden()
    expect(box).to_be_focused()
    assert box.input_value() == f"{TYPED}le"
    assert Receipt.objects.get(person__username="agent").bulletin == Bulletin.objects.get()

    supervisor.reload()
    supervisor.get_by_role("link", name="已读 2 / 7").click()
    expect(supervisor.get_by_role("row", name="李雨桐")).not_to_contain_text("未读")


def test_a_card_is_put_off_dodges_the_field_and_goes_when_it_is_withdrawn(
    page: Page, site: LiveServer
) -> None:
    """On a page without the stream; what it would tell is told by hand."""
    by = Agent.objects.get(username="supervisor")
    bulletin = published(by, title=TITLE, urgency="urgent")
    log_in(page, site, "info")
    page.goto("/bulletins/new/")
    card, place = page.locator("[data-card]"), page.locator("#told")
    card.wait_for()
    expect(place).to_have_attribute("data-place", "bottom")
    page.get_by_label("内容").evaluate("field => { field.rows = 40; field.focus(); }")
    page.keyboard.type("正文")
    field, shown = page.get_by_label("内容").bounding_box(), card.bounding_box()
    assert field is not None
    assert shown is not None
    assert shown["y"] + shown["height"] <= field["y"] or shown["y"] >= field["y"] + field["height"]
    page.keyboard.press("Alt+x")
    expect(card).to_have_count(0)
    page.reload()
    expect(page.locator("[data-unread-bulletins]")).to_contain_text("1")
    expect(card).to_have_count(0)
    told = {"id": bulletin.pk, "title": TITLE, "urgency": "urgent", "version": 1, "state": "published"}
    tell = "told => document.dispatchEvent(new CustomEvent('push:bulletin', {detail: told}))"
    page.evaluate(tell, told | {"reminder": True})
    card.wait_for()
    changing.withdraw(bulletin, by=by, reason="误发")
    page.evaluate(tell, told | {"state": "withdrawn", "reminder": False})
    expect(card).to_have_count(0)
    expect(page.locator("[data-unread-bulletins]")).to_be_hidden()
