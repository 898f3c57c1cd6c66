"""Callers' numbers never reach a table; what an agent needs to read stays readable."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.lib.masking import mask

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
BLANKS = ["", " ", "-", "　", " ", "－", "–"]
WORDS = st.sampled_from(["", "客户", "卡号", "查一下", "，", "挂失 ", "的手机", "：", "please ", "(", "元"])


def digits(count: int, first: str = "123456789") -> st.SearchStrategy[str]:
    return st.tuples(
        st.sampled_from(first), st.text("0123456789", min_size=count - 1, max_size=count - 1)
    ).map("".join)


@st.composite
def cut(draw: st.DrawFn, number: str, cuts: list[tuple[int, ...]]) -> str:
    """The number as somebody writes it: grouped one way, with one kind of blank, perhaps full-width."""
    lengths = draw(st.sampled_from([cut for cut in cuts if sum(cut) == len(number)] or [(len(number),)]))
    between = draw(st.sampled_from(BLANKS))
    groups, start = [], 0
    for length in lengths:
        groups.append(number[start : start + length])
        start += length
    written = between.join(groups)
    return written.translate(FULL_WIDTH) if draw(st.booleans()) else written


@st.composite
def cards(draw: st.DrawFn) -> str:
    number = draw(st.integers(12, 18).flatmap(lambda count: digits(count, "23456"))) + draw(digits(1))
    fours = (*[4] * (len(number) // 4), *([len(number) % 4] if len(number) % 4 else []))
    return draw(cut(number, [fours, (6, len(number) - 6)]))


@st.composite
def identity_cards(draw: st.DrawFn) -> str:
    birth = f"19{draw(st.integers(40, 99))}{draw(st.integers(1, 12)):02}{draw(st.integers(1, 28)):02}"
    area = draw(digits(6))
    if draw(st.booleans()):
        return draw(cut(area + birth[2:] + draw(digits(3)), [(6, 6, 3)]))
    return draw(
        cut(area + birth + draw(digits(3)) + draw(st.sampled_from("0123456789X")), [(6, 8, 4), (6, 4, 4, 4)])
    )


@st.composite
def phones(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return draw(cut("1" + draw(digits(10, "3456789")), [(3, 4, 4), (3, 8), (7, 4)]))
    area, local = draw(st.sampled_from(["010", "021", "0755", "0571"])), draw(digits(8, "2345678"))
    return draw(cut(area + local, [(3, 8), (4, 8), (3, 4, 4), (4, 4, 4)]))


PERSONAL = st.one_of(cards(), identity_cards(), phones())
HARMLESS = st.one_of(
    st.sampled_from(
        ["95588", "400-820-8888", "10000Z8", "E1024", "2026-03-01", "2026-03-01 - 2026-12-31", "2026年3月"]
    ),
    st.sampled_from(
        ["10:32:15", "20260301", "20260301-20261231", "3 6 12 24 期", "100 200 500 1000 2000", "9:00-17:00"]
    ),
    st.integers(0, 10**10 - 1).filter(lambda n: not re.match("0", str(n))).map(str),
    st.decimals(0, 10**9, places=2).map(lambda amount: f"{amount:,}元"),
    st.tuples(st.integers(1, 999), st.integers(1, 999)).map(lambda both: f"{both[0]}000-{both[1]}000"),
)


@given(WORDS, PERSONAL, WORDS)
def test_of_a_callers_number_only_the_last_four_characters_stay(before: str, number: str, after: str) -> None:
    masked = mask(before + number + after)[len(before) : len(before) + len(number)]
    shown = [place for place, character in enumerate(number) if character.isdecimal() or character in "XＸ"]
    assert [masked[place] for place in shown[:-4]] == ["*"] * (len(shown) - 4)
    assert [masked[place] for place in shown[-4:]] == [number[place] for place in shown[-4:]]


@given(WORDS, HARMLESS, WORDS)
def test_amounts_dates_codes_and_hotlines_stay(before: str, number: str, after: str) -> None:
    text = f"{before}{number}{after}"
    assert mask(text) == text


@given(PERSONAL, PERSONAL, st.sampled_from(["，", " 和 ", "/", "；"]))
def test_of_two_numbers_in_a_row_neither_is_left(one: str, other: str, between: str) -> None:
    masked = mask(one + between + other)
    assert sum(character.isdecimal() or character in "XＸ" for character in masked) <= 8


@given(st.text() | st.lists(PERSONAL | HARMLESS | st.text(max_size=3)).map("".join))
@example("6222 0212 3456 789 0 138 1234 5678")
@example("٠١٢٣٤٥٦٧٨٩٠١٢٣")
def test_any_text_is_masked_once_for_all_and_keeps_its_length(text: str) -> None:
    masked = mask(text)
    assert mask(masked) == masked
    assert len(masked) == len(text)
    assert all(now in (was, "*") for was, now in zip(text, masked, strict=True))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("卡号6222021234567890123丢了", "卡号***************0123丢了"),
        ("6222 0212 3456 7890 挂失", "**** **** **** 7890 挂失"),
        ("身份证11010119900307771X", "身份证**************771X"),
        ("身份证 110101 19900307 771x 。", "身份证 ****** ******** 771x 。"),
        ("手机 138-1234-5678，座机(010)62345678", "手机 ***-****-5678，座机(***)****5678"),
        ("+86 138 1234 5679", "+86 *** **** 5679"),
        ("活动2026-03-01 13812345678", "活动2026-03-01 *******5678"),
        ("13812345678 13987654321", "*******5678 *******4321"),
        ("1 3 8 1 2 3 4 5 6 7 8", "* * * * * * * 5 6 7 8"),
        ("95588 6222 0212 3456 7890", "95588 **** **** **** 7890"),
        ("11010119900307771Xplease", "**************771Xplease"),
        ("额度13000-100000", "额度13000-100000"),
        ("错误码10000Z8，请拨95588", "错误码10000Z8，请拨95588"),
        ("转账 50000 手续费 25.50", "转账 50000 手续费 25.50"),
    ],
)
def test_texts_as_agents_type_them(text: str, masked: str) -> None:
    assert mask(text) == masked
