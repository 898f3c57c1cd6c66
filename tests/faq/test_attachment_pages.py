"""Files over HTTP: who gets the bytes, how they are answered, and how a draft gets or loses one."""

import re
import time
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from faq import file_types
from faq.models import Attachment, Entry, Revision
from faq.services import attaching, drafting, publishing
from faq.views import attachments
from kb import middleware
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)
from tests.faq.files import PDF, png

pytestmark = pytest.mark.django_db
PIECE = {"X-Wenqu-Piece": "1"}


@pytest.fixture
def writer(client: Client) -> Agent:
    person: Agent = InformationAdministratorFactory.create()
    client.force_login(person)
    return person


def with_file(entry: Entry, name: str = "费率 表.pdf", content: bytes = PDF) -> Attachment:
    """The entry's open draft carries it from now on."""
    draft = entry.revisions.open().get()
    attaching.attach_to_draft(draft, name, content, by=entry.created_by)
    return Attachment.objects.latest("pk")


def published_with_file(**words: object) -> tuple[Entry, Attachment]:
    entry = DraftEntryFactory.create(**words)
    attachment = with_file(entry)
    return publishing.publish(entry.revisions.get(), by=entry.created_by), attachment


def address(attachment: Attachment) -> str:
    return reverse("faq:attachment", args=[attachment.key])


def status(person: Agent, attachment: Attachment) -> int:
    client = Client()
    client.force_login(person)
    return client.get(address(attachment)).status_code


def test_the_bytes_come_as_a_file_that_nothing_runs_in(client: Client) -> None:
    entry = DraftEntryFactory.create()
    attachment = with_file(entry, "费率 表.csv", "项目,费用".encode())
    client.force_login(entry.created_by)
    answer = client.get(address(attachment))
    assert answer.content.decode() == "项目,费用"
    assert answer.headers["Content-Type"] == "text/csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('费率 表.csv')}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("name", "content"), [("a.png", png()), ("a.pdf", PDF)])
def test_pictures_and_pdf_are_shown_in_the_browser(client: Client, name: str, content: bytes) -> None:
    entry = DraftEntryFactory.create()
    attachment = with_file(entry, name, content)
    client.force_login(entry.created_by)
    answer = client.get(address(attachment))
    assert answer.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_head_tells_the_size_and_nothing_else_is_taken(client: Client) -> None:
    _entry, attachment = published_with_file()
    client.force_login(AgentFactory.create())
    head = client.head(address(attachment))
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(PDF)))
    assert client.post(address(attachment)).status_code == 405


def test_a_log_in_is_needed(client: Client) -> None:
    _entry, attachment = published_with_file()
    assert client.get(address(attachment)).status_code == 302


def test_a_file_is_as_readable_as_the_live_text() -> None:
    line = BusinessLineFactory.create()
    entry, attachment = published_with_file(line=line)
    agent, insider = AgentFactory.create(), AgentFactory.create(lines=[line])
    supervisor = SupervisorFactory.create()
    assert [status(person, attachment) for person in (agent, insider, supervisor)] == [200, 200, 200]
    Entry.objects.update(is_restricted=True)
    assert [status(person, attachment) for person in (agent, insider, supervisor)] == [404, 200, 404]
    Entry.objects.update(is_restricted=False)
    publishing.withdraw(entry, by=entry.created_by, reason="停办")
    assert [status(person, attachment) for person in (agent, insider, supervisor)] == [404, 404, 200]


def test_a_file_of_a_draft_is_for_those_who_read_the_draft() -> None:
    line, other = BusinessLineFactory.create_batch(2)
    entry = DraftEntryFactory.create(line=line)
    attachment = with_file(entry)
    readers = [
        entry.created_by,
        CallCentreExpertFactory.create(),
        InformationAdministratorFactory.create(),
        BusinessExpertFactory.create(lines=[line]),
    ]
    strangers = [
        AgentFactory.create(lines=[line]),
        BusinessExpertFactory.create(lines=[other]),
        SupervisorFactory.create(),
        AuditorFactory.create(),
    ]
    assert {status(person, attachment) for person in readers} == {200}
    assert {status(person, attachment) for person in strangers} == {404}


