"""An entry used for two questions: one it says it answers, one it does not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.reshuffle import _sounds
from reports.rules import splitting
from reports.rules.base import Known, Suggestion
from reports.rules.splitting import Ear, Said

ENTRY = Known(pk=1, line_id=1, category_id=1, kind="faq", hits=60)
DECLARED = ["银行流水怎么打印", "要盖章的流水", "交易明细"]
WORDS = ("流水", "打印", "明细", "盖章", "压缩包", "解压", "密码", "邮箱", "刘水")
FIRST = [Said("流水打印", 30), Said("交易明细", 20)]
SECOND = [Said("压缩包打不开", 12), Said("压缩包解压密码", 9), Said("解压密码", 3)]


def group(texts: Sequence[str]) -> list[int]:
    """Texts with a word in common go with the first of them."""
    found: list[int] = []
    for place, text in enumerate(texts):
        near = [found[p] for p in range(place) if set(words(texts[p])) & set(words(text))]
        found.append(near[0] if near else place)
    return found


def words(text: str) -> list[str]:
    return [word for word in WORDS if word in text]


EAR = Ear(words=words, sounds=_sounds, group=group)


def suggest(texts: Sequence[Said], entry: Known = ENTRY) -> list[Suggestion]:
    return splitting.suggest([entry], said={1: texts}, declared={1: DECLARED}.__getitem__, ear=EAR)


def test_it_is_split_by_what_none_of_its_wordings_asks() -> None:
    (found,) = suggest([*FIRST, *SECOND])
    assert (found.key, found.entry, found.weight) == ("split:1", 1, 24)
    assert found.change["question"] == "压缩包解压密码"
    assert found.change["similar"] == ["压缩包打不开", "解压密码"]
    assert found.evidence["first"] == [["流水打印", 30], ["交易明细", 20]]
    assert (found.evidence["calls_of_first"], found.evidence["calls_of_second"]) == (50, 24)


@pytest.mark.parametrize(
    "texts",
    [
        FIRST,
        [*FIRST, Said("压缩包打不开", 6), Said("解压密码", 5)],  # too few calls
        [Said("流水", 400), *SECOND],  # a small part of all
        [*FIRST, Said("压缩包打不开", 24)],  # one text is a habit, not a question
        [*FIRST, Said("银行刘水", 12), Said("刘水打引", 12)],  # slips that sound the same
        [*FIRST, Said("liushui", 20), Said("ls", 20)],  # typed as it sounds
        [*FIRST, Said("流水密码", 20), Said("流水邮箱", 20)],  # about the same thing
        [*FIRST, Said("压缩包", 9), Said("邮箱", 9)],  # two small things that are not alike
        SECOND,  # nothing of the first is left
    ],
)
def test_it_stays_whole(texts: list[Said]) -> None:
    assert suggest(texts) == []


def test_a_new_entry_is_left_alone() -> None:
    assert suggest([*FIRST, *SECOND], replace(ENTRY, is_new=True)) == []


@given(st.permutations([*FIRST, *SECOND]))
def test_the_order_of_the_searches_makes_no_difference(texts: list[Said]) -> None:
    assert suggest(texts) == suggest([*FIRST, *SECOND])
