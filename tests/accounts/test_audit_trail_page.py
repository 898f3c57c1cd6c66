"""The page on which auditors read the audit trail: who may, what it finds, and how it pages."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import audit, audit_trail, settings
from accounts.models import Agent, AuditRow
from accounts.roles import Role
from kb.lib.months import SITE_ZONE
from tests.factories import (
    AuditorFactory,
    BusinessLineFactory,
    PersonFactory,
    PublishedEntryFactory,
    SystemAdministratorFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/accounts/audit-trail/"


@pytest.fixture
def auditor(client: Client) -> Agent:
    person: Agent = AuditorFactory.create()
    client.force_login(person)
    return person


def recorded(number: int, *, act: str = "entry.published", **columns: Any) -> list[AuditRow]:
    """So many rows of one moment, as one transaction writes them."""
    columns = {"at": timezone.now(), "subject_kind": "faq.entry", "detail": {}} | columns
    return AuditRow.objects.bulk_create(
        [AuditRow(act=act, subject_id=str(n), **columns) for n in range(1, number + 1)]
    )


def found(**sent: str) -> list[int]:
    return [row.pk for row in audit_trail.page(sent).rows]


def pks(rows: Iterable[AuditRow]) -> list[int]:
    return [row.pk for row in rows]


def text_of(client: Client, query: str = "", language: str = "zh-hans") -> str:
    """The page as it is read: tags away, blanks as one."""
    client.cookies["django_language"] = language
    page = re.sub(r"<[^>]*>", "", client.get(f"{PAGE}?{query}").content.decode())
    return " ".join(page.split())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_nobody_but_auditors_reads_it(client: Client, role: Role) -> None:
    client.force_login(PersonFactory.create(roles=[role]))
    assert client.get(PAGE).status_code == 403


def test_without_a_log_in_there_is_nothing_to_read(client: Client) -> None:
    assert client.get(PAGE).status_code == 302


def test_it_is_only_read_and_kept_by_no_browser(client: Client, auditor: Agent) -> None:
    assert client.post(PAGE).status_code == 405
    assert client.get(PAGE)["Cache-Control"] == "private, no-store"


def test_a_row_says_who_did_what_to_what_and_what_it_was(client: Client, auditor: Agent) -> None:
    keeper = SystemAdministratorFactory.create(display_name="钱管")
    settings.change("answer_link_days", 5, by=keeper)
    assert "修改设置 钱管 设置" in text_of(client)
    assert "邮件答复链接有效天数" in text_of(client)
    assert "改动前10 → 改动后5" in text_of(client)
    assert "Setting changed 钱管 setting" in text_of(client, language="en")
    assert "Before10 → After5" in text_of(client, language="en")


def test_an_unknown_act_is_shown_by_its_own_name(client: Client, auditor: Agent) -> None:
    detail = {"why": ["一", "二"], "more": {"x": 1}}
    recorded(1, act="thing.done", subject_kind="accounts.settingvalue", detail=detail)
    recorded(1, act="thing.done", subject_kind="gone.thing")
    shown = text_of(client)
    assert "thing.done 自动 设置 1 why 一、二" in shown
    assert "thing.done 自动 gone.thing 1" in shown


def test_people_and_lines_have_their_names(client: Client, auditor: Agent) -> None:
    line, head = BusinessLineFactory.create(name="信用卡中心"), PersonFactory.create(display_name="孙头")
    audit.record(auditor, "line.head_set", line, before=None, after=head.pk)
    audit.record(None, "entry.featured", line, after={"line": line.pk})
    shown = text_of(client)
    assert "业务条线 信用卡中心" in shown
    assert "改动前– → 改动后孙头" in shown
    assert "业务条线 改动后信用卡中心" in shown


def test_only_what_differs_is_told(client: Client, auditor: Agent) -> None:
    told = {"before": {"keywords": ["甲"], "question": "同"}, "after": {"keywords": [], "question": "同"}}
    audit.record(None, "entry.curated", PublishedEntryFactory.create(), **told)
    assert "关键词 改动前甲 → 改动后–" in text_of(client)
    assert client.get(f"{PAGE}?act=entry.curated").content.decode().count("<dt") == 1


def test_moments_are_told_by_the_clock_here(client: Client, auditor: Agent) -> None:
    after = {"valid_until": "2026-03-01T16:00:00+00:00"}
    audit.record(None, "entry.validity_shortened", PublishedEntryFactory.create(), after=after)
    assert "有效期止 改动后2026-03-02 00:00:00" in text_of(client)


def test_what_is_long_is_folded(client: Client, auditor: Agent) -> None:
    entry = PublishedEntryFactory.create()
    audit.record(None, "entry.withdrawn", entry, reason="长" * 400)
    audit.record(None, "entry.withdrawn", entry, reason="短")
    assert client.get(PAGE).content.decode().count('<summary class="link-button"') == 1


def test_what_was_recorded_is_never_taken_for_markup(client: Client, auditor: Agent) -> None:
    detail: dict[str, Any] = {"reason": "<script>alert(1)</script>", "<b>": {"before": "<i>"}}
    audit.record(None, "entry.withdrawn", PublishedEntryFactory.create(), **detail)
    page = client.get(PAGE).content.decode()
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page
    assert "<b>:" not in page


def test_the_pages_hold_every_row_once_while_new_ones_come(client: Client, auditor: Agent) -> None:
    """All of one moment, more than a page: the number parts them; and others before and after it."""
    now = timezone.now()
    rows = [*recorded(70, at=now - timedelta(hours=1)), *recorded(40, at=now - timedelta(hours=2))]
    newest_first = sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)
    first = audit_trail.page({})
    recorded(60)
    second = audit_trail.page({"before": str(first.last)})
    third = audit_trail.page({"before": str(second.last)})
    assert pks([*first.rows, *second.rows, *third.rows]) == pks(newest_first)
    assert (len(first.rows), len(second.rows), third.last) == (50, 50, None)


def test_a_row_committed_late_with_an_early_time_moves_nothing(auditor: Agent) -> None:
    """Its number is the highest and its time is not: a long transaction ends."""
    rows = recorded(60, at=timezone.now())
    first = audit_trail.page({})
    late = recorded(1, at=rows[0].at - timedelta(minutes=5))
    second = audit_trail.page({"before": str(first.last)})
    assert pks(second.rows) == [*pks(reversed(rows[:10])), late[0].pk]


def test_older_and_newest_keep_the_filters(client: Client, auditor: Agent) -> None:
    rows = recorded(51)
    page = client.get(f"{PAGE}?act=entry.published").content.decode()
    assert f'href="?act=entry.published&amp;before={rows[1].pk}"' in page
    older = client.get(f"{PAGE}?act=entry.published&before={rows[1].pk}").content.decode()
    assert 'href="?act=entry.published"' in older
    assert 'rel="next"' not in older


def test_a_full_last_page_has_nothing_older(auditor: Agent) -> None:
    recorded(50)
    assert audit_trail.page({}).last is None


def test_days_are_whole_days_here() -> None:
    midnight = datetime(2026, 3, 2, tzinfo=SITE_ZONE)
    tick = timedelta(microseconds=1)
    (before,), (first,), (last,), (after,) = (
        recorded(1, at=at)
        for at in (
            midnight - tick,
            midnight,
            midnight + timedelta(days=1) - tick,
            midnight + timedelta(days=1),
        )
    )
    assert found(since="2026-03-02", until="2026-03-02") == pks([last, first])
    assert found(since="2026-03-02") == pks([after, last, first])
    assert found(until="2026-03-01") == pks([before])


def test_acts_kinds_and_people_are_chosen() -> None:
    li, lin = PersonFactory.create(username="li", display_name="李娜"), PersonFactory.create(username="lin")
    (published,) = recorded(1, actor=li)
    (paused,) = recorded(1, act="inquiry.paused", subject_kind="inquiries.inquiry", actor=lin)
    (alone,) = recorded(1, act="inquiry.closed", subject_kind="inquiries.inquiry")
    assert found(act="inquiry.paused") == pks([paused])
    assert found(kind="inquiries.inquiry") == pks([alone, paused])
    assert found(by="李") == found(by="li") == pks([published])
    assert found(by="lin", kind="inquiries.inquiry") == pks([paused])
    assert found(by="lin", kind="faq.entry") == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=2026-02-30", "“2026-02-30”不是一个日期"),
        ("until=gestern", "“gestern”不是一个日期"),
        ("since=0001-01-01", "“0001-01-01”不是一个日期"),
        ("until=9999-12-31", "“9999-12-31”不是一个日期"),
        ("since=2026-03-02&until=2026-03-01", "最后一天早于第一天"),
        ("act=entry.eaten", "“entry.eaten”不在可选范围内"),
        ("kind=faq.cake", "“faq.cake”不在可选范围内"),
        ("by=nobody%00here", "没有叫“nobodyhere”的人"),
        ("before=99999999999999999999", "列表中没有这个位置"),
        ("before=7x", "列表中没有这个位置"),
    ],
)
def test_what_cannot_be_read_is_told_and_stays_typed(
    client: Client, auditor: Agent, query: str, said: str
) -> None:
    recorded(1)
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert '<ol class="trail"' not in answer.content.decode()


def test_what_was_typed_stays_in_its_field(client: Client, auditor: Agent) -> None:
    page = client.get(f"{PAGE}?since=2026-03-01&until=2026-02-01&by=%3Cb%3E&kind=faq.flag").content.decode()
    assert 'name="since" value="2026-03-01"' in page
    assert 'name="by" value="&lt;b&gt;"' in page
    assert '<option value="faq.flag" selected>' in page


def test_an_empty_trail_says_so(client: Client, auditor: Agent) -> None:
    assert "还没有任何记录" in text_of(client)
    assert "Nothing has been recorded yet." in text_of(client, language="en")
    recorded(1)
    assert "没有符合条件的记录" in text_of(client, "act=inquiry.paused")


def test_queries_do_not_grow_with_the_rows(
    client: Client, auditor: Agent, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        line, person = BusinessLineFactory.create(), PersonFactory.create()
        audit.record(person, "line.head_set", line, before=auditor.pk, after=person.pk)
        recorded(1, act="inquiry.forwarded", subject_kind="inquiries.inquiry", detail={"line": line.pk})
    with django_assert_max_num_queries(16):
        client.get(PAGE)


def test_both_languages_name_the_page_in_the_bar(client: Client, auditor: Agent) -> None:
    for language, name in (("zh-hans", "审计记录"), ("en", "Audit trail")):
        client.cookies["django_language"] = language
        assert f'<a href="{PAGE}">{name}</a>' in client.get("/").content.decode()
