"""The editor's pages: begin, write, submit, give up; who may, and what is done with what was sent."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, AuditRow, BusinessLine
from faq import sheet as sheets
from faq.models import Comment, Entry, EntryState, Revision, RevisionState
from faq.services import drafting
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    CategoryFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    WithdrawnEntryFactory,
)
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
NEW = "/knowledge/entries/new/"


@pytest.fixture
def writer() -> Agent:
    person: Agent = InformationAdministratorFactory.create()
    return person


@pytest.fixture
def line() -> BusinessLine:
    found: BusinessLine = BusinessLineFactory.create()
    return found


def form_of(revision: Revision, writer: Agent, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the open editor, with these changes."""
    current = Revision.objects.select_related("entry__source").get(pk=revision.pk)
    sheet = sheets.of(current, writer)
    told = {name: values for name, values in sheet.items() if values}
    begun = {"seen_at": current.changed_at.isoformat(), "seen": json.dumps(sheets.digests(sheet))}
    return {**told, **begun, **changes}


def address(revision: Revision) -> str:
    return reverse("faq:draft", args=[revision.pk])


def new_form(line: BusinessLine, **changes: Any) -> dict[str, Any]:
    return {
        "question": "保管箱怎么租",
        "kind": "faq",
        "line": str(line.pk),
        "significance": "medium",
        **changes,
    }


def test_a_new_entry_is_written_with_all_it_has(writer: Agent, line: BusinessLine) -> None:
    other = BusinessLineFactory.create()
    category = CategoryFactory.create()
    writer.lines.add(line)
    related = PublishedEntryFactory.create()
    client = logged_in(writer)
    page = client.get(NEW).content.decode()
    assert 'name="question"' in page
    assert not INLINE.search(page.replace("<script type", "<x"))
    sent = new_form(
        line,
        key_points="核对身份\r\n带证件 → 2b\r\n2b 没带证件：改天\r\n",
        script="请问{姓氏}",
        answer="一年 300 元。\r\n\r\n内部：金卡打折。",
        lines_concerned=[str(other.pk)],
        valid_from="2026-03-01T09:00",
        valid_until="2026-12-31T23:59:59",
        similar_questions="租保管箱\r\n保险柜怎么租",
        keywords="保管箱",
        category=str(category.pk),
        related=f"{related.pk} 随便什么",
        source_title="保管箱业务通知",
        source_link="https://bank.example/1",
        source_dated_on="2026-02-01",
        review_due_on="2026-09-01",
        is_restricted="on",
        reason="新业务",
        significance="major",
        variant_name=["北京", ""],
        variant_key_points=["只在三里屯", ""],
        variant_answer=["", ""],
        variant_script=["", ""],
    )
    answer = client.post(NEW, sent)
    entry = Entry.objects.get(state=EntryState.DRAFT)
    revision = entry.revisions.get()
    assert answer.headers["Location"] == f"{address(revision)}?saved=1"
    assert revision.key_points == ["核对身份", "带证件 → 2b", "2b 没带证件：改天"]
    assert revision.answer == "一年 300 元。\n\n内部：金卡打折。"
    assert list(revision.lines_concerned.all()) == [other]
    assert revision.valid_until is not None
    assert revision.valid_until.isoformat() == "2026-12-31T15:59:59+00:00"
    assert revision.variants == [{"name": "北京", "key_points": ["只在三里屯"], "answer": "", "script": ""}]
    assert (revision.significance, revision.reason) == ("major", "新业务")
    assert [row.text for row in entry.similar_questions.all()] == ["租保管箱", "保险柜怎么租"]
    assert (entry.keywords, entry.category, entry.is_restricted) == (["保管箱"], category, True)
    assert list(entry.related.all()) == [related]
    assert entry.source is not None
    assert entry.source.title == "保管箱业务通知"
    assert str(entry.review_due_on) == "2026-09-01"
    again = client.get(address(revision)).content.decode()
    assert 'value="2026-03-01T09:00:00"' in again
    assert "2b 没带证件" in again


def test_a_change_of_a_published_entry_is_a_draft_and_the_text_stays(writer: Agent) -> None:
    entry = PublishedEntryFactory.create(question="旧问题")
    client = logged_in(writer)
    answer = client.post(reverse("faq:entry-edit", args=[entry.pk]))
    draft = entry.revisions.get(state=RevisionState.DRAFT)
    assert answer.headers["Location"] == address(draft)
    assert client.post(reverse("faq:entry-edit", args=[entry.pk])).headers["Location"] == address(draft)
    client.post(address(draft), form_of(draft, writer, question="新问题"))
    draft.refresh_from_db()
    assert draft.question == "新问题"
    assert list(draft.authors.all()) == [writer]
    assert Entry.objects.get().live_revision == entry.live_revision


