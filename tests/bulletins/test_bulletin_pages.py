"""The pages of bulletins: written, read, confirmed, counted, taken back; and what a stranger gets."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from accounts.roles import Role
from bulletins import receipts
from bulletins.models import Bulletin, Passage, Receipt
from bulletins.receipts import Share
from bulletins.services import changing, noticing, receiving
from courier.models import Notification
from faq.models import Entry
from faq.services.locking import database_now
from tests.bulletins.bulletins import QUIZ, drafted, published
from tests.bulletins.files import NOTICE
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)

pytestmark = pytest.mark.django_db
CARD = {"X-Wenqu-Card": "1"}


def as_(person: Agent) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    return client


def page(client: Client, name: str, *args: Any, status: int = 200, query: str = "") -> str:
    answer = client.get(reverse(f"bulletins:{name}", args=args) + query)
    assert answer.status_code == status
    return answer.content.decode()


def form(**words: Any) -> dict[str, Any]:
    return {"title": "停机通告", "body": "今晚**停机**。", "urgency": "info", "act": "save"} | words


def send(client: Client, name: str, *args: Any, **words: Any) -> Any:
    return client.post(reverse(f"bulletins:{name}", args=args), words)


def test_a_bulletin_is_written_saved_and_published() -> None:
    line, entry = BusinessLineFactory.create(), PublishedEntryFactory.create()
    AgentFactory.create(lines=[line])
    client = as_(SupervisorFactory.create())
    assert "停机通告" not in page(client, "bulletin-new")
    words = form(
        roles=[Role.AGENT],
        lines=[line.pk],
        related=f"{entry.pk} 信用卡",
        is_must_read="on",
        quiz="几点停机？",
        choice=["", "22点", "23点"],
        right_choice="2",
        ends_at="2099-01-01T08:00:00",
    )
    answer = send(client, "bulletin-new", **words)
    draft = Bulletin.objects.get()
    assert answer.headers["Location"] == reverse("bulletins:bulletin-edit", args=[draft.pk])
    assert (draft.choices, draft.right_choice, draft.is_draft) == (["22点", "23点"], 1, True)
    assert list(draft.entries.all()) == [entry]
    filled = page(client, "bulletin-edit", draft.pk)
    assert "2099-01-01T08:00:00" in filled
    words |= {"act": "publish", "seen_at": draft.changed_at.isoformat()}
    assert send(client, "bulletin-edit", draft.pk, **words).status_code == 302
    assert not Bulletin.objects.get().is_draft


def test_what_is_wrong_is_said_and_what_was_written_stays() -> None:
    client = as_(SupervisorFactory.create())
    answer = send(client, "bulletin-new", **form(title="", body="留着这句", related="4711"))
    assert answer.status_code == 422
    assert "留着这句" in answer.content.decode()
    assert "没有编号为 4711 的条目" in answer.content.decode()
    told = send(client, "bulletin-new", **form(title="")).content.decode()
    assert told.index('role="alert"') < told.index("缺少标题")
    assert not Bulletin.objects.exists()
    answer = send(client, "bulletin-new", **form(body="", act="publish"))
    assert answer.status_code == 422
    assert not Bulletin.objects.exists()  # all or nothing


def test_of_two_editors_the_second_sees_the_others_text() -> None:
    draft = drafted()
    client = as_(draft.created_by)
    seen = draft.changed_at.isoformat()
    assert send(client, "bulletin-edit", draft.pk, **form(body="甲写的", seen_at=seen)).status_code == 302
    answer = send(client, "bulletin-edit", draft.pk, **form(body="乙写的", seen_at=seen))
    told = answer.content.decode()
    assert (answer.status_code, "甲写的" in told, "乙写的" in told) == (422, True, True)
    assert Bulletin.objects.get().body == "甲写的"


def test_a_change_says_of_what_kind_it_is() -> None:
    bulletin = published()
    client = as_(bulletin.created_by)
    assert send(client, "bulletin-edit", bulletin.pk, **form()).status_code == 422
    assert send(client, "bulletin-edit", bulletin.pk, **form(significance="major")).status_code == 302
    assert Bulletin.objects.get().version == 2


def test_a_draft_is_discarded() -> None:
    draft = drafted()
    assert send(as_(draft.created_by), "bulletin-edit", draft.pk, act="discard").status_code == 302
    assert not Bulletin.objects.exists()


def test_the_preview_counts_the_people_and_draws_what_agents_see() -> None:
    line = BusinessLineFactory.create()
    AgentFactory.create_batch(2, lines=[line])
    client = as_(SupervisorFactory.create())
    words = form(roles=[Role.AGENT], lines=[line.pk], body="**粗**<script>alert(1)</script>")
    told = send(client, "bulletin-preview", **words).content.decode()
    assert "<strong>粗</strong>" in told
    assert "<script>" not in told
    assert "2" in told.split('role="status"')[1]
    told = send(client, "bulletin-preview", **form(roles=[Role.AUDITOR])).content.decode()
    assert "state bad" in told.split('role="status"')[1]


def test_the_board_shows_the_unread_first_and_narrows() -> None:
    agent = AgentFactory.create()
    read, _new = published(title="读过的"), published(title="没读的", urgency="important")
    published(title="主管看的", roles=[Role.SUPERVISOR])
    receiving.take_receipt(read, by=agent, version=1)
    client = as_(agent)
    told = page(client, "board")
    assert told.index("没读的") < told.index("读过的")
    assert "主管看的" not in told
    for query, shown in (
        ("?state=unread", "没读的"),
        ("?urgency=important", "没读的"),
        ("?q=读过", "读过的"),
    ):
        told = page(client, "board", query=query)
        assert [title for title in ("没读的", "读过的") if title in told.split("<main")[1]] == [shown], query
    assert "没有" in page(client, "board", query="?q=不存在的词").split("<main")[1]


def test_the_board_asks_no_more_with_more_rows(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    lines = BusinessLineFactory.create_batch(3)
    agent = AgentFactory.create(lines=lines)
    client = as_(agent)
    published(line_ids=[lines[0].pk])
    with django_assert_max_num_queries(30) as few:
        page(client, "board")
    for line in lines * 3:
        published(line_ids=[line.pk])
    with django_assert_max_num_queries(len(few.captured_queries)):
        page(client, "board")


def test_past_ones_are_for_those_who_may_see_them() -> None:
    gone = published(title="撤回了的")
    changing.withdraw(gone, by=gone.created_by, reason="误发")
    told = page(as_(AgentFactory.create()), "board", query="?state=past")
    assert "撤回了的" not in told
    assert "撤回了的" in page(as_(gone.created_by), "board", query="?state=past")
    assert "误发" in page(as_(gone.created_by), "bulletin", gone.pk)


def test_an_expired_one_is_gone_for_agents_to_the_second() -> None:
    agent, bulletin = AgentFactory.create(), published(urgency="urgent")
    client = as_(agent)
    assert json.loads(page(client, "now"))["unread"] == 1
    Bulletin.objects.update(ends_at=database_now())
    assert json.loads(page(client, "now"))["unread"] == 0
    page(client, "bulletin", bulletin.pk, status=404)
    assert send(client, "receipt", bulletin.pk, version=1).status_code == 404
    assert bulletin.title not in page(client, "board").split("<main")[1]


def test_a_body_is_drawn_without_anything_that_runs() -> None:
    bulletin = published(body="**粗** <img src=x onerror=alert(1)> [x](javascript:alert(1))")
    told = page(as_(AgentFactory.create()), "bulletin", bulletin.pk).split("<main")[1]
    assert "<strong>粗</strong>" in told
    assert "<img" not in told
    assert 'href="javascript' not in told


def test_linked_entries_are_shown_to_those_who_may_find_them() -> None:
    entry = PublishedEntryFactory.create(question="转账限额是多少")
    bulletin = published(entry_ids=[entry.pk])
    client = as_(AgentFactory.create())
    assert "转账限额是多少" in page(client, "bulletin", bulletin.pk)
    about = client.get(reverse("entry-detail", args=[entry.pk])).content.decode()
    assert bulletin.title in about
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    assert "转账限额是多少" not in page(client, "bulletin", bulletin.pk)
    Bulletin.objects.update(ends_at=database_now())
    Entry.objects.filter(pk=entry.pk).update(is_restricted=False)
    assert bulletin.title not in client.get(reverse("entry-detail", args=[entry.pk])).content.decode()


def test_a_receipt_is_one_click_and_a_wrong_answer_says_so() -> None:
    agent, bulletin = AgentFactory.create(), published(**QUIZ)
    client = as_(agent)
    answer = send(client, "receipt", bulletin.pk, version=1, choice=0)
    assert (answer.status_code, Receipt.objects.filter(person=agent).count()) == (422, 0)
    assert "checked" in answer.content.decode()
    for sent in ({}, {"version": "x", "choice": 1}, {"version": 1, "choice": "9" * 30}):
        assert send(client, "receipt", bulletin.pk, **sent).status_code == 422
    assert send(client, "receipt", bulletin.pk, version=1, choice=1).status_code == 302
    assert "data-receipt" not in page(client, "bulletin", bulletin.pk)


def test_a_card_answers_in_its_place() -> None:
    client, bulletin = as_(AgentFactory.create()), published(urgency="urgent", **QUIZ)
    (card,) = json.loads(page(client, "now"))["cards"]
    assert (card["id"], card["version"]) == (bulletin.pk, 1)
    assert "单日限额是多少" in card["html"]
    address = reverse("bulletins:receipt", args=[bulletin.pk])
    refused = client.post(address, {"version": 1, "choice": 0}, headers=CARD)
    assert (refused.status_code, refused.headers["Content-Type"]) == (422, "text/plain")
    assert client.post(address, {"version": 1, "choice": 1}, headers=CARD).status_code == 204
    assert json.loads(page(client, "now")) == {"unread": 0, "changes_in_ms": None, "cards": []}


def test_cards_are_urgent_or_reminded_of_and_say_how_long_they_stand() -> None:
    agent = AgentFactory.create()
    published(urgency="important")
    quiet = published(is_must_read=True)
    client = as_(agent)
    assert json.loads(page(client, "now"))["cards"] == []
    assert send(as_(quiet.created_by), "bulletin-remind", quiet.pk).status_code == 302
    Bulletin.objects.filter(pk=quiet.pk).update(ends_at=database_now() + timedelta(hours=1))
    told = json.loads(page(client, "now"))
    assert [card["id"] for card in told["cards"]] == [quiet.pk]
    assert 3_500_000 < told["changes_in_ms"] <= 3_600_001


def test_every_page_says_how_many_are_unread() -> None:
    client = as_(AgentFactory.create())
    published()
    published()
    for name in ("desk", "faq:my-flags", "bulletins:board"):
        told = client.get(reverse(name)).content.decode()
        assert "<span data-number>2</span>" in told, name


def test_the_empty_box_shows_what_is_unread() -> None:
    client = as_(AgentFactory.create())
    published(title="还没读的通告")
    assert "还没读的通告" in client.get(reverse("desk-start")).content.decode()


def test_the_reading_page_says_who_has_not() -> None:
    cards, loans = BusinessLineFactory.create(name="信用卡"), BusinessLineFactory.create(name="贷款")
    done, late = AgentFactory.create(lines=[cards]), AgentFactory.create(lines=[cards, loans])
    bulletin = published(is_must_read=True, roles=[Role.AGENT])
    receiving.take_receipt(bulletin, by=done, version=1)
    client = as_(bulletin.created_by)
    told = page(client, "reading", bulletin.pk)
    assert "50 %" in told
    assert receipts.share_of(bulletin) == receipts.reading(bulletin).all == Share("", 1, 2)
    assert told.index(str(late)) < told.index(str(done))
    assert send(client, "bulletin-remind", bulletin.pk).status_code == 302
    assert Notification.objects.filter(person=late, key__endswith="reminder").exists()
    assert send(client, "bulletin-remind", bulletin.pk).status_code == 422
    page(as_(AgentFactory.create()), "reading", bulletin.pk, status=403)
    page(client, "reading", drafted().pk, status=404)


def test_no_reminder_is_offered_of_what_is_not_in_force() -> None:
    AgentFactory.create()
    bulletin = published(is_must_read=True)
    client, offer = as_(bulletin.created_by), reverse("bulletins:bulletin-remind", args=[bulletin.pk])
    assert offer in page(client, "reading", bulletin.pk)
    changing.withdraw(bulletin, by=bulletin.created_by, reason="误发")
    assert offer not in page(client, "reading", bulletin.pk)


def test_the_reading_page_asks_no_more_with_more_people(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    bulletin = published(roles=[])
    client = as_(bulletin.created_by)
    with django_assert_max_num_queries(30) as few:
        page(client, "reading", bulletin.pk)
    AgentFactory.create_batch(5, lines=BusinessLineFactory.create_batch(2))
    with django_assert_max_num_queries(len(few.captured_queries)):
        page(client, "reading", bulletin.pk)


def test_no_cell_of_the_export_runs() -> None:
    AgentFactory.create(display_name="=1+1", lines=[BusinessLineFactory.create(name="@SUM(A1)")])
    bulletin = published(roles=[Role.AGENT])
    client = as_(bulletin.created_by)
    body = client.get(reverse("bulletins:reading-export", args=[bulletin.pk, "csv"])).content
    assert body.startswith(b"\xef\xbb\xbf")
    _head, row = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert (row[0], row[2]) == ("'=1+1", "'@SUM(A1)")
    body = client.get(reverse("bulletins:reading-export", args=[bulletin.pk, "xlsx"])).content
    cell = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    page(client, "reading-export", bulletin.pk, "pdf", status=404)


def test_it_is_withdrawn_with_a_reason() -> None:
    bulletin = published()
    client = as_(bulletin.created_by)
    assert send(client, "bulletin-withdraw", bulletin.pk, reason=" ").status_code == 422
    assert send(client, "bulletin-withdraw", bulletin.pk, reason="误发").status_code == 302
    assert Bulletin.objects.get().withdrawn_at is not None


def test_a_notice_becomes_a_bulletin_in_one_step_and_they_know_each_other() -> None:
    writer = InformationAdministratorFactory.create()
    notice = noticing.take_in(NOTICE, title="关于返现活动的通知", by=writer)
    client = as_(writer)
    answer = send(client, "notice-bulletin", notice.source_id)
    draft = Bulletin.objects.get()
    assert answer.headers["Location"] == reverse("bulletins:bulletin-edit", args=[draft.pk])
    assert (draft.title, draft.notice, draft.is_draft) == ("关于返现活动的通知", notice, True)
    assert draft.title in page(client, "notice", notice.source_id).split('id="bulletins-title"')[1]


def test_a_bulletin_becomes_entries_and_they_know_each_other() -> None:
    writer, line = InformationAdministratorFactory.create(), BusinessLineFactory.create()
    bulletin = published(writer, title="停机通告", body="一、时间\n今晚停机。\n\n二、影响\n转账暂停。")
    client = as_(writer)
    answers = [send(client, "bulletin-entries", bulletin.pk) for _ in range(2)]
    bulletin.refresh_from_db()
    assert bulletin.notice is not None
    source = bulletin.notice.source
    expected = reverse("bulletins:notice", args=[source.pk])
    assert [answer.headers["Location"] for answer in answers] == [expected] * 2
    assert source.link.endswith(reverse("bulletins:bulletin", args=[bulletin.pk]))
    text = {"passage": "1-2", "question": "几点停机？", "kind": "faq", "line": line.pk, "answer": "今晚。"}
    sent = {"draft": "1"} | {f"draft-1-{name}": value for name, value in text.items()}
    assert client.post(reverse("bulletins:notice-drafts", args=[source.pk]), sent).status_code == 302
    entry = Entry.objects.get()
    assert (entry.source, list(bulletin.entries.all())) == (source, [entry])
    assert Passage.objects.get().entry == entry


def test_a_restricted_text_becomes_no_notice_that_every_writer_reads() -> None:
    line = BusinessLineFactory.create()
    writer = InformationAdministratorFactory.create(lines=[line])
    bulletin = published(writer, line_ids=[line.pk], is_restricted=True)
    assert send(as_(writer), "bulletin-entries", bulletin.pk).status_code == 422
    supervisor = as_(SupervisorFactory.create(lines=[line]))
    assert send(supervisor, "bulletin-entries", bulletin.pk).status_code == 403


def test_a_stranger_cannot_tell_that_a_restricted_one_is_there() -> None:
    line = BusinessLineFactory.create()
    writer = SupervisorFactory.create(lines=[line])
    bulletin = published(writer, line_ids=[line.pk], is_restricted=True, urgency="urgent")
    for person in (AgentFactory.create(), SupervisorFactory.create()):
        client = as_(person)
        for name in ("bulletin", "bulletin-edit", "reading"):
            address = reverse(f"bulletins:{name}", args=[bulletin.pk])
            missing = reverse(f"bulletins:{name}", args=[bulletin.pk + 4711])
            assert client.get(address).status_code == client.get(missing).status_code
        assert json.loads(page(client, "now"))["unread"] == 0
        assert bulletin.title not in page(client, "board")
