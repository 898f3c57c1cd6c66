"""Which wordings ask the same."""

import random

import pytest

from search import clustering
from search.asked_in_vain import without_numbers

KNOWN = [
    f"{thing}怎么{act}"
    for thing in ("信用卡", "储蓄卡", "手机银行", "贷款")
    for act in ("挂失", "注销", "开通")
]


def groups(texts: list[str], **more: object) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for text, place in zip(texts, clustering.group(texts, known=KNOWN, **more), strict=True):  # type: ignore[arg-type]
        found.setdefault(place, []).append(text)
    return list(found.values())


def test_wordings_that_share_their_rare_words_go_together() -> None:
    texts = ["保管箱怎么租", "社保卡怎么激活", "租保管箱", "社保卡激活", "外国硬币"]
    assert groups(texts) == [["保管箱怎么租", "租保管箱"], ["社保卡怎么激活", "社保卡激活"], ["外国硬币"]]


def test_words_that_every_question_has_bring_nothing_together() -> None:
    assert len(groups(["保管箱怎么办", "社保卡怎么办", "外国硬币怎么办"])) == 3


def test_width_case_and_traditional_characters_make_no_difference() -> None:
    assert len(groups(["etc 绑定信用卡", "ＥＴＣ綁定信用卡"])) == 1


def test_other_words_for_what_was_tried_in_the_same_attempts_go_along() -> None:
    texts = ["长辈版怎么切换", "字太小", "外国硬币"]
    together = {0: {1: 0.2}, 1: {0: 0.2, 2: 0.05}, 2: {1: 0.05}}
    assert groups(texts, together=together) == [["长辈版怎么切换", "字太小"], ["外国硬币"]]


def test_texts_without_a_word_of_two_characters_are_compared_by_what_they_have() -> None:
    assert len(groups(["贷", "贷"])) == 1
    assert len(groups(["xykgs", "huidan"])) == 2
    assert clustering.group([]) == []


def test_the_first_of_each_group_is_its_own_place_and_the_result_never_differs() -> None:
    rng = random.Random(3)
    words = ["社保卡", "激活", "保管箱", "外币", "兑换", "硬币", "公积金", "提取", "询证函", "进度"]
    texts = ["".join(rng.sample(words, rng.randint(1, 4))) for _ in range(300)]
    places = clustering.group(texts)
    assert places == clustering.group(texts)
    assert all(place <= own and places[place] == place for own, place in enumerate(places))


def test_leaving_out_those_that_cannot_be_near_leaves_out_none_that_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = random.Random(4)
    words = ["社保卡", "激活", "保管箱", "外币", "兑换", "硬币", "公积金", "提取", "询证函", "进度"]
    texts = ["".join(rng.sample(words, rng.randint(1, 5))) for _ in range(200)]
    quick = clustering.group(texts)
    monkeypatch.setattr(
        clustering,
        "_candidates",
        lambda _vector, having, _near: {one for ones in having.values() for one in ones},
    )
    assert quick == clustering.group(texts)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("社保卡激活 ************6452", "社保卡激活"),
        ("卡号*** *** 1234 丢了", "卡号 丢了"),
        ("转账10000Z8", "转账10000Z8"),
        ("************6452", ""),
    ],
)
def test_masked_numbers_are_no_part_of_the_question(text: str, left: str) -> None:
    assert without_numbers(text) == left