def test_submitting_saves_first(writer: Agent) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    answer = logged_in(writer).post(address(draft), form_of(draft, writer, question="改过", act="submit"))
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.question) == (RevisionState.IN_REVIEW, "改过")


def test_what_is_done_at_once_is_done_and_audited_with_what_was_before(writer: Agent) -> None:
    entry = PublishedEntryFactory.create(keywords=["旧词"], similar_questions=["旧问法"])
    draft = drafting.new_draft(entry, by=writer)
    client = logged_in(writer)
    client.post(address(draft), form_of(draft, writer, keywords="新词\n旧词"))
    assert Entry.objects.get().keywords == ["新词", "旧词"]
    row = AuditRow.objects.get(act="entry.curated")
    assert row.detail == {"before": {"keywords": ["旧词"]}, "after": {"keywords": ["新词\n旧词"]}}
    client.post(address(draft), form_of(draft, writer))
    assert AuditRow.objects.filter(act="entry.curated").count() == 1
    assert not AuditRow.objects.filter(act="draft.saved").exists()


def test_a_refused_text_comes_back_as_it_was_sent_and_nothing_is_saved(writer: Agent) -> None:
    entry = DraftEntryFactory.create(question="旧")
    draft = entry.revisions.get()
    client = logged_in(writer)
    wrong = {
        "question": "",
        "related": "12x",
        "valid_from": "2026-03-02T00:00:00",
        "source_link": "https://x.example",
        "keywords": "词" * 101,
    }
    for name, value in wrong.items():
        sent = form_of(draft, writer, answer="写了很久", **{name: value})
        if name == "valid_from":
            sent["valid_until"] = "2026-03-01T00:00:00"
        answer = client.post(address(draft), sent)
        assert answer.status_code == 422, name
        assert "写了很久" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.question, draft.answer) == ("旧", "")
    assert client.post(NEW, {"question": "没有业务线"}).status_code == 422


def test_discarding_leads_back_to_what_is_in_use(writer: Agent) -> None:
    entry = PublishedEntryFactory.create()
    draft = drafting.new_draft(entry, by=writer)
    client = logged_in(writer)
    answer = client.post(address(draft), {"act": "discard"})
    assert answer.headers["Location"] == reverse("entry-detail", args=[entry.pk])
    assert client.get(address(draft)).status_code == 200
    assert 'name="question"' not in client.get(address(draft)).content.decode()
    assert client.post(address(draft), {"act": "discard"}).status_code == 422
    never_out = DraftEntryFactory.create().revisions.get()
    assert client.post(address(never_out), {"act": "discard"}).headers["Location"] == "/"


def test_a_stranger_gets_404_and_who_only_reads_may_not_write() -> None:
    line = BusinessLineFactory.create()
    draft = DraftEntryFactory.create(line=line).revisions.get()
    entry = PublishedEntryFactory.create(line=line)
    agent, other = AgentFactory.create(), BusinessExpertFactory.create()
    for person in (agent, other, SupervisorFactory.create()):
        client = logged_in(person)
        assert client.get(address(draft)).status_code == 404
        refused = 404 if person == other else 403
        assert client.post(address(draft), {"question": "x"}).status_code == refused
        assert client.post(f"{address(draft)}autosave/").status_code == refused
        assert client.post(reverse("faq:entry-edit", args=[entry.pk])).status_code == 403
    client = logged_in(agent)
    assert client.get(NEW).status_code == 403
    for place in ("preview/", f"{draft.pk}/autosave/drop/"):
        assert client.post(f"/knowledge/drafts/{place}").status_code == 403
    assert client.post(f"{NEW}autosave/").status_code == 403
    live = logged_in(SupervisorFactory.create())
    text = entry.revisions.get()
    page = live.get(address(text))
    assert page.status_code == 200
    assert 'name="question"' not in page.content.decode()
    assert live.post(address(text), {"question": "x"}).status_code == 403
    assert Client().get(NEW).status_code == 302


def test_restricted_entries_stay_with_their_lines() -> None:
    draft = DraftEntryFactory.create(is_restricted=True).revisions.get()
    expert = CallCentreExpertFactory.create()
    assert logged_in(expert).get(address(draft)).status_code == 404
    expert.lines.add(draft.line)
    assert logged_in(Agent.objects.get(pk=expert.pk)).get(address(draft)).status_code == 200


