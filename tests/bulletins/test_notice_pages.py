"""The pages of notices: those who write entries take them in and make drafts, nobody else sees them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, BusinessLine
from bulletins.models import Notice
from bulletins.services import noticing
from bulletins.services.noticing import Chosen
from faq.models import Entry, Kind, Source
from faq.services.drafting import Text
from tests.bulletins.files import NOTICE, docx
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
    WithdrawnEntryFactory,
    at,
)
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
LIST = "/knowledge/notices/"
TITLE = "关于开展信用卡境外消费返现活动的通知"
ACTS = ("check", "drafts")
OWN = re.compile(rb'value="(?:\w{64}|/knowledge/notices/\d+/)"')  # the token, and the address itself


@pytest.fixture
def writer() -> Agent:
    person: Agent = InformationAdministratorFactory.create()
    return person


@pytest.fixture
def keeper(writer: Agent) -> Client:
    return logged_in(writer)


@pytest.fixture
def line() -> BusinessLine:
    found: BusinessLine = BusinessLineFactory.create(name="信用卡中心")
    return found


@pytest.fixture
def notice(writer: Agent) -> Notice:
    return noticing.take_in(NOTICE, title=TITLE, by=writer)


def address(notice: Notice, act: str = "") -> str:
    return f"{LIST}{notice.source_id}/{act}/" if act else f"{LIST}{notice.source_id}/"


def drafts_of(number: int, line: BusinessLine, **changes: str) -> dict[str, object]:
    """The form with that many drafts as it is sent."""
    sent: dict[str, object] = {"batch": str(uuid4()), "draft": [str(n) for n in range(1, number + 1)]}
    for n in range(1, number + 1):
        fields = {
            "passage": str(3 + n),
            "question": f"第{n}问",
            "kind": "faq",
            "line": str(line.pk),
        } | changes
        sent |= {f"draft-{n}-{name}": value for name, value in fields.items()}
    return sent


def with_source(entry: Entry, source: Source) -> Entry:
    Entry.objects.filter(pk=entry.pk).update(source=source)
    return entry


def test_a_pasted_notice_is_shown_in_paragraphs(keeper: Client) -> None:
    form = keeper.get(f"{LIST}new/").content.decode()
    assert f'action="{LIST}take-in/"' in form
    answer = keeper.post(f"{LIST}take-in/", {"text": NOTICE, "dated_on": "2026-11-20"})
    notice = Notice.objects.get()
    assert answer.headers["Location"] == address(notice)
    page = keeper.get(address(notice)).content.decode()
    assert "<h1>关于开展信用卡境外消费返现活动的通知</h1>" in page
    assert page.count("data-passage>") == 11
    assert 'name="p11"' in page
    assert "还没有。请在下面选择段落" in page
    assert not any(INLINE.search(text.replace("<script type", "<x")) for text in (form, page))


def test_an_uploaded_document_is_read(keeper: Client) -> None:
    file = SimpleUploadedFile("通知.docx", docx(["关于年费的通知", "年费为100元。"]))
    keeper.post(f"{LIST}take-in/", {"file": file})
    notice = Notice.objects.get()
    assert (notice.text, notice.file_name) == ("关于年费的通知\n年费为100元。", "通知.docx")
    assert notice.source.title == "关于年费的通知"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "缺少标题"),
        ({"title": "题"}, "请粘贴通知正文"),
        ({"text": "文", "link": "javascript:alert(1)"}, "URL"),
        ({"text": "文", "title": "a\0b"}, "空"),
        ({"text": "文", "file": SimpleUploadedFile("a.txt", b"x")}, "只能选一种"),
        ({"file": SimpleUploadedFile("a.pdf", b"x")}, "内容不符"),
        ({"file": SimpleUploadedFile("a.txt", b"")}, "空"),
    ],
)
def test_what_is_not_taken_in_says_why_and_keeps_what_was_typed(
    keeper: Client, sent: dict[str, object], told: str
) -> None:
    answer = keeper.post(f"{LIST}take-in/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert ">文</textarea>" in page or sent.get("text") is None
    assert not Notice.objects.exists()


def test_a_notice_taken_in_before_is_pointed_to(keeper: Client, notice: Notice) -> None:
    answer = keeper.post(f"{LIST}take-in/", {"text": "文", "title": TITLE})
    assert answer.status_code == 422
    assert f'href="{address(notice)}"' in answer.content.decode()


def test_chosen_passages_are_proposed_as_drafts(keeper: Client, notice: Notice, line: BusinessLine) -> None:
    sent = {"p4": "2", "p5": "2", **{f"p{n}": "1" for n in range(6, 10)}, "p1": "", "p99": "1", "p2": "x"}
    page = keeper.post(address(notice, "check"), sent).content.decode()
    assert page.index("怎么报名？") < page.index("活动对象是什么？")
    assert 'name="draft-1-passage" value="6-9"' in page
    assert "登录手机银行\n点击“活动中心”" in page
    assert 'value="2026-12-01T00:00:00"' in page
    assert 'value="2027-03-31T23:59:59"' in page
    assert f'<option value="{line.pk}" selected>' in page
    assert page.count('<option value="campaign" selected>') == 2
    assert "生成 2 份草稿" in page
    assert not INLINE.search(page.replace("<script type", "<x"))
    assert not Entry.objects.exists()


def test_several_drafts_are_made_at_once_and_mark_their_paragraphs(
    keeper: Client, notice: Notice, line: BusinessLine
) -> None:
    sent = drafts_of(3, line, key_points="甲\r\n\r\n乙", valid_from="2026-12-01T00:00", answer="答")
    answer = keeper.post(address(notice, "drafts"), sent)
    assert answer.headers["Location"] == f"{address(notice)}#entries"
    first = Entry.objects.order_by("pk")[0]
    text = first.revisions.get()
    assert (first.source, text.key_points, text.answer) == (notice.source, ["甲", "乙"], "答")
    assert text.valid_from == at("2026-12-01T00:00:00+08:00")
    page = keeper.get(address(notice)).content.decode()
    assert page.count("is-used") == 3
    assert page.count("第2问") == 2
    keeper.post(address(notice, "drafts"), sent)
    assert Entry.objects.count() == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"question": " "},
        {"line": "0"},
        {"line": "x"},
        {"kind": "nonsense"},
        {"valid_from": "yesterday"},
        {"valid_from": "2026-12-02T00:00:00", "valid_until": "2026-12-01T00:00:00"},
        {"passage": "99"},
        {"passage": ""},
        {"key_points": "点" * 1001},
        {"question": "a\0b"},
    ],
)
def test_a_bad_draft_says_why_and_none_is_made(
    keeper: Client, notice: Notice, line: BusinessLine, changes: dict[str, str]
) -> None:
    sent = drafts_of(2, line, answer="写了很久的答案") | {
        f"draft-2-{name}": value for name, value in changes.items()
    }
    answer = keeper.post(address(notice, "drafts"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(">写了很久的答案</textarea>") == 2
    assert 'role="alert"' in page or "passage" in changes
    assert not Entry.objects.exists()


def test_nothing_chosen_is_said(keeper: Client, notice: Notice) -> None:
    for act in ACTS:
        answer = keeper.post(address(notice, act), {"draft": ["x", "", "9" * 5000], "batch": "x"})
        assert (answer.status_code, "请至少选择一段" in answer.content.decode()) == (422, True)


def test_the_list_shows_every_source_with_its_entries_and_their_state(
    keeper: Client, writer: Agent, notice: Notice, line: BusinessLine
) -> None:
    noticing.make_drafts(notice, [Chosen([4], Text("草稿的问题", line))], batch=uuid4(), by=writer)
    imported = Source.objects.create(title="手机银行手册", link="https://example.com/a")
    Source.objects.create(title="没有条目的来源")
    with_source(PublishedEntryFactory.create(question="生效的问题"), imported)
    with_source(WithdrawnEntryFactory.create(question="下架的问题"), imported)
    gone = timezone.now() - timedelta(days=1)
    with_source(PublishedEntryFactory.create(question="过期的问题", valid_until=gone), imported)
    page = keeper.get(LIST).content.decode()
    for text in (TITLE, "草稿的问题", "手机银行手册", "生效的问题", "下架的问题", "过期的问题"):
        assert text in page
    for word in ("草稿", "生效中", "已下架", "已失效", "没有正文"):
        assert word in page
    assert "没有条目的来源" not in page
    detail = keeper.get(f"{LIST}{imported.pk}/").content.decode()
    assert "https://example.com/a" in detail
    assert 'href="https://example.com/a"' not in detail
    assert "data-passages" not in detail


def test_titles_are_searched_and_empty_lists_say_so(keeper: Client, notice: Notice) -> None:
    assert TITLE in keeper.get(f"{LIST}?q=返现 通知").content.decode()
    for asked in ("年费", "%25", "_", "\\", "%00%00年", "字" * 300):
        page = keeper.get(f"{LIST}?q={asked}").content.decode()
        assert TITLE not in page
        assert "没有标题包含" in page
    Notice.objects.all().delete()
    assert "还没有通知" in keeper.get(LIST).content.decode()
    assert keeper.get(f"{LIST}?page=x").status_code == 200


def test_restricted_entries_stay_with_their_lines(notice: Notice, line: BusinessLine) -> None:
    secret = Source.objects.create(title="机密来源")
    for state in (DraftEntryFactory, PublishedEntryFactory, WithdrawnEntryFactory):
        for source in (notice.source, secret):
            entry = state.create(question="机密的问题", line=line)
            Entry.objects.filter(pk=entry.pk).update(source=source, is_restricted=True)
    outside = logged_in(InformationAdministratorFactory.create())
    inside = logged_in(InformationAdministratorFactory.create(lines=[line]))
    assert inside.get(LIST).content.decode().count("机密的问题") == 6
    assert "机密来源" in inside.get(LIST).content.decode()
    for path in ("", f"{notice.source_id}/"):
        page = outside.get(f"{LIST}{path}").content.decode()
        assert "机密" not in page
    hidden, missing = outside.get(f"{LIST}{secret.pk}/"), outside.get(f"{LIST}{secret.pk + 99}/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert OWN.sub(b"", hidden.content) == OWN.sub(b"", missing.content)


def test_business_experts_see_the_drafts_of_their_own_lines_alone(
    writer: Agent, notice: Notice, line: BusinessLine
) -> None:
    noticing.make_drafts(notice, [Chosen([4], Text("草稿的问题", line))], batch=uuid4(), by=writer)
    own = logged_in(BusinessExpertFactory.create(lines=[line]))
    other = logged_in(BusinessExpertFactory.create(lines=[BusinessLineFactory.create()]))
    for path in ("", f"{notice.source_id}/"):
        assert "草稿的问题" in own.get(f"{LIST}{path}").content.decode()
        assert "草稿的问题" not in other.get(f"{LIST}{path}").content.decode()


@pytest.mark.parametrize("factory", [CallCentreExpertFactory, BusinessExpertFactory])
def test_experts_take_in_notices_too(factory: type[PersonFactory]) -> None:
    assert logged_in(factory.create()).post(f"{LIST}take-in/", {"text": NOTICE}).status_code == 302


@pytest.mark.parametrize(
    "factory", [AgentFactory, SupervisorFactory, AuditorFactory, SystemAdministratorFactory, PersonFactory]
)
def test_others_see_and_do_nothing(factory: type[PersonFactory], notice: Notice, line: BusinessLine) -> None:
    person = logged_in(factory.create())
    for path in ("", "new/", f"{notice.source_id}/"):
        assert person.get(f"{LIST}{path}").status_code == 403
    assert person.post(f"{LIST}take-in/", {"text": "文"}).status_code == 403
    for act in ACTS:
        assert person.post(address(notice, act), drafts_of(1, line)).status_code == 403
    assert not Entry.objects.exists()
    assert Notice.objects.count() == 1


def test_who_is_not_logged_in_is_sent_to_the_log_in(client: Client, notice: Notice) -> None:
    for path in ("", "new/", f"{notice.source_id}/"):
        assert client.get(f"{LIST}{path}").headers["Location"].startswith("/accounts/")
    for path in ("take-in/", *(f"{notice.source_id}/{act}/" for act in ACTS)):
        assert client.post(f"{LIST}{path}").headers["Location"].startswith("/accounts/")


def test_wrong_methods_and_what_is_not_there(keeper: Client, notice: Notice) -> None:
    for path in ("", "new/", f"{notice.source_id}/"):
        assert keeper.post(f"{LIST}{path}").status_code == 405
    for path in ("take-in/", *(f"{notice.source_id}/{act}/" for act in ACTS)):
        assert keeper.get(f"{LIST}{path}").status_code == 405
    bare = Source.objects.create(title="没有正文")
    with_source(PublishedEntryFactory.create(), bare)
    for number in (notice.source_id + 99, 10**30):
        assert keeper.get(f"{LIST}{number}/").status_code == 404
        assert keeper.post(f"{LIST}{number}/check/").status_code == 404
    for act in ACTS:
        assert keeper.post(f"{LIST}{bare.pk}/{act}/").status_code == 404


def test_hostile_words_are_shown_as_text(keeper: Client, writer: Agent, line: BusinessLine) -> None:
    bad = '<b onclick="x">\'"</b>'
    notice = noticing.take_in(f"{bad}\n{bad}", title=bad, by=writer, link=bad, file_name=bad)
    noticing.make_drafts(notice, [Chosen([1], Text(bad, line))], batch=uuid4(), by=writer)
    pages = [
        keeper.get(LIST),
        keeper.get(address(notice)),
        keeper.post(address(notice, "check"), {"p1": "1"}),
    ]
    for answer in pages:
        page = answer.content.decode()
        assert "<b onclick" not in page
        assert "&lt;b onclick" in page


def test_a_source_of_many_entries_shows_some_and_the_number_of_the_others(
    keeper: Client, notice: Notice, line: BusinessLine
) -> None:
    for _ in range(11):
        with_source(DraftEntryFactory.create(line=line), notice.source)
    page = keeper.get(LIST).content.decode()
    assert page.count("信用卡丢了怎么办") == 8
    assert "还有 3 个" in page


def test_the_number_of_queries_does_not_grow(
    keeper: Client,
    writer: Agent,
    notice: Notice,
    line: BusinessLine,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        other = noticing.take_in("甲\n乙", title=f"第{number}份", by=InformationAdministratorFactory.create())
        for each in (notice, other):
            chosen = [Chosen([1, 2], Text(f"第{number}问", BusinessLineFactory.create(), kind=Kind.RULE))]
            noticing.make_drafts(each, chosen, batch=uuid4(), by=writer)
    with django_assert_max_num_queries(13):
        keeper.get(LIST)
    with django_assert_max_num_queries(15):
        keeper.get(address(notice))
    with django_assert_max_num_queries(13):
        keeper.post(address(notice, "check"), {f"p{n}": str(n) for n in range(1, 12)})


def test_business_experts_do_not_read_what_other_lines_have_withdrawn(keeper: Client, notice: Notice) -> None:
    gone = WithdrawnEntryFactory.create(question="别的业务线下架的")
    Entry.objects.filter(pk=gone.pk).update(source=notice.source)
    expert = BusinessExpertFactory.create(lines=[BusinessLineFactory.create()])
    assert "别的业务线下架的" in keeper.get(address(notice)).content.decode()
    assert "别的业务线下架的" not in logged_in(expert).get(address(notice)).content.decode()
