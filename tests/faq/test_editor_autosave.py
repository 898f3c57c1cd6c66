"""What is typed is kept for its writer alone, offered, never taken silently, and gone once saved."""

import pytest
from django.test import Client

from accounts.models import Agent
from faq.models import Autosave, Revision
from faq.services import drafting
from tests.factories import BusinessLineFactory, DraftEntryFactory, InformationAdministratorFactory
from tests.faq.test_editor_pages import NEW, address, form_of, new_form
from tests.search.test_dictionary_pages import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer() -> Agent:
    person: Agent = InformationAdministratorFactory.create()
    return person


@pytest.fixture
def client(writer: Agent) -> Client:
    return logged_in(writer)


@pytest.fixture
def draft() -> Revision:
    return Revision.objects.get(entry=DraftEntryFactory.create(answer="已保存"))


def test_it_is_offered_taken_and_gone_once_saved(client: Client, writer: Agent, draft: Revision) -> None:
    typed = form_of(draft, writer, answer="没保存")
    assert client.post(f"{address(draft)}autosave/", typed).status_code == 204
    assert client.post(f"{address(draft)}autosave/", typed | {"question": "改了"}).status_code == 204
    assert Autosave.objects.count() == 1
    page = client.get(address(draft)).content.decode()
    assert 'href="?take=1"' in page
    assert "没保存" not in page
    taken = client.get(f"{address(draft)}?take=1").content.decode()
    assert "没保存" in taken
    assert 'href="?take=1"' not in taken
    draft.refresh_from_db()
    assert draft.answer == "已保存"
    assert client.post(address(draft), typed).status_code == 302
    assert not Autosave.objects.exists()


def test_dropping_it_shows_what_is_saved(client: Client, writer: Agent, draft: Revision) -> None:
    client.post(f"{address(draft)}autosave/", form_of(draft, writer, answer="没保存"))
    assert client.post(f"{address(draft)}autosave/drop/").headers["Location"] == address(draft)
    assert "没保存" not in client.get(f"{address(draft)}?take=1").content.decode()
    assert not Autosave.objects.exists()


def test_nobody_else_sees_it(client: Client, writer: Agent, draft: Revision) -> None:
    client.post(f"{address(draft)}autosave/", form_of(draft, writer, answer="没保存"))
    other = logged_in(InformationAdministratorFactory.create())
    assert "没保存" not in other.get(f"{address(draft)}?take=1").content.decode()
    assert 'href="?take=1"' not in other.get(address(draft)).content.decode()


def test_what_says_the_same_as_the_draft_is_not_offered(
    client: Client, writer: Agent, draft: Revision
) -> None:
    client.post(f"{address(draft)}autosave/", form_of(draft, writer))
    assert 'href="?take=1"' not in client.get(address(draft)).content.decode()


def test_a_new_entry_is_kept_too(client: Client) -> None:
    line = BusinessLineFactory.create()
    client.post(f"{NEW}autosave/", new_form(line, answer="半个条目"))
    assert 'href="?take=1"' in client.get(NEW).content.decode()
    assert "半个条目" in client.get(f"{NEW}?take=1").content.decode()
    assert client.post(f"{NEW}autosave/drop/").headers["Location"] == NEW
    client.post(f"{NEW}autosave/", new_form(line, answer="半个条目"))
    assert client.post(NEW, new_form(line)).status_code == 302
    assert not Autosave.objects.exists()


def test_it_is_not_kept_for_what_is_no_draft_any_more(client: Client, writer: Agent, draft: Revision) -> None:
    typed = form_of(draft, writer, answer="没保存")
    drafting.discard(draft, by=writer)
    assert client.post(f"{address(draft)}autosave/", typed).status_code == 404


def test_an_old_one_of_anything_at_all_is_shown_without_an_error(
    client: Client, writer: Agent, draft: Revision
) -> None:
    Autosave.objects.create(person=writer, revision=draft, values={"answer": ["旧"], "seen": ["x"]})
    assert client.get(f"{address(draft)}?take=1").status_code == 200
