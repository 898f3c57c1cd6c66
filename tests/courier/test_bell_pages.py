"""The bell: everybody's own lines, newest first, new until they are opened."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from courier.models import Notification
from courier.telling import tell
from tests.factories import AgentFactory, SupervisorFactory
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
BELL = "/bell/"
BELL_COUNT = '<b class="bell-count">'


@pytest.fixture
def person() -> Agent:
    found: Agent = AgentFactory.create()
    return found


@pytest.fixture
def reader(person: Agent) -> Client:
    return logged_in(person)


def told(person: Agent, text: str, address: str = "") -> Notification:
    tell([person], text, key=text, address=address)
    return Notification.objects.get(person=person, key=text)


def test_lines_are_shown_newest_first_with_what_is_new_counted_in_the_bar(
    reader: Client, person: Agent
) -> None:
    assert "还没有消息" in reader.get(BELL).content.decode()
    assert BELL_COUNT not in reader.get(BELL).content.decode()
    told(person, "第一条"), told(person, "第二条", "/entries/1/")
    page = reader.get(BELL).content.decode()
    assert page.index("第二条") < page.index("第一条")
    assert f"{BELL_COUNT}2<" in page
    assert not INLINE.search(page.replace("<script type", "<x"))
    for place in ("/", "/no-such-page/"):
        assert f"{BELL_COUNT}2<" in reader.get(place).content.decode()


def test_opening_one_marks_it_and_leads_to_its_place(reader: Client, person: Agent) -> None:
    line = told(person, "退回", "/entries/1/?a=1#b")
    assert reader.post(f"{BELL}{line.pk}/open/").headers["Location"] == "/entries/1/?a=1#b"
    line.refresh_from_db()
    first = line.seen_at
    assert first is not None
    reader.post(f"{BELL}{line.pk}/open/")
    line.refresh_from_db()
    assert line.seen_at == first
    assert BELL_COUNT not in reader.get(BELL).content.decode()


@pytest.mark.parametrize(
    "address", ["", "https://example.com/", "//example.com/", "/\\example.com", "javascript:x"]
)
def test_no_line_leads_out_of_the_house(reader: Client, person: Agent, address: str) -> None:
    line = told(person, "看这里", address)
    assert reader.post(f"{BELL}{line.pk}/open/").headers["Location"] == BELL


def test_all_that_the_page_showed_is_marked_and_what_came_since_stays_new(
    reader: Client, person: Agent
) -> None:
    told(person, "第一条")
    newest = told(person, "第二条")
    assert f'name="newest" value="{newest.pk}"' in reader.get(BELL).content.decode()
    late = told(person, "后来的")
    assert reader.post(f"{BELL}seen/", {"newest": str(newest.pk)}).headers["Location"] == BELL
    assert [line.pk for line in Notification.objects.filter(seen_at=None)] == [late.pk]
    for newest_sent in ("", "x", "9" * 5000):
        assert reader.post(f"{BELL}seen/", {"newest": newest_sent}).status_code == 302
    assert Notification.objects.filter(seen_at=None).count() == 1


def test_everybody_has_only_their_own(reader: Client) -> None:
    other = SupervisorFactory.create()
    line = told(other, "别人的消息")
    page = reader.get(BELL).content.decode()
    assert "别人的消息" not in page
    assert BELL_COUNT not in page
    assert reader.post(f"{BELL}{line.pk}/open/").status_code == 404
    reader.post(f"{BELL}seen/", {"newest": str(line.pk)})
    line.refresh_from_db()
    assert line.seen_at is None


def test_wrong_methods_what_is_not_there_and_who_is_not_logged_in(reader: Client, person: Agent) -> None:
    line = told(person, "一条")
    assert reader.post(BELL).status_code == 405
    assert reader.get(f"{BELL}seen/").status_code == 405
    assert reader.get(f"{BELL}{line.pk}/open/").status_code == 405
    for number in (line.pk + 99, 10**30):
        assert reader.post(f"{BELL}{number}/open/").status_code == 404
    assert reader.get(f"{BELL}?page=x").status_code == 200
    assert Client().get(BELL).headers["Location"].startswith("/accounts/")
    for path in ("seen/", f"{line.pk}/open/"):
        assert Client().post(f"{BELL}{path}").headers["Location"].startswith("/accounts/")
    assert BELL not in Client().get("/accounts/log-in/").content.decode()


def test_hostile_words_are_shown_as_text(reader: Client, person: Agent) -> None:
    told(person, '<b onclick="x">一条</b>')
    assert "<b onclick" not in reader.get(BELL).content.decode()


def test_the_number_of_queries_does_not_grow(
    reader: Client, person: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(120):
        told(person, f"第{number}条")
    with django_assert_max_num_queries(8):
        page = reader.get(BELL).content.decode()
    assert page.count("told-line is-new") == 50
    assert "?page=2" in page
