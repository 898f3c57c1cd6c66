"""Two tabs, one stream: what happens reaches both at once, also after the push process was killed."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Agent
from courier.telling import tell
from faq.models import Entry
from faq.services import withdrawing
from tests.browser.bank import LOST
from tests.browser.conftest import log_in
from tests.live.house import wait_until
from tests.live.serving import Served, served

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, live_server: LiveServer) -> Iterator[Served]:
    with served() as house:
        monkeypatch.setattr(settings, "LIVE_PORT", house.port)
        monkeypatch.setattr(settings, "PORT", int(live_server.url.rpartition(":")[2]))
        directives = dict(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])
        directives["connect-src"] = [
            "'self'",
            f"http://localhost:{house.port}",
            f"http://127.0.0.1:{house.port}",
        ]
        monkeypatch.setattr(settings, "CONTENT_SECURITY_POLICY", {"DIRECTIVES": directives})
        yield house


@pytest.mark.parametrize("before", ["", "delete window.SharedWorker"], ids=["worker", "one tab for all"])
def test_two_tabs_share_a_stream_that_comes_back(
    live: Served, site: LiveServer, page: Page, before: str
) -> None:
    page.context.add_init_script(before)
    agent, expert = Agent.objects.get(username="agent"), Agent.objects.get(username="info")
    entry = Entry.objects.get(live_revision__question=LOST)
    log_in(page, site, "agent")
    page.goto("/bell/")
    wait_until(lambda: len(live.door.hub.streams) == 1)
    other = page.context.new_page()
    other.goto(f"/entries/{entry.pk}/")
    tell([agent], "你标记的条目已经改好。", key="first")
    for each in (page, other):
        expect(each.locator("[data-bell] .bell-count")).to_contain_text("1", timeout=5000)
    assert live.opened == 1, "each tab has a stream of its own"

    live.kill()
    word = page.locator("[data-not-live]")
    expect(word).to_have_text("未实时", timeout=8000)
    tell([agent], "你的疑难问题有回复。", key="second")
    live.listen()
    for each in (page, other):
        expect(each.locator("[data-bell] .bell-count")).to_contain_text("2", timeout=10000)
    expect(word).to_be_hidden()
    withdrawing.withdraw_at_once(entry, by=expert, reason="话术有误")
    expect(other.locator("[data-gone]")).to_be_visible(timeout=5000)
    assert live.opened == 2
