"""The rules a dictionary's lines keep, alone and together."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kb.lib.errors import RuleBrokenError
from search import builtin
from search.dictionary_lines import (
    Line,
    LineKind,
    apply_changes,
    check_lines,
    content_of,
    lexicon_of,
    lines_of,
    read_content,
    read_line,
)
from search.lexicon import Lexicon

GROUP = Line(LineKind.SYNONYMS, ("丢失", "遗失"))
WORDS = st.text(st.characters(categories=["Lo", "Nd"]), min_size=2, max_size=8)
LINES = st.lists(
    st.builds(Line, st.just(LineKind.WORD), st.tuples(WORDS))
    | st.builds(Line, st.just(LineKind.SYNONYMS), st.tuples(WORDS, WORDS))
    | st.builds(Line, st.just(LineKind.ALIAS), st.tuples(WORDS, WORDS))
)


@pytest.fixture(autouse=True)
def in_chinese() -> None:
    translation.activate("zh-hans")


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (LineKind.WORD, "", "至少"),
        (LineKind.WORD, " ,，、 ", "至少"),
        (LineKind.WORD, "卡", "太短"),
        (LineKind.WORD, "!?!?", "太短"),
        (LineKind.WORD, "长" * 65, "太长"),
        (LineKind.WORD, "手机银行，网上银行", "一个词"),
        (LineKind.HIDDEN, "手机银行，网上银行", "一个词"),
        (LineKind.SYNONYMS, "丢失", "只有 1 个"),
        (LineKind.SYNONYMS, "丢失、丢失", "只有 1 个"),
        (LineKind.SYNONYMS, "、".join(f"说法{n}" for n in range(21)), "21 个"),
        (LineKind.SYNONYMS, "ukey、UKEY、U盾", "两次"),
        (LineKind.ALIAS, "花呗", "两个"),
        (LineKind.ALIAS, "花呗、支付宝、微信", "两个"),
        (LineKind.ALIAS, "APP、app", "两个"),
    ],
)
def test_a_line_that_breaks_a_rule_is_refused_in_a_sentence(kind: LineKind, text: str, said: str) -> None:
    with pytest.raises(RuleBrokenError, match=said):
        read_line(kind, text)


def test_words_are_parted_by_commas_and_line_ends_and_keep_single_blanks() -> None:
    line = read_line(LineKind.SYNONYMS, " 苹果支付，apple   pay\n Apple-Pay ;苹果pay、")
    assert line.members == ("苹果支付", "apple pay", "Apple-Pay", "苹果pay")
    assert read_line(LineKind.WORD, "手机\x00\u200b银行\ud800").members == ("手机银行",)
    assert read_line(LineKind.WORD, "长" * 64).members == ("长" * 64,)


def test_a_word_belongs_to_one_group() -> None:
    with pytest.raises(RuleBrokenError, match=r"“遗失”.*丢失、遗失"):
        check_lines([GROUP, Line(LineKind.SYNONYMS, ("不见了", "遗失"))])
    check_lines([GROUP, Line(LineKind.ALIAS, ("不见了", "遗失")), Line(LineKind.WORD, ("遗失",))])


def test_nothing_is_said_twice_whatever_the_width_case_or_order() -> None:
    with pytest.raises(RuleBrokenError, match="已经有"):
        check_lines([Line(LineKind.WORD, ("UKEY",)), Line(LineKind.WORD, ("ｕkey",))])
    assert GROUP.key == Line(LineKind.SYNONYMS, ("遗失", "丢失")).key
    assert Line(LineKind.ALIAS, ("花呗", "支付宝")).key != Line(LineKind.ALIAS, ("支付宝", "花呗")).key


def test_changes_are_applied_in_order_and_a_missing_line_may_go_again() -> None:
    word = Line(LineKind.WORD, ("云闪付",))
    assert apply_changes([GROUP], [(word, False), (GROUP, True), (GROUP, True)]) == [word]
    assert apply_changes([GROUP, word], [(word, True), (word, False)]) == [GROUP, word]


@given(LINES)
def test_what_is_stored_comes_back_with_the_same_name(lines: list[Line]) -> None:
    assert lexicon_of(read_content(content_of(lines))) == lexicon_of(lines)
    assert lexicon_of(reversed(lines)).version == lexicon_of(lines).version
    more = [*lines, Line(LineKind.HIDDEN, ("不建议",))]
    assert lexicon_of(more).version != lexicon_of(lines).version


def test_the_built_in_dictionary_keeps_every_rule() -> None:
    lines = lines_of(builtin.lexicon())
    check_lines(lines)
    assert lexicon_of(lines).groups == builtin.lexicon().groups
    assert lines_of(Lexicon()) == []
