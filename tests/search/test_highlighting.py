"""What is highlighted, and which similar question a match is told to be found in."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlighting import Highlighter


def marked(query: str, text: str) -> str:
    """The text with [ and ] around what is highlighted."""
    for start, end in reversed(Highlighter(query).ranges(text)):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("挂失", "信用卡丢了怎么挂失", "信用卡丢了怎么[挂失]"),
        ("挂失", "挂失与解除挂失", "[挂失]与解除[挂失]"),
        ("挂", "怎么挂失", "怎么[挂]失"),
        ("卡挂失", "信用卡的卡怎么挂失", "信用卡的卡怎么[挂失]"),
        ("信用卡怎么挂失", "信用卡丢了怎么挂失", "[信用卡]丢了[怎么挂失]"),
        ("apple", "Apple Pay 与 Pineapple", "[Apple] Pay 与 Pineapple"),
        ("app", "Ａｐｐｌｅ　Ｐａｙ", "[Ａｐｐ]ｌｅ　Ｐａｙ"),
        ("applepay", "用Apple Pay付款", "用[Apple] [Pay]付款"),
        ("10000z8", "错误码10000Z8", "错误码[10000Z8]"),
        ("基金", "怎么挂失", "怎么挂失"),
        ("", "怎么挂失", "怎么挂失"),
        ("m2", "按㎡计", "按[㎡]计"),
    ],
)
def test_words_that_matched_are_marked(query: str, text: str, expected: str) -> None:
    assert marked(query, text) == expected


@given(st.text(max_size=30), st.text(max_size=60))
def test_ranges_are_ordered_apart_and_inside(query: str, text: str) -> None:
    ranges = Highlighter(query).ranges(text)
    ends = [0, *(place for pair in ranges for place in pair), len(text)]
    assert ends == sorted(ends)
    assert all(start < end for start, end in ranges)
    assert all(first[1] < second[0] for first, second in pairwise(ranges))


def test_a_similar_question_is_told_only_when_it_fits_better() -> None:
    similar = ["卡掉了怎么办", "贷记卡遗失"]
    assert Highlighter("贷记卡遗失了").best_similar("信用卡丢了怎么挂失", similar) == "贷记卡遗失"
    assert Highlighter("信用卡挂失").best_similar("信用卡丢了怎么挂失", similar) == ""
    assert Highlighter("基金").best_similar("信用卡丢了怎么挂失", similar) == ""


def test_the_very_wording_comes_before_a_longer_one() -> None:
    similar = ["卡丢了怎么办理挂失手续啊卡丢了", "卡丢了"]
    assert Highlighter("卡丢了！").best_similar("挂失", similar) == "卡丢了"
    assert Highlighter("挂失").best_similar("挂失？", ["怎么挂失", "挂失"]) == ""
