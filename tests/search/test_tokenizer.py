"""How text becomes words."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import lexicon, tokenizer
from search.lexicon import Lexicon
from search.tokenizer import MOST_QUERY_WORDS, count_words, cut_as, exact_key, normalise, query_words


def words(text: str) -> set[str]:
    return {word.text for word in query_words(text).words}


def test_a_text_is_cut_into_words_pairs_and_characters() -> None:
    assert words("信用卡挂失") == {"信用卡", "信用", "用卡", "卡挂", "挂失", "信", "用", "卡", "挂", "失"}


def test_latin_and_digits_stay_whole() -> None:
    assert words("10000Z8报错") >= {"10000z8", "报错"}
    assert "1" not in words("10000Z8报错")


def test_latin_neighbours_also_count_as_one() -> None:
    assert words("Apple Pay") == {"apple", "pay", "applepay"}
    assert "applepay" not in words("Apple 和 Pay")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("挂失app", "app"),
        ("app", "app"),
        ("app ", ""),
        ("app怎么", ""),
        ("挂失", ""),
        ("", ""),
        ("ＡＰ", "ap"),
    ],
)
def test_only_a_latin_word_at_the_very_end_is_a_beginning(typed: str, expected: str) -> None:
    assert query_words(typed).beginning == expected


def test_control_characters_and_surrogates_are_dropped() -> None:
    assert normalise("挂\x00失\ud800\u200bＡ\u202e") == "挂 失a"


@given(st.text(max_size=400))
def test_any_text_can_be_cut_and_written(text: str) -> None:
    cut = query_words(text)
    assert len(cut.words) <= MOST_QUERY_WORDS
    assert len({word.text for word in cut.words}) == len(cut.words)
    for word in [*count_words(text), *(word.text for word in cut.words), cut.beginning]:
        assert "\x00" not in word
        word.encode()


@given(st.text(alphabet="信用卡挂失ab1 -ＡＢ", max_size=30))
def test_every_word_of_a_short_query_is_a_word_of_the_same_text(text: str) -> None:
    assert words(text) == set(count_words(text))


@given(st.text(max_size=50))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=50))
def test_places_lead_back_to_the_original(text: str) -> None:
    normal, places = tokenizer.normalise_with_places(text)
    assert normal == normalise(text)
    assert all(normal[number] in normalise(text[place]) for number, place in enumerate(places))


def test_exact_keys_ignore_width_case_spaces_and_punctuation() -> None:
    assert exact_key("Apple Pay，怎么用？") == exact_key("ＡＰＰＬＥＰＡＹ 怎么用")
    assert exact_key("挂失") != exact_key("挂失吗")
    assert exact_key("？！") == ""


def test_the_dictionary_cache_is_ours_alone(tmp_path: Path) -> None:
    cutter = jieba.Tokenizer()
    before = tokenizer.CUTTER
    try:
        tokenizer.CUTTER = cutter
        tokenizer.keep_cache_in(tmp_path / "jieba")
        cutter.initialize()
    finally:
        tokenizer.CUTTER = before
    (cache,) = (tmp_path / "jieba").iterdir()
    assert (tmp_path / "jieba").stat().st_mode & 0o777 == 0o700
    assert cache.stat().st_mode & 0o077 == 0


def test_words_of_the_lexicon_are_kept_whole_beside_what_jieba_cuts() -> None:
    word = "活水存折卡"
    plain = count_words(f"我的{word}丢了")
    before = cut_as()
    with lexicon.using(Lexicon("one more", words=(word,))):
        assert count_words(f"我的{word}丢了") == plain + Counter([word])
        assert word in {each.text for each in query_words(word).words}
        assert cut_as() != before
    assert (count_words(f"我的{word}丢了"), cut_as()) == (plain, before)


def test_synonyms_alone_leave_the_index_as_it_is() -> None:
    before = cut_as()
    with lexicon.using(replace(lexicon.current(), version="other", groups=(("活水卡", "问渠卡"),))):
        assert cut_as() == before
