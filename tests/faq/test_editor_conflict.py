"""Two people on one draft: the second to save gets both texts, and nothing is overwritten or lost."""

import re
from html import unescape
from typing import Any

import pytest

from accounts.models import Agent
from faq.models import Autosave, Entry, Revision
from faq.services import drafting
from tests.factories import DraftEntryFactory, InformationAdministratorFactory, PublishedEntryFactory
from tests.faq.test_editor_pages import address, form_of
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
TEXTS = re.compile(r'<textarea name="(\w+)" hidden>\n?(.*?)</textarea>', re.DOTALL)


@pytest.fixture
def two() -> list[Agent]:
    people: list[Agent] = InformationAdministratorFactory.create_batch(2)
    return people


@pytest.fixture
def draft() -> Revision:
    entry = DraftEntryFactory.create(question="旧问题", answer="旧答案", script="旧话术")
    return Revision.objects.get(entry=entry)


def fields_of(page: str) -> dict[str, Any]:
    """Every hidden field of the conflict's page, as its form would send it."""
    found: dict[str, Any] = {}
    for name, value in [*HIDDEN.findall(page), *TEXTS.findall(page)]:
        found.setdefault(name, []).append(unescape(value))
    return found


def test_the_second_gets_both_texts_side_by_side_and_chooses(two: list[Agent], draft: Revision) -> None:
    mine = form_of(draft, two[1], question="乙的问题", answer="乙的答案")
    logged_in(two[0]).post(address(draft), form_of(draft, two[0], question="甲的问题", script="甲的话术"))
    client = logged_in(two[1])
    answer = client.post(address(draft), mine)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert not INLINE.search(page.replace("<script type", "<x"))
    assert page.count('name="differs"') == 3
    assert "<del>甲</del>" in page
    assert "<ins>乙</ins>" in page
    assert str(two[0]) in page
    assert page.count(" checked") == 2, "only the answer, and only the script, were changed by one"
    draft.refresh_from_db()
    assert (draft.question, draft.script, draft.answer) == ("甲的问题", "甲的话术", "旧答案")

    chosen = fields_of(page)
    assert client.post(address(draft), chosen).status_code == 422, "not every part was chosen"
    chosen |= {"choose-question": "mine", "choose-script": "theirs", "choose-answer": "mine"}
    assert client.post(address(draft), chosen).status_code == 302
    draft.refresh_from_db()
    assert (draft.question, draft.script, draft.answer) == ("乙的问题", "甲的话术", "乙的答案")
    assert set(draft.authors.all()) >= set(two)


def test_what_was_refused_stays_kept_until_it_is_saved(two: list[Agent], draft: Revision) -> None:
    mine = form_of(draft, two[1], answer="写了一小时")
    logged_in(two[0]).post(address(draft), form_of(draft, two[0], answer="甲的答案"))
    client = logged_in(two[1])
    client.post(address(draft), mine)
    assert Autosave.objects.get().person == two[1]
    assert "写了一小时" not in client.get(address(draft)).content.decode()
    again = client.get(f"{address(draft)}?take=1").content.decode()
    assert "写了一小时" in again
    taken = {"seen_at": mine["seen_at"], "seen": mine["seen"]}
    assert client.post(address(draft), mine | taken).status_code == 422, "it still began from the old text"


def test_saved_once_more_meanwhile_is_shown_once_more(two: list[Agent], draft: Revision) -> None:
    mine = form_of(draft, two[1], question="乙的问题")
    other = logged_in(two[0])
    other.post(address(draft), form_of(draft, two[0], question="甲的问题"))
    client = logged_in(two[1])
    chosen = fields_of(client.post(address(draft), mine).content.decode()) | {"choose-question": "mine"}
    other.post(address(draft), form_of(draft, two[0], question="甲又改了"))
    answer = client.post(address(draft), chosen)
    assert answer.status_code == 422
    assert "甲又改了" in re.sub(r"</?(del|ins)>", "", answer.content.decode())
    draft.refresh_from_db()
    assert draft.question == "甲又改了"


def test_choices_can_be_taken_back_to_the_editor(two: list[Agent], draft: Revision) -> None:
    mine = form_of(draft, two[1], question="乙的问题", answer="乙的答案")
    logged_in(two[0]).post(address(draft), form_of(draft, two[0], question="甲的问题"))
    client = logged_in(two[1])
    chosen = fields_of(client.post(address(draft), mine).content.decode())
    chosen |= {"choose-question": "theirs", "choose-answer": "mine", "act": "edit"}
    answer = client.post(address(draft), chosen)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="甲的问题"' in page
    assert "乙的答案" in page
    now = Revision.objects.get().changed_at.isoformat()
    assert f'name="seen_at" value="{now}"' in page


def test_the_same_thing_beside_the_text_is_not_overwritten_either(two: list[Agent]) -> None:
    entry = PublishedEntryFactory.create(keywords=["旧"])
    draft = drafting.new_draft(entry, by=two[0])
    mine = form_of(draft, two[1], keywords="乙", answer="乙的答案")
    logged_in(two[0]).post(address(draft), form_of(draft, two[0], keywords="甲"))
    assert logged_in(two[1]).post(address(draft), mine).status_code == 422
    assert Entry.objects.get().keywords == ["甲"]
    draft.refresh_from_db()
    assert draft.answer == "", "both or neither"


def test_what_two_people_changed_in_different_places_beside_the_text_is_kept_of_both(
    two: list[Agent],
) -> None:
    entry = PublishedEntryFactory.create()
    draft = drafting.new_draft(entry, by=two[0])
    mine = form_of(draft, two[1], similar_questions="乙的问法")
    logged_in(two[0]).post(address(draft), form_of(draft, two[0], keywords="甲", answer="甲的答案"))
    assert logged_in(two[1]).post(address(draft), mine).status_code == 302
    entry.refresh_from_db()
    draft.refresh_from_db()
    assert entry.keywords == ["甲"]
    assert draft.answer == "甲的答案"
    assert [row.text for row in entry.similar_questions.all()] == ["乙的问法"]


@pytest.mark.parametrize("seen", ["", "[", "[[" * 9000, "3", "{}"])
def test_a_form_that_does_not_say_what_it_began_from_overwrites_nothing(
    two: list[Agent], draft: Revision, seen: str
) -> None:
    sent = form_of(draft, two[0], question="不知从何而来", seen_at="gestern", seen=seen)
    assert logged_in(two[0]).post(address(draft), sent).status_code == 422
    draft.refresh_from_db()
    assert draft.question == "旧问题"
