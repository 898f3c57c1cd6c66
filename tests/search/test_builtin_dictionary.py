"""What every site begins with keeps the rules that administrators have to keep."""

from collections import Counter

import pytest

from search import builtin
from search.tokenizer import LONGEST_WORD, normalise


def test_no_word_stands_in_two_groups_or_twice_in_one() -> None:
    counted = Counter(normalise(word) for group in builtin.lexicon().groups for word in group)
    assert [word for word, count in counted.items() if count > 1] == []


def test_every_word_has_two_to_64_characters() -> None:
    lexicon = builtin.lexicon()
    one_way = [word for pair in lexicon.one_way for word in pair]
    every = [*lexicon.words, *one_way, *lexicon.hidden, *(word for group in lexicon.groups for word in group)]
    assert [word for word in every if not 2 <= len(word) <= LONGEST_WORD] == []
    assert len(lexicon.groups) >= 150


def test_no_alias_is_said_twice_or_points_at_itself() -> None:
    pairs = builtin.lexicon().one_way
    assert len(set(pairs)) == len(pairs)
    assert all(typed != found for typed, found in pairs)


@pytest.mark.parametrize("line", ["= 一个", "> 一 二 三", "+ 两 个", "没有记号"])
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a line"):
        builtin.parse(line)
