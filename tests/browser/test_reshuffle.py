"""A supervisor works the reshuffle off with the keyboard, and an agent's desk follows."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessLine
from accounts.roles import Role
from faq.models import Category, Entry, Revision
from reports.models import Proposal
from search import engines
from search.indexer import Indexer
from tests.browser.bank import ABROAD, LOST, NEW_CARD
from tests.browser.conftest import log_in
from tests.browser.test_desk_journeys import questions, type_words
from tests.factories import PersonFactory
from tests.reports import proposing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def people(site: LiveServer) -> None:
    cards = BusinessLine.objects.get(code="CREDITCARD")
    PersonFactory.create(username="boss", roles=[Role.SUPERVISOR])
    PersonFactory.create(username="centre", roles=[Role.CALL_CENTRE_EXPERT])
    PersonFactory.create(username="cards", roles=[Role.BUSINESS_EXPERT], lines=[cards])


def enter(page: Page, site: LiveServer, username: str, address: str) -> None:
    page.context.clear_cookies()
    log_in(page, site, username)
    page.goto(address)


def entry(question: str) -> Entry:
    return Entry.objects.get(live_revision__question=question)


def sign(page: Page, site: LiveServer, request: Revision) -> None:
    """The call centre, then the line, each with the keyboard."""
    for username in ("centre", "cards"):
        enter(page, site, username, f"/knowledge/drafts/{request.pk}/review/")
        page.keyboard.press("Alt+a")
        expect(page.locator("[data-approve]")).to_have_count(0)


def desk_list(page: Page, site: LiveServer, category: Category) -> list[str]:
    enter(page, site, "agent", "/")
    page.select_option("#filter-category", str(category.pk))
    expect(page.locator(".match-group:visible")).to_have_text(category.path)
    return page.locator(".match-question").all_inner_texts()


def test_a_re_order_is_accepted_by_keys_and_the_desk_lists_it_so(page: Page, site: LiveServer) -> None:
    category = Category.objects.create(name="挂失", path="挂失")
    three = [entry(LOST), entry(NEW_CARD), entry(ABROAD)]
    Entry.objects.filter(pk__in=[one.pk for one in three]).update(category=category)
    assert desk_list(page, site, category) == [LOST, NEW_CARD, ABROAD]
    first = proposing.reorder(category, three[::-1])
    second = proposing.retire(entry(ABROAD))

    enter(page, site, "boss", "/reports/reshuffle/")
    page.keyboard.press("j")
    page.keyboard.press("a")
    shown = page.locator(f"#proposal-{first.pk} .side").nth(1).locator("li")
    expect(shown.first).to_contain_text(ABROAD)
    expect(page.locator(f"#proposal-{first.pk} [data-act=accept]")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(f"#proposal-{first.pk}")).to_have_attribute("data-state", "accepted")
    expect(page.locator(f"#proposal-{second.pk} > summary")).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator(f"#proposal-{second.pk} [name=reason]")).to_be_focused()
    page.keyboard.type("境外的人会问")
    page.keyboard.press("Enter")
    expect(page.locator(f"#proposal-{second.pk}")).to_have_attribute("data-state", "dismissed")
    expect(page.locator("#proposal-tabs a[aria-current]")).to_contain_text("0")
    expect(page.locator('#proposal-tabs a[href="?state=accepted"]')).to_contain_text("1")
    assert desk_list(page, site, category) == [ABROAD, NEW_CARD, LOST]

    enter(page, site, "boss", "/reports/reshuffle/?state=accepted")
    page.keyboard.press("j")
    page.keyboard.press("u")
    expect(page.locator(f"#proposal-{first.pk} button[data-act=undo]")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(f"#proposal-{first.pk}")).to_have_attribute("data-state", "undone")
    assert desk_list(page, site, category) == [LOST, NEW_CARD, ABROAD]


def test_two_entries_are_combined_signed_found_and_undone(page: Page, site: LiveServer) -> None:
    goes, stays = entry(ABROAD), entry(LOST)
    proposal = proposing.combine(goes, stays)
    enter(page, site, "boss", "/reports/reshuffle/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".texts ins").first).to_be_visible()
    page.locator(f"#proposal-{proposal.pk} > summary").focus()
    page.keyboard.press("a")
    expect(page.locator(f"#proposal-{proposal.pk}")).to_have_attribute("data-state", "accepted")
    proposal.refresh_from_db()
    sign(page, site, Revision.objects.get(pk=proposal.applied["request"]))

    Indexer("memory", engines.engine()).step()
    enter(page, site, "agent", f"/entries/{goes.pk}/")
    expect(page).to_have_url(f"{site.url}/entries/{stays.pk}/?from={goes.pk}")
    expect(page.locator("[data-led]")).to_contain_text(ABROAD)
    page.goto("/")
    type_words(page, ABROAD)
    assert questions(page)[0] == LOST

    enter(page, site, "boss", f"/reports/reshuffle/{proposal.pk}/")
    page.locator("button[data-act=undo]").click()
    expect(page).to_have_url(f"{site.url}/reports/reshuffle/?state=accepted")
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.UNDONE
    sign(page, site, Revision.objects.get(pk=proposal.applied["undone"]["restoration"]))
    Indexer("memory", engines.engine()).step()
    enter(page, site, "agent", f"/entries/{goes.pk}/")
    expect(page.locator(".entry h1")).to_have_text(ABROAD)
    page.goto("/")
    type_words(page, ABROAD)
    assert questions(page)[0] == ABROAD