def test_a_file_that_the_live_text_has_no_more_is_not_for_agents() -> None:
    entry, attachment = published_with_file()
    draft = drafting.new_draft(entry, by=entry.created_by)
    attaching.detach_from_draft(draft, attachment.pk, by=entry.created_by)
    agent, auditor = AgentFactory.create(), AuditorFactory.create()
    assert status(agent, attachment) == 200
    publishing.publish(draft, by=entry.created_by)
    assert status(agent, attachment) == 404
    assert status(auditor, attachment) == 200


def test_a_file_that_no_text_carries_is_for_nobody(client: Client, writer: Agent) -> None:
    entry = DraftEntryFactory.create(by=writer)
    attachment = attaching.attach(entry, "a.pdf", PDF, by=writer)
    assert client.get(address(attachment)).status_code == 404


def test_strangers_cannot_tell_a_hidden_file_from_none(client: Client) -> None:
    attachment = with_file(DraftEntryFactory.create())
    client.force_login(AgentFactory.create())
    hidden = client.get(address(attachment))
    none = client.get(reverse("faq:attachment", args=["x" * 43]))
    assert hidden.status_code == none.status_code == 404
    clean = re.compile(rb'csrfmiddlewaretoken" value="\w+|data-after="[\d:,]+|/attachments/[\w-]+/')
    assert clean.sub(b"", hidden.content) == clean.sub(b"", none.content)


@pytest.mark.django_db(transaction=True)
def test_a_file_is_gone_in_the_very_second_its_entry_expires(client: Client) -> None:
    entry, attachment = published_with_file()
    Entry.objects.filter(pk=entry.pk).update(valid_until=Now() + timedelta(seconds=1))
    client.force_login(AgentFactory.create())
    assert client.get(address(attachment)).status_code == 200
    time.sleep(1.05)
    assert client.get(address(attachment)).status_code == 404


def attach_address(draft: Revision) -> str:
    return reverse("faq:draft-attach", args=[draft.pk])


def upload(client: Client, draft: Revision, name: str, content: bytes, **headers: str) -> int:
    data = {"file": SimpleUploadedFile(name, content)}
    return client.post(attach_address(draft), data, headers=headers).status_code


def test_a_draft_gets_a_file_and_loses_it_again(client: Client, writer: Agent) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    assert "还没有文件" in client.get(attach_address(draft)).content.decode()
    assert upload(client, draft, "a.pdf", PDF) == 302
    attachment = draft.attachments.get()
    assert draft.authors.filter(pk=writer.pk).exists()
    assert address(attachment) in client.get(attach_address(draft)).content.decode()
    answer = client.post(reverse("faq:draft-detach", args=[draft.pk, attachment.pk]))
    assert answer.headers["Location"] == attach_address(draft)
    assert draft.attachments.count() == 0


def test_it_goes_back_to_where_the_person_was_and_nowhere_else(client: Client, writer: Agent) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    for there, expected in [("/x/", "/x/"), ("https://evil.example/", attach_address(draft))]:
        data = {"file": SimpleUploadedFile("a.pdf", PDF + there.encode() + b"%%EOF"), "next": there}
        assert client.post(attach_address(draft), data).headers["Location"] == expected


def test_the_editor_gets_the_piece_and_the_moments_of_the_text(client: Client, writer: Agent) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    data = {"file": SimpleUploadedFile("a.pdf", PDF)}
    answer = client.post(attach_address(draft), data, headers=PIECE)
    html = answer.content.decode()
    assert html.lstrip().startswith("<section")
    before, after = re.findall(r'data-changed-\w+="([^"]+)"', html)
    assert before.endswith("+08:00")
    assert before < after


