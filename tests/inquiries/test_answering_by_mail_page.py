"""The public page of a mail's link: one inquiry, one person, one answer, and nothing else."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent
from inquiries.models import AnswerLink, Inquiry, LinkTry, Message
from inquiries.services import answering, limiting, linking
from tests.inquiries.making import QUESTION, expert_of, forwarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def inquiry() -> Inquiry:
    return forwarded(context="客户卡号 6222020200112233445")


@pytest.fixture
def expert(inquiry: Inquiry) -> Agent:
    return expert_of(inquiry.line, display_name="王海峰")


@pytest.fixture
def address(inquiry: Inquiry, expert: Agent) -> str:
    linking.make(inquiry, [expert])
    return f"/inquiries/answer/{linking.token_of(AnswerLink.objects.get().name)}/"


def send(address: str, kind: str, text: str, **form: object) -> tuple[int, str]:
    answer = Client().post(address, {"kind": kind, "text": text, "key": uuid4(), **form})
    return answer.status_code, answer.content.decode()


def test_the_page_shows_this_inquiry_and_nobody(address: str, inquiry: Inquiry, expert: Agent) -> None:
    answering.note(inquiry, text="内部备注", by=expert, key=uuid4())
    answer = Client().get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert QUESTION in page
    assert "***************3445" in page
    for hidden in ("6222020200", "王海峰", str(inquiry.forwarded_by), "内部备注", "<a href", "/accounts/"):
        assert hidden not in page.replace('<a class="skip"', ""), hidden
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=", page)


def test_a_reply_leaves_the_link_open_and_the_answer_ends_it(address: str, inquiry: Inquiry) -> None:
    assert send(address, "reply", "正在核实")[0] == 200
    assert Client().get(address).status_code == 200
    assert send(address, "question", "哪家网站？")[0] == 200
    assert send(address, "answer", "改用磁条")[0] == 200
    said = Message.objects.order_by("pk").values_list("kind", "is_by_mail")
    assert list(said) == [("reply", True), ("question", True), ("answer", True)]
    assert Inquiry.objects.get(pk=inquiry.pk).state == "answered"
    assert Client().get(address).status_code == 404
    assert send(address, "answer", "再来一次")[0] == 404
    assert Message.objects.count() == 3


def test_the_same_form_sent_twice_answers_once(address: str) -> None:
    key = uuid4()
    assert [send(address, "answer", "改用磁条", key=key)[0] for _time in range(2)] == [200, 200]
    assert Message.objects.count() == 1


def test_a_refusal_keeps_what_was_typed(address: str) -> None:
    status, page = send(address, "reply", "  ")
    assert status == 422
    assert 'role="alert"' in page
    status, page = send(address, "note", "不该有的")
    assert status == 422
    assert "不该有的" in page


def test_links_that_cannot_be_used_look_all_the_same(address: str, inquiry: Inquiry, expert: Agent) -> None:
    pages = [Client().get(f"{address[:-2]}x/"), Client().get("/inquiries/answer/nonsense/")]
    AnswerLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    pages.append(Client().get(address))
    AnswerLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    Agent.objects.filter(pk=expert.pk).update(is_active=False)
    pages.append(Client().get(address))
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert QUESTION not in pages[0].content.decode()


def test_a_form_without_its_token_is_refused(address: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(address, {"kind": "answer", "text": "改用磁条"})
    assert answer.status_code == 403
    assert Message.objects.count() == 0


def test_one_link_and_one_address_may_not_be_tried_on_and_on(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiting, "MOST_OF_LINK", 3)
    monkeypatch.setattr(limiting, "MOST_OF_ADDRESS", 5)
    seen = [Client(REMOTE_ADDR=f"10.0.0.{number}").get(address).status_code for number in range(4)]
    assert seen == [200, 200, 200, 429]
    guesses = [Client(REMOTE_ADDR="10.0.0.9").get(f"/inquiries/answer/x{n}/").status_code for n in range(6)]
    assert guesses == [404] * 5 + [429]
    answer = Client(REMOTE_ADDR="10.0.0.9").get(address)
    assert "请等十分钟" in answer.content.decode()
    assert not LinkTry.objects.filter(what__contains="10.0").exists()
    LinkTry.objects.update(began_at=timezone.now() - timedelta(minutes=11))
    assert Client(REMOTE_ADDR="10.0.0.9").get(address).status_code == 200


def test_other_methods_are_refused(address: str) -> None:
    assert Client().put(address).status_code == 405
