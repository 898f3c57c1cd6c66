"""A supervisor reads the month, follows marks to what is behind them, and prints it, with the keyboard."""

from datetime import datetime, timedelta
from uuid import uuid4

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Agent
from faq.models import Entry
from faq.services.locking import database_now
from hits import rollup
from hits.loading import EventRow, load_events
from kb.lib.months import Month
from tests.browser.bank import FEE, LOST, NEW_CARD
from tests.browser.conftest import log_in


def use(question: str, at: datetime, times: int) -> None:
    entry = Entry.objects.get(live_revision__question=question)
    agent = Agent.objects.get(username="agent")
    load_events(
        EventRow(uuid4(), at, agent.pk, entry.pk, entry.line_id, "copied", uuid4()) for _n in range(times)
    )


def a_busy_month() -> Month:
    """Last month, in which a bank of two years was asked on a Tuesday at ten."""
    month = Month.of(database_now()).later(-1)
    long_ago = month.starts_at - timedelta(days=700)
    Entry.objects.update(published_at=long_ago, created_at=long_ago, valid_from=None)
    tuesday = next(day for day in range(7) if (month.starts_at + timedelta(days=day)).isoweekday() == 2)
    at = month.starts_at + timedelta(days=tuesday, hours=10, minutes=20)
    use(LOST, at, 12)
    use(NEW_CARD, at + timedelta(days=1), 5)
    use(FEE, at + timedelta(hours=3), 2)
    use(FEE, at - timedelta(days=28), 9)
    rollup.catch_up()
    return month


def test_the_month_is_read_and_a_mark_followed_with_the_keyboard(site: LiveServer, page: Page) -> None:
    month = a_busy_month()
    log_in(page, site, "supervisor")
    page.goto(f"/reports/{month}/")
    pareto, hours = page.locator("#pareto"), page.locator("#hours")
    expect(page.locator(".drawing svg")).to_have_count(page.locator(".drawing").count(), timeout=20_000)
    expect(pareto.locator("h2")).to_have_text("7 个条目中的 1 个解答了一半的来电")
    expect(hours.locator("h2")).to_have_text("星期二 10–11 点问得最多")
    expect(page.locator("#risers h2")).to_contain_text(LOST)

    # One stop for each picture; the arrows go from mark to mark, Enter follows.
    lines = page.locator("#lines svg a")
    expect(page.locator("#lines svg a[tabindex='0']")).to_have_count(1)
    lines.first.focus()
    page.keyboard.press("ArrowRight")
    expect(lines.nth(1)).to_be_focused()
    label = lines.nth(1).locator("path").get_attribute("aria-label") or ""
    page.keyboard.press("Enter")
    expect(page.locator("#entries-title")).to_contain_text(label.split("，")[0])
    expect(page.get_by_role("link", name=NEW_CARD)).to_be_visible()
    page.get_by_role("link", name="返回图表").press("Enter")

    hours.locator("a:has(path[aria-label='星期二 10–11 点：命中 12 次'])").press("Enter")
    page.locator("main tbody a").first.press("Enter")
    expect(page.get_by_role("link", name=LOST)).to_be_visible()
    page.go_back()
    page.go_back()

    # The table underneath says the same, and its file is one key away.
    page.locator("#pareto summary").press("Enter")
    expect(page.locator("#pareto table")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#pareto .csv").press("Enter")
    assert download.value.suggested_filename == f"wenqu-report-{month}-all-pareto.csv"


def test_the_print_page_becomes_a_pdf_in_black_on_white(site: LiveServer, page: Page) -> None:
    month = a_busy_month()
    log_in(page, site, "supervisor")
    page.goto(f"/reports/{month}/print/")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印或存为 PDF")).to_be_hidden()
    expect(page.locator("#pareto-title")).to_be_visible()
    fills = page.eval_on_selector_all(
        ".drawing path[fill^='var(--bucket']", "all => all.map(one => getComputedStyle(one).fill)"
    )
    assert fills
    for fill in fills:
        red, green, blue = fill.removeprefix("rgb(").removesuffix(")").split(", ")
        assert red == green == blue
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") >= 3
