"""The page where a text is read against the live one and signed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, AuditRow, BusinessLine
from courier.models import Mail, Notification
from faq.models import (
    Comment,
    Entry,
    EntryState,
    ReviewRequest,
    Revision,
    RevisionState,
    SignOff,
)
from faq.reviewing import review_of, with_all
from faq.services import asking, commenting, drafting, limiting, reviewing, withdrawing
from faq.services.locking import database_now
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    RevisionInReviewFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
)
from tests.search.test_dictionary_pages import INLINE, logged_in

pytestmark = pytest.mark.django_db
ACTS = ("sign", "submit", "take-back", "ask", "comment", "ask-again", "drop")


@pytest.fixture
def author() -> Agent:
    return InformationAdministratorFactory.create()


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create(name="信用卡中心")


@pytest.fixture
def revision(author: Agent, line: BusinessLine) -> Revision:
    """A changed text in review."""
    entry = PublishedEntryFactory.create(
        question="信用卡丢了怎么挂失", line=line, key_points=["核对身份", "立即挂失"], answer="手续费 40 元。"
    )
    text = drafting.Text(
        "信用卡丢了怎么挂失", line, key_points=["核对身份", "马上挂失", "询问补卡"], answer="手续费 40 元。"
    )
    draft = drafting.save_draft(drafting.new_draft(entry, by=author), text, by=author)
    return reviewing.submit(draft, by=author)


def address(revision: Revision, act: str = "") -> str:
    return f"/knowledge/drafts/{revision.pk}/review/{act and act + '/'}"


def read(client: Client, revision: Revision) -> str:
    answer = client.get(address(revision))
    assert answer.status_code == 200
    return answer.content.decode()


def verdict(revision: Revision, seat: object, **more: str) -> dict[str, str]:
    fresh = Revision.objects.get(pk=revision.pk)
    return {
        "seat": str(seat),
        "verdict": "approved",
        "seen_at": fresh.changed_at.isoformat(),
        "comment": "",
        **more,
    }


def test_the_difference_is_marked_by_words_and_the_seats_say_who_is_asked(
    revision: Revision, author: Agent, line: BusinessLine
) -> None:
    expert = CallCentreExpertFactory.create(display_name="王专家")
    asking.ask_reviewer(revision, line=None, reviewer=expert, by=author)
    page = read(logged_in(expert), revision)
    assert "<del>立即</del><ins>马上</ins>挂失" in page
    assert "<ins>询问补卡</ins>" in page
    assert "<li>核对身份</li>" in page
    assert "已请王专家会签" in page
    assert "data-approve" in page
    assert 'name="seat" value="centre"' in page
    assert not INLINE.search(page.replace("<script type", "<x"))


def test_both_sides_sign_and_the_text_is_live(revision: Revision, line: BusinessLine) -> None:
    centre, business = CallCentreExpertFactory.create(), BusinessExpertFactory.create(lines=[line])
    answer = logged_in(centre).post(address(revision, "sign"), verdict(revision, "centre"))
    assert (answer.status_code, answer.headers["Location"]) == (302, address(revision))
    page = read(logged_in(centre), revision)
    assert "data-approve" not in page
    assert str(centre) in page
    logged_in(business).post(address(revision, "sign"), verdict(revision, line.pk))
    revision.refresh_from_db()
    assert revision.state == RevisionState.PUBLISHED
    told = Notification.objects.get(person=revision.authors.get())
    assert told.address == address(revision)
    assert "已发布" in told.text


def test_a_rejection_needs_its_reason_and_tells_the_authors(revision: Revision, author: Agent) -> None:
    expert = logged_in(CallCentreExpertFactory.create())
    answer = expert.post(
        address(revision, "sign"), verdict(revision, "centre", verdict="rejected", comment=" ")
    )
    assert (answer.status_code, "请写明退回原因" in answer.content.decode()) == (422, True)
    expert.post(
        address(revision, "sign"), verdict(revision, "centre", verdict="rejected", comment="步骤二不对")
    )
    revision.refresh_from_db()
    assert revision.state == RevisionState.REJECTED
    assert "步骤二不对" in Notification.objects.get(person=author).text
    page = read(logged_in(author), revision)
    assert "步骤二不对" in page
    assert "先修改内容" in page


def test_nobody_signs_a_text_they_have_not_read(
    revision: Revision, author: Agent, line: BusinessLine
) -> None:
    expert = logged_in(CallCentreExpertFactory.create())
    seen = verdict(revision, "centre")
    drafting.save_draft(revision, drafting.Text("换了一个问题", line), by=author)
    reviewing.submit(revision, by=author)
    answer = expert.post(address(revision, "sign"), seen)
    assert (answer.status_code, "再签" in answer.content.decode()) == (422, True)
    assert not SignOff.objects.exists()


def test_who_comes_second_reads_why(revision: Revision) -> None:
    first, second = (logged_in(CallCentreExpertFactory.create()) for _ in range(2))
    sent = verdict(revision, "centre")
    assert first.post(address(revision, "sign"), sent).status_code == 302
    answer = second.post(address(revision, "sign"), sent)
    assert (answer.status_code, "已给出意见" in answer.content.decode()) == (422, True)


def test_an_author_finds_no_seat_and_cannot_take_one(line: BusinessLine) -> None:
    expert = CallCentreExpertFactory.create()
    revision = RevisionInReviewFactory.create(line=line, by=expert)
    client = logged_in(expert)
    assert "data-approve" not in read(client, revision)
    answer = client.post(address(revision, "sign"), verdict(revision, "centre"))
    assert (answer.status_code, SignOff.objects.exists()) == (422, False)


def test_a_forged_verdict_is_refused(revision: Revision, line: BusinessLine) -> None:
    client = logged_in(CallCentreExpertFactory.create())
    other = BusinessLineFactory.create()
    for seat, status in ((other.pk, 404), ("", 404), ("9" * 30, 422), (line.pk, 422)):
        answer = client.post(address(revision, "sign"), verdict(revision, seat) if seat else {})
        assert answer.status_code == (422 if not seat else status)
    answer = client.post(address(revision, "sign"), verdict(revision, "centre", verdict="published"))
    assert answer.status_code == 422
    assert not SignOff.objects.exists()


def test_authors_submit_and_take_back(revision: Revision, author: Agent) -> None:
    client = logged_in(author)
    reviewing.sign_off(
        revision,
        seat="call_centre",  # type: ignore[arg-type]
        reviewer=CallCentreExpertFactory.create(),
        verdict="approved",  # type: ignore[arg-type]
    )
    assert client.post(address(revision, "take-back")).status_code == 302
    revision.refresh_from_db()
    assert revision.state == RevisionState.DRAFT
    assert not revision.sign_offs.filter(voided_at=None).exists()
    assert "data-submit" in read(client, revision)
    assert client.post(address(revision, "submit")).status_code == 302
    assert client.post(address(revision, "submit")).status_code == 422
    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW
    other = logged_in(CallCentreExpertFactory.create())
    assert other.post(address(revision, "take-back")).status_code == 422


def test_who_is_asked_by_name_gets_a_line_and_a_mail(revision: Revision, author: Agent) -> None:
    expert = CallCentreExpertFactory.create(email="expert@example.com", display_name="王专家")
    client = logged_in(author)
    answer = client.post(address(revision, "ask"), {"seat": "centre", "reviewer": str(expert.pk)})
    assert answer.status_code == 302
    asked = ReviewRequest.objects.get()
    assert (asked.reviewer, asked.asked_by) == (expert, author)
    assert f"http://127.0.0.1:8000{address(revision)}" in Mail.objects.get().body
    assert Notification.objects.get(person=expert).address == address(revision)
    mail = Mail.objects.get(to=expert)
    assert "信用卡丢了怎么挂失" in mail.subject
    assert address(revision) in mail.body
    assert "王专家" in read(client, revision)


def test_who_is_asked_before_hears_of_it_at_each_submission(revision: Revision, author: Agent) -> None:
    reviewing.take_back(revision, by=author)
    expert = CallCentreExpertFactory.create()
    asking.ask_reviewer(revision, line=None, reviewer=expert, by=author)
    assert not Notification.objects.filter(person=expert).exists()
    for rounds in (1, 2):
        reviewing.submit(revision, by=author)
        reviewing.take_back(revision, by=author)
        assert Notification.objects.filter(person=expert).count() == rounds


def test_only_who_could_sign_is_asked(revision: Revision, author: Agent, line: BusinessLine) -> None:
    client = logged_in(author)
    wrong = [AgentFactory.create(), BusinessExpertFactory.create(lines=[line]), author]
    for person in wrong:
        answer = client.post(address(revision, "ask"), {"seat": "centre", "reviewer": str(person.pk)})
        assert (answer.status_code, "不能签署" in answer.content.decode()) == (422, True)
    for reviewer in ("", "x", "9" * 30, str(author.pk + 999)):
        assert (
            client.post(address(revision, "ask"), {"seat": "centre", "reviewer": reviewer}).status_code == 404
        )
    page = read(client, revision)
    assert f'<option value="{wrong[1].pk}">' in page
    assert f'<option value="{author.pk}">' not in page


def test_a_colleague_steps_in(revision: Revision, author: Agent) -> None:
    asked, colleague = CallCentreExpertFactory.create_batch(2)
    asking.ask_reviewer(revision, line=None, reviewer=asked, by=author)
    client = logged_in(colleague)
    assert "data-approve" in read(client, revision)
    assert client.post(address(revision, "sign"), verdict(revision, "centre")).status_code == 302


def test_a_field_is_remarked_on_and_the_remark_is_settled(revision: Revision, author: Agent) -> None:
    expert, client = CallCentreExpertFactory.create(), logged_in(author)
    answer = logged_in(expert).post(address(revision, "comment"), {"field": "answer", "text": "费用要写全"})
    assert answer.headers["Location"] == f"{address(revision)}#field-answer"
    remark = Comment.objects.get()
    page = read(client, revision)
    assert "费用要写全" in page
    assert f"/knowledge/comments/{remark.pk}/resolve/" in page
    assert client.post(f"/knowledge/comments/{remark.pk}/resolve/").status_code == 302
    assert client.post(f"/knowledge/comments/{remark.pk}/resolve/").status_code == 422
    remark.refresh_from_db()
    assert remark.resolved_by == author
    for sent in ({"field": "answer", "text": " "}, {"field": "state", "text": "x"}, {}):
        assert client.post(address(revision, "comment"), sent).status_code == 422
    assert (
        client.post(address(revision, "comment"), {"field": "answer", "text": "长" * 2001}).status_code == 422
    )


def test_a_request_shows_its_reason_and_what_a_verdict_does(author: Agent) -> None:
    entry = PublishedEntryFactory.create()
    request = withdrawing.withdraw_at_once(entry, by=author, reason="费用写错")
    expert = logged_in(CallCentreExpertFactory.create())
    page = read(expert, request)
    assert "费用写错" in page
    assert "退回会立即恢复" in page
    expert.post(address(request, "sign"), verdict(request, "centre", verdict="rejected", comment="没错"))
    assert Entry.objects.get(pk=entry.pk).state == EntryState.PUBLISHED


def test_a_request_is_asked_again_and_dropped(author: Agent) -> None:
    request = withdrawing.request_withdrawal(PublishedEntryFactory.create(), by=author, reason="停办")
    logged_in(CallCentreExpertFactory.create()).post(
        address(request, "sign"), verdict(request, "centre", verdict="rejected", comment="还在办")
    )
    client = logged_in(author)
    assert "review/ask-again/" in read(client, request)
    assert client.post(address(request, "ask-again"), {"reason": ""}).status_code == 422
    assert client.post(address(request, "ask-again"), {"reason": "真的停办"}).status_code == 302
    assert client.post(address(request, "drop")).status_code == 302
    assert client.post(address(request, "drop")).status_code == 422
    assert "真的停办" in read(client, request)


@pytest.mark.parametrize("factory", [AgentFactory, SystemAdministratorFactory])
def test_who_has_no_part_in_it_is_refused(factory: Any, revision: Revision) -> None:
    client = logged_in(factory.create())
    assert client.get(address(revision)).status_code == 403
    assert client.get(f"/knowledge/drafts/{revision.pk + 99}/review/").status_code == 403
    for act in ACTS:
        assert client.post(address(revision, act)).status_code == 403
    assert client.get("/knowledge/reviews/hand-over/").status_code == 403


@pytest.mark.parametrize("factory", [SupervisorFactory, AuditorFactory, BusinessExpertFactory])
def test_strangers_cannot_tell_whether_a_draft_exists(factory: Any, revision: Revision) -> None:
    client = logged_in(factory.create())
    expected = 404 if factory is BusinessExpertFactory else 403
    for pk in (revision.pk, revision.pk + 99, 2**70):
        assert client.get(f"/knowledge/drafts/{pk}/review/").status_code == 404
        assert client.post(f"/knowledge/drafts/{pk}/review/sign/").status_code == expected
    remark = commenting.comment(revision, field="answer", text="费用", by=revision.authors.get())
    assert client.post(f"/knowledge/comments/{remark.pk}/resolve/").status_code == expected


def test_a_restricted_text_stays_with_its_lines(revision: Revision, line: BusinessLine) -> None:
    Entry.objects.update(is_restricted=True)
    assert logged_in(CallCentreExpertFactory.create()).get(address(revision)).status_code == 404
    inside = CallCentreExpertFactory.create(lines=[line])
    assert "data-approve" in read(logged_in(inside), revision)
    assert Client().get(address(revision)).status_code == 302


@pytest.mark.parametrize("act", ACTS)
def test_acts_are_posted_and_the_page_is_read(act: str, revision: Revision, author: Agent) -> None:
    client = logged_in(author)
    assert client.get(address(revision, act)).status_code == 405
    assert client.post(address(revision)).status_code == 405
    assert client.get("/knowledge/comments/1/resolve/").status_code == 405
    assert client.put("/knowledge/reviews/hand-over/").status_code == 405


def test_the_number_of_queries_stays(
    revision: Revision,
    author: Agent,
    line: BusinessLine,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = logged_in(CallCentreExpertFactory.create())

    def grow() -> None:
        others = [BusinessLineFactory.create() for _ in range(3)]
        revision.lines_concerned.add(*others)
        for other in others:
            expert = BusinessExpertFactory.create(lines=[other])
            asking.ask_reviewer(revision, line=other, reviewer=expert, by=author)
            commenting.comment(revision, field="answer", text="费用", by=expert)
        reviewing.sign_off(
            revision,
            seat="line",  # type: ignore[arg-type]
            line=others[0],
            reviewer=BusinessExpertFactory.create(lines=[others[0]]),
            verdict="approved",  # type: ignore[arg-type]
        )

    grow()
    before = queries(lambda: read(client, revision))
    grow()
    assert queries(lambda: read(client, revision)) == before


def queries(act: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as told:
        act()
    return len(told)


def test_what_an_absent_reviewer_was_asked_for_is_handed_over(revision: Revision, author: Agent) -> None:
    absent, to = CallCentreExpertFactory.create_batch(2)
    own = RevisionInReviewFactory.create(by=to, question="自己写的")
    for text in (revision, own):
        asking.ask_reviewer(text, line=None, reviewer=absent, by=author)
    client = logged_in(SupervisorFactory.create())
    page = client.get(f"/knowledge/reviews/hand-over/?absent={absent.pk}").content.decode()
    assert "待会签 2 项" in page
    assert "自己写的" not in page
    sent = {"absent": str(absent.pk), "to": str(to.pk)}
    answer = client.post("/knowledge/reviews/hand-over/", sent)
    told = answer.content.decode()
    assert answer.status_code == 200
    assert "已移交 1 项会签" in told
    assert "另有 1 项保留" in told
    assert "自己写的" not in told  # a supervisor reads no drafts
    assert ReviewRequest.objects.get(revision=revision).reviewer == to
    assert ReviewRequest.objects.get(revision=own).reviewer == absent
    assert AuditRow.objects.get(act="review.handed_over").detail == {"absent": absent.pk, "to": to.pk}
    assert Notification.objects.filter(person=to).count() == 1


def test_a_reviewer_hands_over_their_own_only(revision: Revision, author: Agent) -> None:
    absent, to = CallCentreExpertFactory.create_batch(2)
    asking.ask_reviewer(revision, line=None, reviewer=absent, by=author)
    third = logged_in(CallCentreExpertFactory.create())
    third.post("/knowledge/reviews/hand-over/", {"absent": str(absent.pk), "to": str(to.pk)})
    assert ReviewRequest.objects.get().reviewer == absent
    client = logged_in(absent)
    assert client.post("/knowledge/reviews/hand-over/", {"to": ""}).status_code == 422
    assert client.post("/knowledge/reviews/hand-over/", {"to": str(absent.pk)}).status_code == 422
    assert "信用卡丢了怎么挂失" in client.get("/knowledge/reviews/hand-over/").content.decode()
    assert client.post("/knowledge/reviews/hand-over/", {"to": str(to.pk)}).status_code == 200
    assert ReviewRequest.objects.get().reviewer == to


def test_a_draft_that_would_end_later_than_its_shortened_entry_says_so() -> None:
    entry = PublishedEntryFactory.create()
    writer = InformationAdministratorFactory.create()
    draft = drafting.new_draft(entry, by=writer)
    limiting.shorten_validity(entry, until=database_now() + timedelta(days=5), by=writer)
    found = Revision.objects.filter(pk=draft.pk)
    review = review_of(with_all(found).get(), writer)
    assert [one.name for one in review.fields if one.difference.is_changed] == ["valid_until"]


def test_only_who_asked_drops_a_request(author: Agent, line: BusinessLine) -> None:
    entry = PublishedEntryFactory.create(line=line)
    request = withdrawing.request_withdrawal(entry, by=author, reason="业务停办")
    other = logged_in(BusinessExpertFactory.create(lines=[line]))
    assert other.post(address(request, "drop")).status_code == 422
    assert Revision.objects.get(pk=request.pk).state == RevisionState.IN_REVIEW
    assert logged_in(author).post(address(request, "drop")).status_code == 302
