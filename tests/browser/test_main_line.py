"""The whole line: a caller's words, an answer, one hit, and the month by frequency."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Agent
from faq.models import Entry
from hits.rollup import catch_up
from kb.lib.months import Month
from search import engines
from search.indexer import Indexer
from tests.browser.test_desk_journeys import questions, type_words, wait_until_sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUESTION = "外币现钞怎么兑换"


def import_one(folder: Path) -> Entry:
    row = {
        "external_id": "fx-1",
        "line": "PERSONAL",
        "category": "外汇/兑换",
        "question": QUESTION,
        "similar_questions": ["美元现金换人民币"],
        "key_points": ["核对证件", "告知年度便利化额度"],
        "answer": "请到网点办理。",
    }
    path = folder / "rows.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    call_command("import_entries", str(path), **{"as": "info"})
    return Entry.objects.get(external_id="fx-1")


def log_in(page: Page, site: LiveServer, username: str) -> None:
    client = Client()
    client.force_login(Agent.objects.get(username=username), "accounts.backends.AccountBackend")
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site.url}]
    )


def test_from_the_file_to_the_report(page: Page, site: LiveServer, tmp_path: Path) -> None:
    draft = import_one(tmp_path)
    log_in(page, site, "agent")
    page.goto("/")
    type_words(page, "美元现金")
    assert QUESTION not in questions(page), "a draft was found"

    from faq.services import publishing

    publishing.publish(draft.revisions.get(), by=Agent.objects.get(username="info"))
    Indexer("memory", engines.engine()).step()
    page.keyboard.press("Escape")
    type_words(page, "美元现金")
    assert questions(page)[0] == QUESTION
    page.keyboard.press("Enter")
    expect(page.locator("#opened h1")).to_have_text(QUESTION)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-counted]")).to_be_visible()
    wait_until_sent(page)

    assert catch_up() > 0
    log_in(page, site, "supervisor")
    month = Month.of(Entry.objects.get(pk=draft.pk).changed_at)
    page.goto(f"/reports/{month}/")
    row = page.get_by_role("row").filter(has_text=QUESTION)
    expect(row.get_by_role("cell").nth(2)).to_have_text("1")
    expect(page.locator("main svg").first).to_be_visible()
