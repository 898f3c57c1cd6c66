"""What every engine promises. No engine is exempt from any of it."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import lexicon
from search.engines import wordings
from search.engines.base import Changes, Cursor, Document, FoundBy, Query, SearchEngine
from search.lexicon import EMPTY, Lexicon
from tests.search.conftest import ENGINES

NOON = 1_800_000_000.0
LOST = Document(
    1,
    "信用卡丢了怎么挂失",
    ("卡掉了怎么办", "贷记卡遗失"),
    answer="请先核对身份，再办理冻结。",
    lines=frozenset({10, 11}),
    categories=frozenset({100, 101}),
    kind="faq",
)
NEW_CARD = Document(
    2, "挂失后怎么补办新卡", ("重新办一张",), lines=frozenset({10}), categories=frozenset({100}), kind="faq"
)
ABROAD = Document(3, "境外挂失电话", lines=frozenset({12}), categories=frozenset({102}), kind="product")
SAMSUNG = Document(
    4, "SAMSUNG PAY 如何绑卡", keywords=("三星支付",), answer="错误码10000Z8请稍后再试", kind="product"
)
DOCUMENTS = [LOST, NEW_CARD, ABROAD, SAMSUNG]


def ids(engine: SearchEngine, text: str, **options: object) -> list[int]:
    return [match.id for match in engine.search(Query(text, **{"at": NOON, **options}))]  # type: ignore[arg-type]


@pytest.fixture
def filled(engine: SearchEngine) -> SearchEngine:
    engine.apply(Changes(DOCUMENTS))
    return engine


def test_an_empty_index_finds_nothing(engine: SearchEngine) -> None:
    assert engine.search(Query("挂失", NOON)) == []
    assert engine.count() == 0
    assert engine.fingerprints() == {}


def test_words_find_entries_and_the_best_is_first(filled: SearchEngine) -> None:
    assert ids(filled, "境外打什么电话挂失")[0] == 3
    assert ids(filled, "补办新卡")[0] == 2
    assert set(ids(filled, "挂失")) == {1, 2, 3}


def test_nothing_in_common_finds_nothing(filled: SearchEngine) -> None:
    assert ids(filled, "基金") == []
    assert ids(filled, "") == []
    assert ids(filled, "？！ ") == []


def test_the_exact_standard_question_is_first_then_the_exact_similar_one(engine: SearchEngine) -> None:
    stuffed = Document(7, "其他", ("怎么挂失" * 20, "怎么挂失怎么挂失怎么挂失"))
    similar = Document(8, "很长的另外一个标准问题说的是别的事情", ("怎么挂失",))
    exact = Document(9, "怎么挂失？")
    engine.apply(Changes([stuffed, similar, exact]))
    found = engine.search(Query("怎么挂失", NOON))
    assert [(match.id, match.found_by) for match in found] == [
        (9, FoundBy.QUESTION),
        (8, FoundBy.SIMILAR),
        (7, FoundBy.WORDS),
    ]


@pytest.mark.parametrize(
    "typed", ["ＳＡＭＳＵＮＧ pay 如何绑卡？", "samsungpay如何绑卡", "Samsung  Pay,如何 绑卡"]
)
def test_width_case_spaces_and_punctuation_do_not_matter(filled: SearchEngine, typed: str) -> None:
    match = filled.search(Query(typed, NOON))[0]
    assert (match.id, match.found_by) == (4, FoundBy.QUESTION)


@pytest.mark.parametrize("typed", ["sam", "samsungp", "s", "三星支付", "10000z8", "错误码１００００Ｚ８"])
def test_beginnings_keywords_and_codes_are_found(filled: SearchEngine, typed: str) -> None:
    assert ids(filled, typed)[0] == 4


def test_a_latin_word_is_a_beginning_only_at_the_end(filled: SearchEngine) -> None:
    assert ids(filled, "sam ") == []


def test_the_question_weighs_more_than_the_answer(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(1, "别的", answer="冻结账户"), Document(2, "冻结账户", answer="别的")]))
    assert ids(engine, "账户冻结") == [2, 1]


def test_filters_leave_out_what_does_not_fit(filled: SearchEngine) -> None:
    assert ids(filled, "挂失", lines=frozenset({12})) == [3]
    assert ids(filled, "挂失", lines=frozenset({11})) == [1]
    assert set(ids(filled, "挂失", lines=frozenset({11, 12}))) == {1, 3}
    assert ids(filled, "挂失", categories=frozenset({101})) == [1]
    assert ids(filled, "挂失", kinds=frozenset({"product"})) == [3]
    assert ids(filled, "挂失", kinds=frozenset({"product"}), lines=frozenset({10})) == []
    assert ids(filled, "境外挂失电话", lines=frozenset({999})) == []


def test_validity_begins_and_ends_on_the_second(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(1, "活动", valid_from=NOON, valid_until=NOON + 10)]))
    for at, expected in [(NOON - 1, []), (NOON, [1]), (NOON + 9.999, [1]), (NOON + 10, [])]:
        assert ids(engine, "活动", at=at) == expected
        assert ids(engine, "活动是什么", at=at) == expected


def test_a_leeway_lets_pass_what_is_valid_a_little_earlier_or_later(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(1, "活动", valid_from=NOON, valid_until=NOON + 10)]))
    for at, expected in [(NOON - 61, []), (NOON - 60, [1]), (NOON + 69.999, [1]), (NOON + 70, [])]:
        assert ids(engine, "活动", at=at, leeway_seconds=60.0) == expected
        assert ids(engine, "活动是什么", at=at, leeway_seconds=60.0) == expected


def test_a_restricted_entry_is_for_its_lines(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(1, "内部挂失", restricted_to=frozenset({10})), Document(2, "挂失")]))
    assert ids(engine, "挂失", viewer_lines=frozenset({10, 11})) == [2, 1]
    assert ids(engine, "挂失", viewer_lines=frozenset({11})) == [2]
    assert ids(engine, "内部挂失", viewer_lines=frozenset()) == [2]
    assert ids(engine, "挂失", viewer_lines=None) == [2, 1]


def test_a_replaced_document_is_found_once_and_only_by_its_new_words(filled: SearchEngine) -> None:
    for question in ("换成基金", "换成贷款"):
        filled.apply(Changes([Document(1, question)]))
        assert ids(filled, question) == [1]
    assert ids(filled, "基金") == []
    assert set(ids(filled, "挂失")) == {2, 3}
    assert filled.count() == 4


def test_a_document_twice_in_one_batch_counts_once(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(1, "旧的说法"), Document(1, "新的写作")]))
    assert ids(engine, "新的写作") == [1]
    assert ids(engine, "旧") == []
    assert engine.count() == 1


def test_a_deleted_document_is_gone(filled: SearchEngine) -> None:
    filled.apply(Changes(deleted={1, 999}))
    assert set(ids(filled, "挂失")) == {2, 3}
    assert filled.count() == 3
    assert 1 not in filled.fingerprints()


def test_more_can_be_asked_for_until_none_is_left(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(number, f"第{number}个挂失问题") for number in range(1, 31)]))
    everything = ids(engine, "挂失问题", limit=100)
    assert len(everything) == 30
    pages = [ids(engine, "挂失问题", limit=8, offset=offset) for offset in range(0, 40, 8)]
    assert [entry for page in pages for entry in page] == everything
    assert [len(page) for page in pages] == [8, 8, 8, 6, 0]


def test_equal_entries_come_in_the_order_of_their_ids(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(number, "怎么挂失信用卡") for number in (5, 3, 9, 1)]))
    engine.apply(Changes([Document(4, "怎么挂失信用卡")]))
    assert ids(engine, "挂失信用") == [1, 3, 4, 5, 9]
    assert ids(engine, "怎么挂失信用卡") == [1, 3, 4, 5, 9]


def test_scores_fall(filled: SearchEngine) -> None:
    scores = [match.score for match in filled.search(Query("信用卡挂失电话多少", NOON))]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_fingerprints_tell_what_is_stored(filled: SearchEngine) -> None:
    assert filled.fingerprints() == {document.id: document.fingerprint() for document in DOCUMENTS}
    changed = Document(2, "挂失后怎么补办新卡", ("重新办一张", "补卡"))
    filled.apply(Changes([changed]))
    assert filled.fingerprints()[2] == changed.fingerprint() != NEW_CARD.fingerprint()


def test_the_cursor_is_kept_with_the_changes(engine: SearchEngine) -> None:
    assert engine.cursor() is None
    first, second = Cursor("7", 5, "1234567890123", 17), Cursor("7", 5, "1234567890124", 3)
    engine.apply(Changes([LOST], cursor=first))
    assert engine.cursor() == first
    engine.apply(Changes([NEW_CARD]))
    assert engine.cursor() == first
    engine.apply(Changes(cursor=second))
    assert engine.cursor() == second
    assert set(ids(engine, "挂失")) == {1, 2}


def test_rebuilding_replaces_everything(filled: SearchEngine) -> None:
    cursor = Cursor("7", 5, "99", 0)
    assert filled.rebuild(iter([ABROAD, Document(6, "外币兑换")]), cursor) == 2
    assert ids(filled, "挂失") == [3]
    assert filled.count() == 2
    assert filled.cursor() == cursor


def test_the_generation_changes_with_the_content(engine: SearchEngine) -> None:
    before = engine.generation()
    engine.apply(Changes([LOST]))
    changed = engine.generation()
    assert changed != before
    engine.rebuild([LOST], None)
    assert engine.generation() not in {before, changed}


def test_a_document_of_nothing_but_punctuation_is_stored(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(7, "？？"), LOST]))
    assert engine.count() == 2
    assert ids(engine, "？？") == []
    assert ids(engine, "挂失") == [LOST.id]


def test_two_hundred_similar_questions_are_all_searched(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(7, "标准", tuple(f"说法{number}号" for number in range(200))), LOST]))
    found = engine.search(Query("说法199号", NOON))
    assert (found[0].id, found[0].found_by) == (7, FoundBy.SIMILAR)


HOSTILE = [
    "question:挂失 AND (OR NOT *",
    '"挂失',
    "挂失~2^9 [a TO z] {x} \\ / ?*",
    "'; DROP TABLE search_posting; --",
    "%s %(key)s {filters}",
    "\x00\x01挂失\x7f",
    "挂\ud800失\udfff",
    "🏦💳挂失🆘",
    "\u202e挂失\u200b\u2066",
    "挂失" * 5000,
    " ".join(f"词{chr(0x4E00 + number)}w{number}" for number in range(2500)),
    "a" * 10_000,
    "א挂失ب",
    "\N{COMBINING ACUTE ACCENT}" * 500,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_gets_an_answer(filled: SearchEngine, text: str) -> None:
    found = ids(filled, text)
    assert set(found) <= {1, 2, 3, 4}
    if "挂失" in text and len(text) < 100:
        assert 1 in found


READINGS = [
    ("guashi", FoundBy.PINYIN, 3),
    ("xinyongka guashi", FoundBy.PINYIN, 1),
    ("yinhang", FoundBy.PINYIN, 5),
    ("yin hang ji dian", FoundBy.PINYIN, 5),
    ("xin yong ka gua shi", FoundBy.PINYIN, 1),
    ("xykgs", FoundBy.INITIALS, 1),
    ("jw dh", FoundBy.INITIALS, 3),
    ("卦湿", FoundBy.SOUND, 3),
    ("信用卡丟了怎麼掛失", FoundBy.QUESTION, 1),
    ("补辦新卡", FoundBy.WORDS, 2),
    ("绑扑三星支付", FoundBy.WORDS, 4),
    ("ＳＡＭＳＵＮＧ", FoundBy.WORDS, 4),
    ("挂失xinyongka", FoundBy.PINYIN, 1),
    ("境外挂失电", FoundBy.WORDS, 3),
    ("境外挂失的电话", FoundBy.WORDS, 3),
    ("境外电挂失话", FoundBy.WORDS, 3),
    ("10000z8", FoundBy.WORDS, 4),
    ("samsung bangka", FoundBy.WORDS, 4),
]


@pytest.mark.parametrize(("typed", "found_by", "entry"), READINGS)
def test_however_it_is_typed_it_is_found_and_as_what_is_told(
    filled: SearchEngine, typed: str, found_by: FoundBy, entry: int
) -> None:
    filled.apply(Changes([Document(5, "银行几点开门", lines=frozenset({10}))]))
    first = filled.search(Query(typed, NOON))[0]
    assert (first.id, first.found_by) == (entry, found_by)


def test_a_character_read_in_two_ways_is_read_by_its_word(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(1, "银行几点开门"), Document(2, "行走在外怎么取钱")]))
    assert ids(engine, "yinhang") == [1]
    assert ids(engine, "xingzou") == [2]


def test_syllables_typed_apart_are_heard_as_those_typed_together(engine: SearchEngine) -> None:
    """Found by what stands side by side, not by single syllables of which another entry has more."""
    apart = Document(1, "单位大厅不能打开"), Document(2, "开户大单不打折打卡")
    engine.apply(Changes([Document(3, "手机银行打不开"), Document(4, "注销手机银行"), *apart]))
    together = engine.search(Query("shoujiyinhangdabukai", NOON))
    for typed in ("shouji yinhang da bu kai", "shou ji yin hang da bu kai", "shouji yin'hang dabukai"):
        found = engine.search(Query(typed, NOON))
        assert found == together, typed
        assert found[0].id == 3


def test_a_syllable_of_one_letter_is_heard_beside_others(engine: SearchEngine) -> None:
    engine.apply(Changes([Document(1, "额度是多少"), Document(2, "这个度是什么度")]))
    assert ids(engine, "e du")[0] == 1
    assert ids(engine, "e") == []


def test_a_word_of_the_lexicon_is_found_as_pinyin_too(filled: SearchEngine) -> None:
    words = Lexicon("test", groups=(("遍寻无", "遗失"), ("找到", "补办")))
    with lexicon.using(words):
        found = filled.search(Query("bianxunwu", NOON))
        assert [(match.id, match.found_by) for match in found[:1]] == [(1, FoundBy.SYNONYM)]
        assert 1 in ids(filled, "bian xun wu")
        assert FoundBy.SYNONYM not in {each.found_by for each in filled.search(Query("zhaodao", NOON))}
    assert FoundBy.SYNONYM not in {each.found_by for each in filled.search(Query("bianxunwu", NOON))}


def test_a_word_of_the_lexicon_finds_what_means_the_same(filled: SearchEngine) -> None:
    words = Lexicon("test", groups=(("找不着", "遗失"),), one_way=(("出国", "境外"),))
    with lexicon.using(words):
        found = filled.search(Query("找不着", NOON))
        assert [(match.id, match.found_by) for match in found] == [(1, FoundBy.SYNONYM)]
        assert ids(filled, "出国") == [3]
        assert ids(filled, "出门") == []
    with lexicon.using(EMPTY):
        assert ids(filled, "找不着") == []


def test_a_word_added_to_the_lexicon_is_one_word(engine: SearchEngine) -> None:
    with lexicon.using(Lexicon("test", words=("活水卡",))):
        engine.rebuild([Document(1, "活水卡章程"), Document(2, "卡水活章程")], None)
        first, second = engine.search(Query("活水卡章程", NOON, limit=2))
    with lexicon.using(EMPTY):
        engine.rebuild([Document(1, "活水卡章程"), Document(2, "卡水活章程")], None)
        plain = engine.search(Query("活水卡 章程", NOON, limit=2))
    assert first.id == 1
    assert first.score - second.score > plain[0].score - plain[1].score


def test_the_wordings_come_back_as_they_were_packed(filled: SearchEngine) -> None:
    packed = filled.wordings([2, 99, 1])
    assert packed[0] == wordings.pack(NEW_CARD.category, NEW_CARD.question, NEW_CARD.similar)
    assert packed[1] == wordings.NOT_THERE
    assert packed[2] == wordings.pack(LOST.category, LOST.question, LOST.similar)
    filled.apply(Changes([Document(2, "别的问题")], {1}))
    assert filled.wordings([2, 1]) == [wordings.pack(0, "别的问题", ()), wordings.NOT_THERE]


def test_what_many_wordings_say_tells_less(filled: SearchEngine) -> None:
    keys = np.array([wordings.word_key(word) for word in ("挂失", "境外", "没有这个词")], np.uint32)
    often, seldom, never = filled.rarity(keys).tolist()
    assert often < seldom < never
    count = sum(len(packed.heads) // (2 * wordings.HEAD) for packed in filled.wordings([1, 2, 3, 4]))
    assert never == pytest.approx(math.log(count) + 1, abs=0.01)
    assert seldom == pytest.approx(math.log(count / 2) + 1, abs=0.01)


texts = st.text(st.sampled_from("挂失信用卡境外怎么办电话ab1 ?？"), max_size=12)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=8), texts, st.data())
def test_all_engines_rank_alike(
    make_engine: Callable[[str], SearchEngine],
    contents: list[tuple[str, str, str]],
    typed: str,
    data: st.DataObject,
) -> None:
    """Without deletions, which Whoosh counts until it merges."""
    documents = [
        Document(
            number, question, (similar,), answer=answer, kind=data.draw(st.sampled_from(["faq", "rule"]))
        )
        for number, (question, similar, answer) in enumerate(contents, 1)
    ]
    answers = []
    for name in ENGINES:
        engine = make_engine(name)
        engine.rebuild(documents, None)
        found = engine.search(Query(typed, NOON, kinds=frozenset({"faq"})))
        answers.append(found)
    first, *others = answers
    for other in others:
        assert [(match.id, match.found_by) for match in other] == [
            (match.id, match.found_by) for match in first
        ]
        assert [match.score for match in other] == pytest.approx([match.score for match in first], rel=1e-6)