def test_an_editor_is_told_that_another_text_was_changed(
    client: Client, writer: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saved in between: the file stands on their text, and the editor must not go on from there."""
    draft = DraftEntryFactory.create().revisions.get()
    look_up = attachments._writer_and_draft

    def look_up_before_somebody_saves(request: HttpRequest, pk: int) -> tuple[Agent, Revision]:
        found = look_up(request, pk)
        drafting.save_draft(found[1], drafting.Text("改过的问题", draft.line), by=draft.created_by)
        return found

    monkeypatch.setattr(attachments, "_writer_and_draft", look_up_before_somebody_saves)
    data = {"file": SimpleUploadedFile("a.pdf", PDF)}
    html = client.post(attach_address(draft), data, headers=PIECE).content.decode()
    (changed_from,) = re.findall(r'data-changed-from="([^"]+)"', html)
    assert datetime.fromisoformat(changed_from) > draft.changed_at
    assert Revision.objects.get().question == "改过的问题"


@pytest.mark.parametrize(
    ("name", "content"), [("a.exe", b"MZ\x00\x01"), ("a.png", PDF), ("a.txt", b""), ("", PDF)]
)
def test_what_is_not_taken_is_told_in_a_sentence(
    client: Client, writer: Agent, name: str, content: bytes
) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    for headers in ({}, PIECE):
        data = {"file": SimpleUploadedFile(name, content)} if name else {}
        answer = client.post(attach_address(draft), data, headers=headers)
        assert answer.status_code == 422
        assert re.search(r"data-attachments-error>[^<]+。<", answer.content.decode())
    assert not Attachment.objects.exists()


def test_a_file_that_is_too_large_is_not_even_read(
    client: Client, writer: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    monkeypatch.setattr(file_types, "LARGEST", 10)
    assert upload(client, draft, "a.pdf", PDF) == 422
    assert not Attachment.objects.exists()


def test_a_body_that_is_too_large_is_refused_before_it_is_stored(
    client: Client, writer: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    monkeypatch.setattr(middleware, "LARGEST_BODY", 1000)
    answer = client.post(attach_address(draft), {"file": SimpleUploadedFile("a.pdf", PDF * 30)})
    assert answer.status_code == 413
    assert "太大" in answer.content.decode()
    for length in ("9" * 5000, "-1", "x"):
        assert client.get("/healthz", headers={"Content-Length": length}).status_code == 413
    assert client.get("/healthz", headers={"Content-Length": ""}).status_code == 200


def test_only_writers_attach_and_only_to_open_drafts_they_may_read(client: Client) -> None:
    line, other = BusinessLineFactory.create_batch(2)
    draft = DraftEntryFactory.create(line=line).revisions.get()
    attachment = with_file(draft.entry)
    live = PublishedEntryFactory.create().revisions.get()
    detach = reverse("faq:draft-detach", args=[draft.pk, attachment.pk])
    for person, answer in [
        (AgentFactory.create(lines=[line]), 403),
        (SupervisorFactory.create(lines=[line]), 403),
        (AuditorFactory.create(), 403),
        (BusinessExpertFactory.create(lines=[other]), 404),
    ]:
        client.force_login(person)
        assert client.get(attach_address(draft)).status_code == answer
        assert upload(client, draft, "b.png", png()) == answer
        assert client.post(detach).status_code == answer
    client.force_login(CallCentreExpertFactory.create())
    assert upload(client, live, "b.png", png()) == 404
    assert client.post(reverse("faq:draft-detach", args=[draft.pk, 10**30])).status_code == 404
    assert client.get(reverse("faq:draft-attach", args=[10**30])).status_code == 404
    assert draft.attachments.get() == attachment


def test_other_methods_are_refused(client: Client, writer: Agent) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    assert client.put(attach_address(draft)).status_code == 405
    assert client.get(reverse("faq:draft-detach", args=[draft.pk, 1])).status_code == 405


def test_the_list_leaves_the_bytes_in_the_database(
    client: Client, writer: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    for number in range(12):
        attaching.attach_to_draft(draft, f"{number}.txt", f"第{number}".encode(), by=writer)
    with django_assert_max_num_queries(10) as seen:
        client.get(attach_address(draft))
    assert not any('"faq_attachment"."content",' in query["sql"] for query in seen.captured_queries)
