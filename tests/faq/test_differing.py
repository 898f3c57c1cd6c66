"""Two texts side by side, told apart by words."""

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from faq.differing import Piece, words

TEXTS = st.text("挂失信用卡补办 年费40元，。\nab", max_size=60)


@settings(deadline=None)  # the first one loads the dictionary
@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts_back(before: str, after: str) -> None:
    pieces = words(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
    assert all(piece.text for piece in pieces)


def test_chinese_is_compared_by_words_and_numbers_stay_whole() -> None:
    assert words("挂失的费用 40 元。", "补办的费用 140 元。") == [
        Piece("gone", "挂失"),
        Piece("new", "补办"),
        Piece("same", "的费用 "),
        Piece("gone", "40"),
        Piece("new", "140"),
        Piece("same", " 元。"),
    ]


def test_a_line_that_stays_is_not_touched_by_one_that_comes() -> None:
    assert words("核对身份\n询问补卡", "核对身份\n立即挂失\n询问补卡") == [
        Piece("same", "核对身份\n"),
        Piece("new", "立即挂失\n"),
        Piece("same", "询问补卡"),
    ]


def test_the_same_text_is_one_piece_and_nothing_is_none() -> None:
    assert words("挂失", "挂失") == [Piece("same", "挂失")]
    assert words("", "") == []


def test_the_longest_texts_take_no_time_to_speak_of() -> None:
    """Everything an answer may hold, on one line, written anew."""
    shuffled = random.Random(4)
    texts = ["".join(shuffled.choices("挂失信用卡补办年费元，。", k=30_000)) for _ in range(2)]
    words("挂失", "补卡")
    began = time.monotonic()
    words(*texts)
    assert time.monotonic() - began < 5
