"""What writers, signers and importers send works with what the role *web* may do, too."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Agent
from bulletins.models import Notice
from faq.models import Attachment, Autosave, BulkAct, Entry, EntryState, Flag, FlagReason, ImportRun, Revision
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    CallCentreExpertFactory,
    CategoryFactory,
    InformationAdministratorFactory,
)
from tests.faq.files import PDF
from tests.faq.test_editor_pages import form_of, new_form
from tests.faq.test_review_pages import verdict
from tests.kb.test_web_role import entry, web

__all__ = ["entry", "web"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(web: Client) -> Agent:
    """An information administrator, who is logged in."""
    person: Agent = InformationAdministratorFactory.create()
    web.force_login(person)
    return person


def send(client: Client, name: str, *arguments: object, **form: object) -> int:
    return client.post(reverse(name, args=arguments), form).status_code


def is_done(client: Client, name: str, *arguments: object, **form: object) -> bool:
    """It led on to another page."""
    return send(client, name, *arguments, **form) == 302


def test_a_text_is_written_signed_and_taken_out_again(web: Client, entry: Entry, keeper: Agent) -> None:
    assert send(web, "faq:entry-new-autosave", question="保管箱") == 204
    assert is_done(web, "faq:entry-new-autosave-drop")
    assert is_done(web, "faq:entry-new", **new_form(entry.line, key_points="核身\n签约"))
    draft = Revision.objects.latest("pk")
    assert send(web, "faq:draft-autosave", draft.pk, question="保管箱怎么") == 204
    assert Autosave.objects.filter(revision=draft).exists()
    file = SimpleUploadedFile("价目表.pdf", PDF)
    assert is_done(web, "faq:draft-attach", draft.pk, file=file)
    form = form_of(draft, keeper, answer="带上身份证。", act="submit")
    assert is_done(web, "faq:draft", draft.pk, **form)
    assert not Autosave.objects.exists()

    centre = CallCentreExpertFactory.create()
    assert is_done(web, "faq:ask-reviewer", draft.pk, reviewer=centre.pk, seat="centre")
    web.force_login(centre)
    assert is_done(web, "faq:comment", draft.pk, field="answer", text="费用呢？")
    assert is_done(web, "faq:resolve-comment", draft.comments.get().pk)
    assert is_done(web, "faq:sign-off", draft.pk, **verdict(draft, "centre"))
    web.force_login(BusinessExpertFactory.create(lines=[entry.line]))
    assert is_done(web, "faq:sign-off", draft.pk, **verdict(draft, entry.line.pk))
    written = Entry.objects.get(pk=draft.entry_id)
    assert written.state == EntryState.PUBLISHED
    assert web.get(reverse("faq:attachment", args=[Attachment.objects.get().key])).status_code == 200

    assert is_done(web, "faq:withdraw", written.pk, how="at_once", reason="停办", seen=draft.pk)
    assert Entry.objects.get(pk=written.pk).state == EntryState.WITHDRAWN
    web.force_login(centre)
    request = written.revisions.latest("number")
    assert is_done(web, "faq:sign-off", request.pk, **verdict(request, "centre"))


def test_a_change_is_begun_taken_back_and_discarded(web: Client, entry: Entry, keeper: Agent) -> None:
    assert is_done(web, "faq:entry-edit", entry.pk)
    draft = entry.revisions.open().get()
    assert is_done(web, "faq:draft", draft.pk, **form_of(draft, keeper, answer="新说法"))
    assert is_done(web, "faq:submit", draft.pk)
    assert is_done(web, "faq:take-back", draft.pk)
    assert is_done(web, "faq:draft", draft.pk, act="discard")
    assert is_done(web, "faq:withdraw", entry.pk, reason="停办", seen=entry.live_revision_id)
    assert is_done(web, "faq:drop-request", entry.revisions.latest("number").pk)


def test_a_flag_is_taken_and_answered(web: Client, entry: Entry, keeper: Agent) -> None:
    flag = Flag.objects.create(entry=entry, raised_by=AgentFactory.create(), reason=FlagReason.WRONG)
    assert is_done(web, "faq:flag-take", flag.pk)
    assert is_done(web, "faq:flag-answer", flag.pk, answer="没有错。")
    flag.refresh_from_db()
    assert (flag.answered_by, flag.owner) == (keeper, keeper)


@pytest.mark.usefixtures("keeper")
def test_files_and_notices_come_in(web: Client) -> None:
    file = SimpleUploadedFile("a.csv", "question\n怎么挂失\n".encode())
    assert is_done(web, "faq:import-upload", file=file)
    run = ImportRun.objects.get()
    assert web.get(reverse("faq:import", args=[run.key])).status_code == 200
    assert is_done(web, "bulletins:notice-take-in", title="停办通知", text="即日起停办。")
    notice = Notice.objects.get()
    assert send(web, "bulletins:notice-check", notice.source_id, p1="1") == 200


@pytest.mark.usefixtures("keeper")
def test_many_entries_are_changed_and_changed_back(web: Client, entry: Entry) -> None:
    wish = {"act": "category", "category": CategoryFactory.create().pk, "reason": "整理"}
    assert is_done(web, "faq:bulk-do", entry=entry.pk, **wish)
    assert is_done(web, "faq:bulk-undo", BulkAct.objects.get().pk)
