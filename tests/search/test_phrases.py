"""Which words and phrases a text offers, and what typing begins them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.phrases import is_spelt_in, phrases, says, typed_of, words_of
from search.tokenizer import OwnWords, normalise

XYKGS = ("xin", "yong", "ka", "gua", "shi")


def texts(text: str) -> list[str]:
    return [phrase.text for phrase in phrases(text)]


def test_words_and_short_phrases_as_they_were_written() -> None:
    found = texts("信用卡年费 SamsungＰay 怎么绑定")
    assert {"信用卡", "年费", "信用卡年费", "SamsungＰay", "绑定"} <= set(found)
    assert "年费SamsungＰay" not in found


def test_no_phrase_begins_or_ends_in_a_particle_or_asks() -> None:
    found = texts("挂失后怎么补办新卡的")
    assert "挂失" in found
    assert not [text for text in found if text.endswith(("后", "的"))]
    assert "信用卡丢" not in texts("信用卡丢了怎么挂失")
    assert "了信用卡" not in texts("钱包被偷了信用卡怎么办")
    assert not [text for text in found if "怎么" in text and text != "怎么"]


def test_the_words_of_the_house_stay_whole() -> None:
    own = OwnWords(frozenset({"云闪付", "闪付"}), (3, 2))
    assert words_of("云闪付怎么绑卡", own)[0] == "云闪付"
    assert "".join(words_of("用云闪付和闪付", own)) == "用云闪付和闪付"
    assert "云闪付" in {phrase.text for phrase in phrases("云闪付怎么绑卡", own)}


@pytest.mark.parametrize("letters", ["x", "xyk", "xinyong", "xinyk", "xykgua", "xykguas", "xinyongkagu"])
def test_pinyin_initials_and_both_begin_a_phrase(letters: str) -> None:
    assert typed_of(letters, XYKGS) > 0


@pytest.mark.parametrize("letters", ["", "y", "xk", "xykz", "xykgss", "xinyongkaguashii"])
def test_other_letters_begin_none(letters: str) -> None:
    assert typed_of(letters, XYKGS) == 0


def test_more_of_the_phrase_typed_is_more() -> None:
    assert [typed_of(letters, XYKGS) for letters in ("x", "xi", "xy", "xyk", "xykgs")] == [1, 1, 2, 3, 5]
    assert typed_of("zhu", ("zhu", "xiao")) == 1
    assert typed_of("zhx", ("zhu", "xiao")) == 2


@given(st.lists(st.sampled_from(["xin", "yong", "ka", "gua", "shi", "zhang"]), min_size=1, max_size=6))
def test_every_beginning_of_its_pinyin_and_of_its_initials_begins_a_phrase(syllables: list[str]) -> None:
    read = tuple(syllables)
    for letters in ("".join(read), "".join(syllable[0] for syllable in read)):
        assert all(typed_of(letters[:end], read) for end in range(1, len(letters) + 1))


@pytest.mark.parametrize("letters", ["xinyongkaguashi", "xykgs", "gsxyk", "guashixyk", "xykguas", "xykg"])
def test_letters_spell_an_entry_piece_by_piece(letters: str) -> None:
    assert is_spelt_in(letters, ["信用卡丢了", "怎么挂失"])


@pytest.mark.parametrize("letters", ["xinyogka", "xkgs", "guasih", "zx", "xykb"])
def test_letters_that_stand_nowhere_in_a_row_spell_nothing(letters: str) -> None:
    assert not is_spelt_in(letters, ["信用卡丢了", "怎么挂失"])


@given(st.text(max_size=60))
def test_any_text_is_cut_into_pieces_of_itself(text: str) -> None:
    for phrase in phrases(text):
        assert phrase.text in text
        assert phrase.normal in normalise(phrase.text)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("怎么停卡", "停卡"),
        ("怎麼停卡費", "停卡"),
        ("用POS付", "pos"),
        ("新POS机", "pos机"),
        ("deposit or pos", "pos"),
    ],
)
def test_a_hidden_word_is_seen_wherever_it_stands(text: str, hidden: str) -> None:
    assert says(text, (hidden,))


@pytest.mark.parametrize(("text", "hidden"), [("deposit", "pos"), ("xpos机", "pos机"), ("挂失", "")])
def test_letters_inside_another_word_are_no_hidden_word(text: str, hidden: str) -> None:
    assert not says(text, (hidden,))
