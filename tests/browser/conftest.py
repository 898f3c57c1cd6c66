"""A real Chromium in front of the real site, its own small bank and its own index."""

import os
import shutil
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts import demo
from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from search import api as search_api
from search import engines
from search.indexer import Indexer
from tests.browser.bank import open_the_bank

SWITCHES = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's browser; where there is none, that is an error."""
    path = os.environ.get("WENQU_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    # Playwright keeps an event loop in this thread, and Django would take every query for one inside of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(chromium: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    """The running site with a small bank in it, searched in memory; the database is emptied afterwards."""
    monkeypatch.setattr(settings, "WENQU_DEMO", True)
    monkeypatch.setattr(settings, "WENQU_SEARCH_ENGINE", "memory")
    monkeypatch.setattr(search_api, "_line_ids", {})  # those of the lines of an emptied database
    engines.engine.cache_clear()
    for role in Role:
        Group.objects.get_or_create(name=role.value)
    BusinessLine.objects.create(code="CREDITCARD", name="信用卡中心")
    BusinessLine.objects.create(code="PERSONAL", name="个人银行")
    open_the_bank(by=demo.create()["info"])
    Indexer("memory", engines.engine()).rebuild()
    yield live_server
    wait_until_answered()
    engines.engine.cache_clear()


def wait_until_answered() -> None:
    """What a closed page had sent is still being answered; emptying the tables meanwhile would deadlock."""
    quiet, until = 0, time.monotonic() + 10
    while quiet < 3 and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            quiet = 0 if cursor.fetchone()[0] else quiet + 1
        time.sleep(0.03)


@pytest.fixture
def page(chromium: Browser, site: LiveServer) -> Iterator[Page]:
    """A fresh browser that nobody has logged in to; an error in a script fails the test."""
    context = chromium.new_context(base_url=site.url, viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if "Content Security" in told.text else None)
    yield page
    context.close()
    assert errors == []


def log_in(page: Page, site: LiveServer, username: str) -> None:
    """Without the log-in page."""
    client = Client()
    client.force_login(Agent.objects.get(username=username), "accounts.backends.AccountBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])


@pytest.fixture
def desk(page: Page, site: LiveServer) -> Page:
    """The desk of the demo agent."""
    log_in(page, site, "agent")
    page.goto("/")
    return page
