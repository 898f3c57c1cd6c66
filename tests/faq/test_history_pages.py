"""All texts of an entry, the difference of any two, what agents saw when, and an old text as a new draft."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import Agent, AuditRow, BusinessLine
from faq import past
from faq.models import Entry, EntryState, Purpose, Revision, RevisionState, Significance
from faq.services import drafting, limiting, publishing, reviewing, withdrawing
from faq.services.locking import database_now
from kb.lib.months import SITE_ZONE
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
    WithdrawnEntryFactory,
    at,
)
from tests.faq.test_review_pages import queries
from tests.faq.test_withdrawing import sign_all
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
NINE, TEN, ELEVEN, NOON = (at(f"2026-03-03T{hour}:00:00+08:00") for hour in ("09", "10", "11", "12"))


@pytest.fixture
def writer() -> Agent:
    return InformationAdministratorFactory.create()


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create()


@pytest.fixture
def entry(line: BusinessLine, writer: Agent) -> Entry:
    """Two texts: the first live from nine to eleven, the second since."""
    entry = PublishedEntryFactory.create(question="手续费多少", answer="手续费 40 元。", line=line)
    rewrite(entry, writer, "手续费 50 元。")
    Revision.objects.filter(number=1).update(published_at=NINE, superseded_at=ELEVEN)
    Revision.objects.filter(number=2).update(published_at=ELEVEN)
    backdate("entry.published", NINE, ELEVEN)
    return Entry.objects.get()


def rewrite(entry: Entry, writer: Agent, answer: str) -> Revision:
    text = drafting.Text("手续费多少", entry.line, answer=answer)
    draft = drafting.save_draft(drafting.new_draft(entry, by=writer), text, by=writer)
    return sign_all(reviewing.submit(draft, by=writer))


def backdate(act: str, *moments: datetime) -> None:
    rows = list(AuditRow.objects.filter(act=act).order_by("pk"))
    for row, moment in zip(rows, moments, strict=True):
        AuditRow.objects.filter(pk=row.pk).update(at=moment)


def seen(entry: Entry, moment: datetime) -> past.Seen:
    fresh = Entry.objects.get(pk=entry.pk)
    return past.seen_at(fresh, moment, now=database_now(), readable=Revision.objects.all())


def number_seen(entry: Entry, moment: datetime) -> int | None:
    found = seen(entry, moment).revision
    return found.number if found else None


def address(entry: Entry, **asked: object) -> str:
    return f"/knowledge/entries/{entry.pk}/history/" + (f"?{urlencode(asked)}" if asked else "")


def read(client: Client, entry: Entry, **asked: object) -> str:
    answer = client.get(address(entry, **asked))
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_second_has_its_text(entry: Entry) -> None:
    second = timedelta(seconds=1)
    assert [number_seen(entry, moment) for moment in (NINE, TEN, ELEVEN - second, ELEVEN, NOON)] == [
        1,
        1,
        1,
        2,
        2,
    ]
    early = seen(entry, NINE - second)
    assert (early.revision, early.why) == (None, "条目当时尚未发布。")
    assert "尚未到来" in seen(entry, database_now() + timedelta(days=1)).why


def test_what_was_withdrawn_was_not_seen_until_it_came_back(entry: Entry, writer: Agent) -> None:
    withdrawing.withdraw_at_once(entry, by=writer, reason="数字写错")
    publishing.restore(entry, by=writer)
    backdate("entry.withdrawn", NOON)
    backdate("entry.restored", NOON + timedelta(hours=1))
    assert number_seen(entry, NOON - timedelta(seconds=1)) == 2
    out = seen(entry, NOON + timedelta(minutes=30))
    assert out.revision is None
    assert "数字写错" in out.why
    assert number_seen(entry, NOON + timedelta(hours=1)) == 2


def test_a_withdrawal_without_a_trail_is_known_by_its_time() -> None:
    entry = WithdrawnEntryFactory.create()
    Revision.objects.update(published_at=NINE)
    Entry.objects.update(withdrawn_at=ELEVEN)
    AuditRow.objects.all().delete()
    assert number_seen(entry, TEN) == 1
    assert seen(entry, NOON).why == "条目已下架。"


def test_outside_its_validity_nothing_was_seen(line: BusinessLine) -> None:
    entry = PublishedEntryFactory.create(line=line, valid_from=TEN, valid_until=NOON)
    Revision.objects.update(published_at=NINE)
    backdate("entry.published", NINE)
    assert "才生效" in seen(entry, NINE).why
    assert number_seen(entry, TEN) == 1
    assert number_seen(entry, NOON - timedelta(seconds=1)) == 1
    assert "失效" in seen(entry, NOON).why


def test_a_validity_that_was_shortened_counts_from_then_on(line: BusinessLine, writer: Agent) -> None:
    begun = database_now() - timedelta(days=9)
    first, second = (database_now() + timedelta(days=days) for days in (9, 5))
    entry = PublishedEntryFactory.create(line=line, valid_until=first)
    limiting.shorten_validity(entry, until=second, by=writer)
    Revision.objects.update(published_at=begun)
    backdate("entry.published", begun)
    # As if both had been chosen in the past: valid for a day, then cut to half a day when two hours had gone.
    day, half = begun + timedelta(days=1), begun + timedelta(hours=12)
    Revision.objects.update(valid_until=day)
    Entry.objects.update(valid_until=half)
    row = AuditRow.objects.get(act="entry.validity_shortened")
    detail = {"before": {"valid_until": day.isoformat()}, "after": {"valid_until": half.isoformat()}}
    for told in (detail, {"before": detail["before"]}):
        AuditRow.objects.filter(pk=row.pk).update(at=begun + timedelta(hours=2), detail=told)
        assert number_seen(entry, begun + timedelta(hours=1)) == 1
        assert number_seen(entry, half - timedelta(seconds=1)) == 1
        assert number_seen(entry, half) is None
    AuditRow.objects.filter(pk=row.pk).update(at=begun + timedelta(hours=13), detail=detail)
    assert number_seen(entry, begun + timedelta(hours=12, minutes=30)) == 1


def test_the_page_answers_what_an_agent_saw(entry: Entry, writer: Agent) -> None:
    client = logged_in(writer)
    page = read(client, entry, at="2026-03-03T10:32")
    assert f'href="/entries/{entry.pk}/"' in page
    assert "<li>手续费多少</li>" in page
    assert "手续费 40 元。" in page[page.index("seen-title") : page.index("versions-title")]
    page = read(client, entry, at="2026-03-03T08:59:59")
    assert "座席当时看不到" in page
    for nonsense in ("gestern", "2026-13-01T00:00", "0001-01-01T00:00", "9999-12-31T23:59:59"):
        assert client.get(address(entry, at=nonsense)).status_code == 200


def test_every_version_says_who_wrote_and_who_signed(entry: Entry, writer: Agent) -> None:
    expert = CallCentreExpertFactory.create(display_name="王专家")
    request = withdrawing.request_withdrawal(entry, by=writer, reason="业务停办")
    reviewing.sign_off(
        request,
        seat="call_centre",  # type: ignore[arg-type]
        reviewer=expert,
        verdict="rejected",  # type: ignore[arg-type]
        comment="还在办",
    )
    withdrawing.ask_again(request, by=writer, reason="真的停办")
    page = read(logged_in(writer), entry)
    for told in (
        "王专家",
        "还在办",
        "作废",
        "真的停办",
        str(writer),
        "2026-03-03 09:00:00",
        "下架",
        Significance.MEDIUM.label,
    ):
        assert str(told) in page, told
    places = [page.index(f"<span>第 {number} 版</span>") for number in (3, 2, 1)]
    assert places == sorted(places)
    assert not INLINE.search(page.replace("<script type", "<x"))


def test_any_two_texts_are_compared(entry: Entry, writer: Agent) -> None:
    rewrite(entry, writer, "手续费 60 元。")
    client = logged_in(writer)
    page = read(client, entry, **{"from": 1, "to": 3})
    assert "<del>40</del><ins>60</ins>" in page
    assert "<del>60</del><ins>40</ins>" in read(client, entry, **{"from": 3, "to": 1})
    assert "没有差别" in read(client, entry, **{"from": 2, "to": 2})
    for wrong in ({"from": 1, "to": 9}, {"from": "x", "to": 1}, {"from": "9" * 30, "to": 1}):
        assert client.get(address(entry, **wrong)).status_code == 404


def test_an_old_text_becomes_a_new_draft(entry: Entry, writer: Agent) -> None:
    client, first = logged_in(writer), Revision.objects.get(number=1)
    assert f'value="{first.pk}"' in read(client, entry)
    answer = client.post(f"{address(entry)}restore/", {"revision": str(first.pk)})
    draft = Revision.objects.get(state=RevisionState.DRAFT)
    assert answer.headers["Location"] == f"/knowledge/drafts/{draft.pk}/review/"
    assert (draft.answer, list(draft.authors.all())) == ("手续费 40 元。", [writer])
    assert "手续费 50 元。" in Revision.objects.get(number=2).answer
    answer = client.post(f"{address(entry)}restore/", {"revision": str(first.pk)})
    assert (answer.status_code, "草稿" in answer.content.decode()) == (422, True)
    assert str(draft.pk) in answer.content.decode()


def test_what_is_live_or_elsewhere_is_not_begun_again(entry: Entry, writer: Agent) -> None:
    client, live = logged_in(writer), Revision.objects.get(number=2)
    answer = client.post(f"{address(entry)}restore/", {"revision": str(live.pk)})
    assert (answer.status_code, "就是这一内容" in answer.content.decode()) == (422, True)
    other = PublishedEntryFactory.create().revisions.get()
    for wrong in (str(other.pk), "", "x", "9" * 30):
        assert client.post(f"{address(entry)}restore/", {"revision": wrong}).status_code == 404
    assert not Revision.objects.filter(state=RevisionState.DRAFT).exists()


def test_an_entry_is_withdrawn_from_its_history(entry: Entry, writer: Agent) -> None:
    client = logged_in(writer)
    where = f"/knowledge/entries/{entry.pk}/withdraw/"
    sent = {"reason": "费用写错", "how": "ask", "seen": str(entry.live_revision_id)}
    assert client.post(where, {**sent, "reason": " "}).status_code == 422
    stale = client.post(where, {**sent, "seen": "1"})
    assert (stale.status_code, "刚刚发布" in stale.content.decode()) == (422, True)
    assert "费用写错" in stale.content.decode()
    asked = client.post(where, sent)
    request = Revision.objects.get(purpose=Purpose.WITHDRAWAL)
    assert asked.headers["Location"] == f"/knowledge/drafts/{request.pk}/review/"
    assert Entry.objects.get().state == EntryState.PUBLISHED
    client.post(where, {**sent, "how": "at_once"})
    assert Entry.objects.get().state == EntryState.WITHDRAWN
    emergency = Revision.objects.get(purpose=Purpose.EMERGENCY)
    assert str(emergency.pk) in read(client, entry)
    assert client.post(where, sent).status_code == 422


def test_a_withdrawn_entry_is_brought_back_from_its_history(writer: Agent) -> None:
    entry = WithdrawnEntryFactory.create()
    client, where = logged_in(writer), f"/knowledge/entries/{entry.pk}/restore/"
    page = read(client, entry)
    assert where in page
    assert f'href="/entries/{entry.pk}/"' not in page  # administrators do not read what is withdrawn
    assert client.post(where, {"reason": ""}).status_code == 422
    assert client.post(where, {"reason": "恢复办理"}).status_code == 302
    request = Revision.objects.get(purpose=Purpose.RESTORATION)
    assert where not in read(client, entry)
    sign_all(request)
    assert Entry.objects.get().state == EntryState.PUBLISHED


def test_validity_is_shortened_at_once_and_lengthened_by_the_seats(entry: Entry, writer: Agent) -> None:
    client, where = logged_in(writer), f"/knowledge/entries/{entry.pk}/validity/"
    until = (database_now() + timedelta(days=3)).astimezone(SITE_ZONE).replace(microsecond=0)
    sent = {"until": f"{until:%Y-%m-%dT%H:%M:%S}", "reason": ""}
    assert client.post(where, sent).headers["Location"] == address(entry)
    assert Entry.objects.get().valid_until == until
    for wrong in ({"until": "", "reason": " "}, {"until": "x"}, {"until": "2020-01-01T00:00"}, sent):
        assert client.post(where, wrong).status_code == 422
    answer = client.post(where, {"until": "", "reason": "长期有效"})
    draft = Revision.objects.get(state=RevisionState.IN_REVIEW)
    assert answer.headers["Location"] == f"/knowledge/drafts/{draft.pk}/review/"
    assert (draft.valid_until, draft.reason) == (None, "长期有效")


@pytest.mark.parametrize("factory", [AgentFactory, SystemAdministratorFactory])
def test_who_has_no_part_in_it_is_refused(factory: Any, entry: Entry) -> None:
    client = logged_in(factory.create())
    for pk in (entry.pk, entry.pk + 9):
        assert client.get(f"/knowledge/entries/{pk}/history/").status_code == 403
        for act in ("history/restore", "withdraw", "restore", "validity"):
            assert client.post(f"/knowledge/entries/{pk}/{act}/").status_code == 403
    assert Client().get(address(entry)).status_code == 302


@pytest.mark.parametrize("factory", [SupervisorFactory, AuditorFactory])
def test_who_answers_for_it_reads_and_changes_nothing(factory: Any, entry: Entry, writer: Agent) -> None:
    drafting.new_draft(entry, by=writer)
    client = logged_in(factory.create())
    page = read(client, entry)
    assert "手续费多少" in page
    assert "第 3 版" not in page
    assert "<form" not in page[page.index('class="history"') :].replace(
        '<form class="panel stack" method="get"', ""
    )
    for act in ("history/restore", "withdraw", "restore", "validity"):
        assert client.post(f"/knowledge/entries/{entry.pk}/{act}/").status_code == 403


def test_strangers_cannot_tell_whether_an_entry_exists(entry: Entry, line: BusinessLine) -> None:
    Entry.objects.update(is_restricted=True)
    strangers = [
        InformationAdministratorFactory.create(),
        SupervisorFactory.create(),
        BusinessExpertFactory.create(lines=[BusinessLineFactory.create()]),
    ]
    for stranger in strangers:
        client = logged_in(stranger)
        for pk in (entry.pk, entry.pk + 9, 2**70):
            assert client.get(f"/knowledge/entries/{pk}/history/").status_code == 404
    insider = logged_in(BusinessExpertFactory.create(lines=[line]))
    assert insider.get(address(entry)).status_code == 200
    assert logged_in(strangers[0]).post(f"/knowledge/entries/{entry.pk}/withdraw/").status_code == 404


def test_texts_of_other_lines_stay_closed(entry: Entry, writer: Agent) -> None:
    """An expert of the line the entry moved to reads the new text, not what others wrote before."""
    other = BusinessLineFactory.create()
    draft = drafting.new_draft(entry, by=writer)
    draft = drafting.save_draft(draft, drafting.Text("搬家的问题", other), by=writer)
    sign_all(reviewing.submit(draft, by=writer))
    client = logged_in(BusinessExpertFactory.create(lines=[other]))
    assert "手续费多少" not in read(client, entry)
    assert "不负责的条线" in read(client, entry, at="2026-03-03T10:32")
    assert client.get(address(entry, **{"from": 1, "to": 3})).status_code == 404


def test_the_history_is_read_and_acts_are_posted(entry: Entry, writer: Agent) -> None:
    client = logged_in(writer)
    assert client.post(address(entry)).status_code == 405
    for act in ("history/restore", "withdraw", "restore", "validity"):
        assert client.get(f"/knowledge/entries/{entry.pk}/{act}/").status_code == 405


def test_the_number_of_queries_stays(entry: Entry, writer: Agent) -> None:
    client = logged_in(writer)
    asked = {"from": 1, "to": 2, "at": "2026-03-03T10:32"}
    before = queries(lambda: read(client, entry, **asked))
    for answer in ("手续费 60 元。", "手续费 70 元。"):
        rewrite(entry, writer, answer)
    assert queries(lambda: read(client, entry, **asked)) == before


def test_writers_find_the_history_from_the_opened_entry(
    entry: Entry, writer: Agent, line: BusinessLine
) -> None:
    where = f'href="{address(entry)}"'
    assert where in logged_in(writer).get(f"/entries/{entry.pk}/").content.decode()
    assert (
        f'href="{address(entry)}#withdraw"' in logged_in(writer).get(f"/entries/{entry.pk}/").content.decode()
    )
    for person in (AgentFactory.create(), BusinessExpertFactory.create(lines=[BusinessLineFactory.create()])):
        assert where not in logged_in(person).get(f"/entries/{entry.pk}/").content.decode()
    auditor = logged_in(AuditorFactory.create()).get(f"/entries/{entry.pk}/").content.decode()
    assert where in auditor
    assert "#withdraw" not in auditor