def test_nobody_closes_an_entry_to_themselves(writer: Agent) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    client = logged_in(writer)
    assert client.post(address(draft), form_of(draft, writer, is_restricted="on")).status_code == 422
    other = BusinessLineFactory.create()
    writer.lines.add(other)
    sent = form_of(draft, writer, is_restricted="on", lines_concerned=[str(other.pk)])
    assert logged_in(Agent.objects.get(pk=writer.pk)).post(address(draft), sent).status_code == 302
    assert Entry.objects.get().is_restricted


def test_a_business_expert_writes_for_own_lines_only(line: BusinessLine) -> None:
    other = BusinessLineFactory.create()
    client = logged_in(BusinessExpertFactory.create(lines=[line]))
    page = client.get(NEW).content.decode()
    assert f'<option value="{line.pk}" selected>' in page
    assert f'<option value="{other.pk}"' not in page
    assert client.post(NEW, new_form(other)).status_code == 422
    assert client.post(NEW, new_form(line)).status_code == 302


def test_a_related_entry_that_is_closed_to_the_writer_stays(writer: Agent) -> None:
    entry = DraftEntryFactory.create()
    closed = PublishedEntryFactory.create(question="保密的", is_restricted=True)
    opened = PublishedEntryFactory.create()
    entry.related.set([closed])
    draft = entry.revisions.get()
    client = logged_in(writer)
    assert "保密的" not in client.get(address(draft)).content.decode()
    assert client.post(address(draft), form_of(draft, writer, related=str(opened.pk))).status_code == 302
    assert set(entry.related.all()) == {closed, opened}
    refused = client.post(address(draft), form_of(draft, writer, related=str(closed.pk + 10_000)))
    assert refused.status_code == 422


def test_open_remarks_stand_beside_their_field(writer: Agent) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    Comment.objects.create(revision=draft, field="answer", text="费用不对", written_by=writer)
    assert "费用不对" in logged_in(writer).get(address(draft)).content.decode()


def test_wrong_methods_are_refused(writer: Agent) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    client = logged_in(writer)
    assert client.put(address(draft)).status_code == 405
    assert client.delete(NEW).status_code == 405
    assert client.get(reverse("faq:entry-edit", args=[draft.entry_id])).status_code == 405
    for name in ("draft-autosave", "draft-autosave-drop", "compare"):
        assert client.get(reverse(f"faq:{name}", args=[draft.pk])).status_code == 405
    assert client.get(reverse("faq:preview")).status_code == 405


def test_the_number_of_queries_does_not_grow(
    writer: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    entry = DraftEntryFactory.create(similar_questions=[f"问法{n}" for n in range(100)])
    CategoryFactory.create_batch(20)
    BusinessLineFactory.create_batch(20)
    entry.related.set(PublishedEntryFactory.create_batch(10))
    draft = entry.revisions.get()
    client = logged_in(writer)
    client.get(address(draft))
    with django_assert_max_num_queries(17):
        client.get(address(draft))


def test_an_expired_entry_can_be_written_anew_and_a_withdrawn_one_cannot(writer: Agent) -> None:
    now = timezone.now()
    expired = PublishedEntryFactory.create(
        valid_from=now - timedelta(days=2), valid_until=now - timedelta(days=1)
    )
    edit = reverse("faq:entry-edit", args=[expired.pk])
    assert logged_in(BusinessExpertFactory.create()).post(edit).status_code == 404
    assert logged_in(writer).post(edit).status_code == 302
    gone = WithdrawnEntryFactory.create()
    assert logged_in(writer).post(reverse("faq:entry-edit", args=[gone.pk])).status_code == 404


HOSTILE = ["\x00²", "9" * 5000, "-1"]


@pytest.mark.parametrize("value", HOSTILE)
def test_anything_at_all_in_a_field_is_refused_or_saved_and_never_an_error(writer: Agent, value: str) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    writer.lines.add(draft.line)
    client = logged_in(writer)
    for name in sheets.NAMES:
        sent = form_of(draft, writer, **{name: value})
        assert client.post(address(draft), sent).status_code in {302, 422}, name
        assert client.post("/knowledge/drafts/preview/", sent).status_code == 200, name
        assert client.post(f"{address(draft)}autosave/", sent).status_code == 204, name
    assert client.get(f"{address(draft)}?take=1").status_code == 200


def test_variants_without_a_name_or_too_many_are_refused(writer: Agent) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    client = logged_in(writer)
    for names, points in ((["", "北京"], ["a", "b"]), (["北京", "北京"], ["a", "b"])):
        rows = {"variant_name": names, "variant_key_points": points}
        rest = {"variant_answer": ["", ""], "variant_script": ["", ""]}
        answer = client.post(address(draft), form_of(draft, writer, **rows, **rest))
        assert answer.status_code == 422
        assert "北京" in answer.content.decode()
