"""The work list: each role's own lists, with age and due time, oldest first."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq.models import (
    Entry,
    FlagReason,
    ImportRun,
    Purpose,
    ReviewRequest,
    Revision,
    RevisionState,
    Seat,
    Verdict,
)
from faq.services import flagging, publishing, reviewing
from search.models import Gap
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    DraftEntryFactory,
    FirstLoaderFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    RevisionInReviewFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/knowledge/work/"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:")


def page_of(person: Agent) -> str:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    return client.get(PAGE).content.decode()


def section(page: str, key: str) -> str:
    """What the page says in one list; empty where the list is not there."""
    found = re.search(rf'<section [^>]*id="{key}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create()


@pytest.fixture
def expert(line: BusinessLine) -> Agent:
    return BusinessExpertFactory.create(lines=[line])


@pytest.mark.parametrize(
    ("factory", "wanted"),
    [
        (BusinessExpertFactory, "to_sign sent_back flags inquiries drafts expiring review_due"),
        (CallCentreExpertFactory, "to_sign sent_back drafts expiring review_due"),
        (
            InformationAdministratorFactory,
            "spikes emergencies sent_back flags inquiries drafts expiring review_due bulletins gaps imports",
        ),
        (SupervisorFactory, "spikes emergencies inquiries bulletins"),
    ],
)
def test_each_role_has_its_lists(factory: type[PersonFactory], wanted: str) -> None:
    page = page_of(factory.create())
    assert re.findall(r'<section [^>]*id="(\w+)"', page) == wanted.split()
    assert "没有等您处理的事" in page
    assert not INLINE.search(page)


@pytest.mark.parametrize("factory", [AgentFactory, AuditorFactory, SystemAdministratorFactory])
def test_who_has_no_work_here_is_refused(factory: type[PersonFactory]) -> None:
    client = Client()
    client.force_login(factory.create(), "accounts.backends.AccountBackend")
    assert client.get(PAGE).status_code == 403


def test_strangers_log_in_and_nothing_is_sent_to_it(client: Client, expert: Agent) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/accounts/")
    client.force_login(expert, "accounts.backends.AccountBackend")
    assert client.post(PAGE).status_code == 405


def test_what_waits_longest_is_signed_first_and_who_was_asked_sees_it(
    line: BusinessLine, expert: Agent
) -> None:
    late = RevisionInReviewFactory.create(question="后提交的", line=line)
    early = RevisionInReviewFactory.create(question="先提交的", line=line)
    now = timezone.now()
    Revision.objects.filter(pk=early.pk).update(
        submitted_at=now - timedelta(days=3), due_at=now - timedelta(days=2, hours=1)
    )
    Revision.objects.filter(pk=late.pk).update(submitted_at=now - timedelta(hours=5))
    ReviewRequest.objects.create(revision=late, line=line, reviewer=expert, asked_by=late.created_by)
    part = section(page_of(expert), "to_sign")
    assert part.index("先提交的") < part.index("后提交的")
    assert "3 天" in part
    assert "已逾期 2 天" in part
    assert part.index("点名请您") > part.index("后提交的")
    assert "<h2" in part
    assert '待会签 <span class="soft">2</span>' in part


def test_what_was_sent_back_comes_with_its_reason_to_its_authors(line: BusinessLine, expert: Agent) -> None:
    writer, colleague = InformationAdministratorFactory.create(), InformationAdministratorFactory.create()
    revision = RevisionInReviewFactory.create(question="年费怎么免", line=line, by=writer)
    reviewing.sign_off(
        revision, seat=Seat.LINE, line=line, reviewer=expert, verdict=Verdict.REJECTED, comment="金额写错了"
    )
    part = section(page_of(writer), "sent_back")
    assert "年费怎么免" in part
    assert "金额写错了" in part
    assert "年费怎么免" not in page_of(colleague)


def test_what_is_live_without_sign_off_and_was_rejected_goes_back_too(line: BusinessLine) -> None:
    loader = FirstLoaderFactory.create()
    revision = RevisionInReviewFactory.create(question="导入的话术", line=line, by=loader)
    publishing.publish(revision, by=loader, as_unsigned=True)
    centre = CallCentreExpertFactory.create()
    assert "导入的话术" not in section(page_of(loader), "sent_back")
    reviewing.sign_off(
        revision, seat=Seat.CALL_CENTRE, reviewer=centre, verdict=Verdict.REJECTED, comment="口径过时"
    )
    found = section(page_of(loader), "sent_back")
    assert "导入的话术" in found
    assert "口径过时" in found


def test_drafts_are_ones_own(line: BusinessLine) -> None:
    writer = InformationAdministratorFactory.create()
    DraftEntryFactory.create(question="我写的", by=writer)
    DraftEntryFactory.create(question="别人写的", line=line)
    part = section(page_of(writer), "drafts")
    assert "我写的" in part
    assert "别人写的" not in part


def test_flags_of_the_own_line_that_no_colleague_has(line: BusinessLine, expert: Agent) -> None:
    agent, colleague = AgentFactory.create(), BusinessExpertFactory.create(lines=[line])
    for question, owner in (("没人认领的", None), ("同事认领的", colleague), ("我认领的题", expert)):
        entry = PublishedEntryFactory.create(question=question, line=line)
        flag = flagging.raise_flag(entry, by=agent, reason=FlagReason.UNCLEAR)
        if owner:
            flagging.take_on(flag, by=owner)
    other = PublishedEntryFactory.create(question="别线的")
    flagging.raise_flag(other, by=agent, reason=FlagReason.UNCLEAR)
    part = section(page_of(expert), "flags")
    assert "没人认领的" in part
    assert "我认领的题" in part
    assert "同事认领的" not in part
    assert "别线的" not in part


def test_what_expires_soon_and_what_is_due_for_review(line: BusinessLine, expert: Agent) -> None:
    now = timezone.now()
    for question, days in (("十天后到期", 10), ("五天后到期", 5), ("四十天后到期", 40), ("已经到期", -1)):
        PublishedEntryFactory.create(question=question, line=line, valid_until=now + timedelta(days=days))
    PublishedEntryFactory.create(question="别线的到期", valid_until=now + timedelta(days=5))
    entry = PublishedEntryFactory.create(question="该复核了", line=line)
    Entry.objects.filter(pk=entry.pk).update(review_due_on=timezone.localdate() - timedelta(days=3))
    page = page_of(expert)
    part = section(page, "expiring")
    assert part.index("五天后到期") < part.index("十天后到期")
    assert "四十天后到期" not in part
    assert "已经到期" not in part
    assert "别线的到期" not in page
    assert "该复核了" in section(page, "review_due")


def test_who_is_responsible_for_a_review_sees_it_whatever_the_line() -> None:
    person = CallCentreExpertFactory.create()
    entry = PublishedEntryFactory.create(question="请我复核")
    today = timezone.localdate()
    Entry.objects.filter(pk=entry.pk).update(review_due_on=today, review_owner=person)
    assert "请我复核" in section(page_of(person), "review_due")
    Entry.objects.filter(pk=entry.pk).update(review_due_on=today + timedelta(days=1))
    assert "请我复核" not in page_of(person)


def test_gaps_and_imports_are_the_information_administrators() -> None:
    keeper, colleague = InformationAdministratorFactory.create(), InformationAdministratorFactory.create()
    Gap.objects.create(
        key="x",
        wording="外国硬币",
        keys=["x"],
        wordings=[["外国硬币", 4]],
        calls=4,
        agents=2,
        last_at=timezone.now(),
    )
    ImportRun.objects.create(importer=keeper, file_name="八月.xlsx", content=b"", state="ready")
    ImportRun.objects.create(importer=keeper, file_name="七月.xlsx", content=b"", state="done")
    page = page_of(keeper)
    assert "外国硬币" in section(page, "gaps")
    assert "八月.xlsx" in section(page, "imports")
    assert "七月.xlsx" not in page
    assert "八月.xlsx" not in page_of(colleague)


def test_supervisors_see_emergencies_the_overdue_ones_first(line: BusinessLine) -> None:
    now = timezone.now()
    for question, due in (("明天到期限", now + timedelta(days=1)), ("昨天就到期限", now - timedelta(days=1))):
        entry = PublishedEntryFactory.create(question=question, line=line)
        Revision.objects.create(
            entry=entry,
            number=2,
            purpose=Purpose.EMERGENCY,
            state=RevisionState.IN_REVIEW,
            reason="利率写错",
            question=question,
            line=line,
            created_by=entry.created_by,
            submitted_at=now - timedelta(days=2),
            due_at=due,
        )
    part = section(page_of(SupervisorFactory.create()), "emergencies")
    assert part.index("昨天就到期限") < part.index("明天到期限")
    assert "已逾期" in part
    assert "利率写错" in part


def test_restricted_entries_stay_with_their_lines(line: BusinessLine, expert: Agent) -> None:
    keeper = InformationAdministratorFactory.create()
    soon = timezone.now() + timedelta(days=3)
    entry = PublishedEntryFactory.create(question="内部的", line=line, valid_until=soon, is_restricted=True)
    flagging.raise_flag(entry, by=expert, reason=FlagReason.WRONG)
    assert "内部的" not in page_of(keeper)
    assert "内部的" in page_of(expert)


def test_the_number_of_queries_does_not_grow(
    line: BusinessLine, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    person = PersonFactory.create(
        roles=[Role.BUSINESS_EXPERT, Role.INFORMATION_ADMINISTRATOR, Role.SUPERVISOR], lines=[line]
    )
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")

    def fill(times: int) -> None:
        for number in range(times):
            RevisionInReviewFactory.create(line=line)
            DraftEntryFactory.create(by=person, line=line)
            entry = PublishedEntryFactory.create(
                question=f"第{number}个", line=line, valid_until=timezone.now() + timedelta(days=3)
            )
            flagging.raise_flag(entry, by=person, reason=FlagReason.WRONG)

    fill(1)
    with django_assert_max_num_queries(21):
        client.get(PAGE)
    fill(9)
    with django_assert_max_num_queries(21):
        client.get(PAGE)
