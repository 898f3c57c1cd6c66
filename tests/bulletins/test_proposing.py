"""What a passage proposes: a caller's question, key points, an answer, and the validity the notice names."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletins import dates, paragraphs, proposing
from bulletins.proposing import Proposal
from faq.models import Kind
from tests.bulletins.files import NOTICE
from tests.factories import at


def of(first: int, last: int, text: str = NOTICE) -> Proposal:
    lines = paragraphs.split(text)
    return proposing.propose(lines[first - 1 : last], lines)


def test_a_section_becomes_a_callers_question_with_its_steps() -> None:
    proposed = of(6, 9)
    assert proposed.question == "怎么报名？"
    assert proposed.kind == Kind.CAMPAIGN
    assert proposed.key_points == ["登录手机银行", "点击“活动中心”", "选择“境外返现”并确认"]
    assert (
        proposed.answer == "二、报名流程\n\n1. 登录手机银行；\n2. 点击“活动中心”；\n3. 选择“境外返现”并确认。"
    )


def test_the_validity_of_the_notice_is_that_of_a_passage_that_names_none() -> None:
    assert of(4, 5).validity == dates.Validity(
        at("2026-12-01T00:00:00+08:00"), at("2027-03-31T23:59:59+08:00")
    )


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("关于调整信用卡年费的通知", "信用卡年费是多少？"),
        ("一、挂失流程", "怎么挂失？"),
        ("（二）活动对象", "活动对象是什么？"),
        ("3. 办理时间：", "办理时间是什么时候？"),
        ("卡丢了怎么办", "卡丢了怎么办？"),
        ("Card fees", "Card fees？"),
        ("ATM 每日限额", "ATM 每日限额是多少？"),
        (
            "持卡人境外消费达标后次月返现，详见下表。每户一次。",
            "持卡人境外消费达标后次月返现，详见下表有什么规定？",
        ),
    ],
)
def test_a_heading_or_sentence_is_turned_into_a_question(text: str, asked: str) -> None:
    assert of(1, 1, text).question == asked


def test_items_within_one_paragraph_are_key_points() -> None:
    assert of(1, 1, "须知：（1）每户限一次；（2）不与其他活动同享。").key_points == [
        "每户限一次",
        "不与其他活动同享",
    ]


def test_rows_of_a_table_become_a_table() -> None:
    assert of(1, 3, "费率如下\n项目\t费率\n跨行|转账\t0").answer == (
        "费率如下\n\n| 项目 | 费率 |\n| --- | --- |\n| 跨行\\|转账 | 0 |"
    )


def test_what_markdown_would_take_for_a_form_stays_words() -> None:
    assert of(1, 3, "# 号键结束\n> 100 元\n• 其他").answer == "\\# 号键结束\n\n\\> 100 元\n\n- 其他"


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("自2026年12月1日起至2027年3月31日止", "2026-12-01T00:00:00", "2027-03-31T23:59:59"),
        ("自 2026 年 12 月 1 日 起 至 2027 年 3 月 31 日 止", "2026-12-01T00:00:00", "2027-03-31T23:59:59"),
        ("2026年12月1日至12月31日", "2026-12-01T00:00:00", "2026-12-31T23:59:59"),
        ("2026-12-01——2026/12/31", "2026-12-01T00:00:00", "2026-12-31T23:59:59"),
        ("自2026年12月1日10:00起至2026年12月5日18时", "2026-12-01T10:00:00", "2026-12-05T18:00:00"),
        ("12月1日至次日，活动截至12月9日24:00", None, "2026-12-09T23:59:59"),
        ("本通知自2027年1月1日起施行", "2027-01-01T00:00:00", None),
        ("即日起至2026年6月30日", None, "2026-06-30T23:59:59"),
        ("2026年13月40日起施行", None, None),
        ("2026年5月9日至2026年5月1日", None, "2026-05-01T23:59:59"),
        ("费率 1.5-2.5，电话 010-1234", None, None),
    ],
)
def test_the_validity_a_text_names(text: str, begin: str | None, end: str | None) -> None:
    def moment(told: str | None) -> datetime | None:
        return at(f"{told}+08:00") if told else None

    assert dates.validity([text], 2026) == dates.Validity(moment(begin), moment(end))


def test_the_line_named_in_the_text_is_proposed_else_an_own_one() -> None:
    names = {1: "贷款", 2: "信用卡中心", 3: "电子银行"}
    assert proposing.line([NOTICE], names, {3}) == 2
    assert proposing.line(["关于网点"], names, {3}) == 3
    assert proposing.line(["关于网点"], {}, {3}) is None


@given(st.text(alphabet="一二（1.)年月日至起自 20\n\t•#|>第条，。：通知关于的？a-", max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    lines = paragraphs.split(text)
    proposed = proposing.propose(lines, lines, 2026)
    assert (proposed.validity.valid_from or at("0001-01-02T00:00:00+08:00")) < (
        proposed.validity.valid_until or at("9999-01-01T00:00:00+08:00")
    )


@given(st.sets(st.integers(1, 60)))
def test_ranges_name_the_same_paragraphs(chosen: set[int]) -> None:
    lines = paragraphs.split("\n".join("行" for _ in range(60)))
    assert paragraphs.numbers(paragraphs.ranges(chosen), lines) == sorted(chosen)


@pytest.mark.parametrize("text", ["", "x", "9-1", "0", "1-999999", "1" * 5000, "1,1,1", "-", "²"])
def test_ranges_of_strangers_name_only_what_is_there(text: str) -> None:
    lines = paragraphs.split("甲\n乙")
    assert set(paragraphs.numbers(text, lines)) <= {1, 2}
