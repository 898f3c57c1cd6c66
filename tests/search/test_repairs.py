"""One slip put right by the words that are there; pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.phrases import Phrase, phrases
from search.repairs import is_one_slip, repairs

ENTRIES = ["信用卡怎么挂失", "账户余额查询", "Samsung Pay怎么绑定", "公积金贷款"]


def repaired(text: str, entries: list[str] = ENTRIES) -> list[str]:
    return repairs(text, [phrases(each) for each in entries])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("信用卡刮失", "信用卡挂失"),  # the same sound
        ("信用咔怎么刮湿", "信用卡怎么挂失"),  # two at once
        ("帐互", "账户"),
        ("公鸡金贷款", "公积金贷款"),
        ("信卡用", "信用卡"),  # swapped
        ("公积金代款", "公积金贷款"),
        ("公金贷款", "公积金贷款"),  # one missing
        ("公积积金", "公积金"),  # one more
        ("信用片", "信用卡"),  # another one
        ("sumsung", "Samsung"),
        ("samsng怎么绑定", "Samsung怎么绑定"),
        ("guasih", "挂失"),
        ("xinyogka", "信用卡"),
        ("ｘinyogka", "信用卡"),
    ],
)
def test_a_slip_is_put_right(typed: str, meant: str) -> None:
    assert (repaired(typed) or [""])[0] == meant


@pytest.mark.parametrize("typed", ["信用卡挂失", "账户", "挂号", "samsung", "ka", "", "，", "用卡", "贷款人"])
def test_what_is_there_or_far_away_stays(typed: str) -> None:
    assert repaired(typed) == []


def test_only_the_slip_changes_and_the_rest_stays_as_typed() -> None:
    assert repaired("请问 刮失，急！") == ["请问 挂失，急！"]


def test_a_word_of_a_nearer_entry_is_offered_first() -> None:
    assert repaired("工基金", ["公积金贷款", "公基金申购"])[:1] == ["公积金"]
    assert repaired("工基金", ["公基金申购", "公积金贷款"])[:1] == ["公基金"]


@pytest.mark.parametrize(
    ("typed", "meant", "is_slip"),
    [
        ("abc", "abd", "one other"),
        ("abc", "ab", "one more"),
        ("ab", "abc", "one less"),
        ("bc", "abc", "one less"),
        ("acb", "abc", "swapped"),
        ("abc", "abc", ""),
        ("abc", "cba", ""),
        ("abc", "a", ""),
        ("abcd", "badc", ""),
    ],
)
def test_what_one_slip_is(typed: str, meant: str, is_slip: str) -> None:
    assert is_one_slip(typed, meant) is bool(is_slip)
    assert is_one_slip(meant, typed) is bool(is_slip)


@given(st.text("abcd", min_size=1, max_size=8), st.data())
def test_every_single_slip_is_one(meant: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(meant) - 1))
    swapped = meant[:at] + meant[at + 1 : at + 2] + meant[at] + meant[at + 2 :]
    for typed in (
        meant[:at] + meant[at + 1 :],
        meant[:at] + "z" + meant[at:],
        f"{meant[:at]}z{meant[at + 1 :]}",
    ):
        assert is_one_slip(typed, meant)
    assert is_one_slip(swapped, meant) is (swapped != meant)


@given(st.text("信用卡挂失刮湿 aAsmung，ﬃ", max_size=30))
def test_any_text_is_repaired_or_left(text: str) -> None:
    entries: list[tuple[Phrase, ...]] = [phrases(each) for each in ENTRIES]
    for meant in repairs(text, entries):
        assert meant != text
