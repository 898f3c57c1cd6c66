"""What a ranker sees of the candidates, how it learns, and in what order they come out."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import numpy as np
import pytest
from django.utils import translation

from search.engines.base import Document, FoundBy, Match, Query, Reading, SearchEngine
from search.engines.memory import MemoryEngine
from search.ranking import classifier, lessons, model, ranker
from search.ranking.comparison import Asked, Floats, compare
from search.ranking.features import NAMES
from search.ranking.labels import said
from search.ranking.learning import Lesson, fit, together
from search.ranking.model import Model, UnreadableModelError
from search.ranking.ranker import Ranker, ordered
from search.ranking.verdict import CLOSEST, verdict

COUNTRIES = ("德国", "英国", "法国", "美国", "日本", "韩国", "泰国", "意大利")
CARDS = 11
LOANS = 12


def documents() -> list[Document]:
    abroad = [
        Document(number, f"在{country}怎么拨打客服电话", (f"人在{country}如何联系你们",), category=CARDS)
        for number, country in enumerate(COUNTRIES, 1)
    ]
    loans = [
        Document(
            100 + number, f"{kind}贷款如何申请", (f"我想办{kind}贷款", f"{kind}贷款办理条件"), category=LOANS
        )
        for number, kind in enumerate(("住房", "汽车", "助学", "消费", "经营", "装修"))
    ]
    return [*abroad, *loans, Document(200, "挂失", category=CARDS), Document(201, "信用卡丢失后怎么挂失")]


@pytest.fixture
def filled() -> SearchEngine:
    engine = MemoryEngine()
    engine.rebuild(documents(), None)
    return engine


def own() -> AbstractContextManager[SearchEngine]:
    return nullcontext(MemoryEngine())


def candidates(engine: SearchEngine, text: str) -> list[Match]:
    return engine.search(Query(text, at=0.0, limit=ranker.POOL))


def order(ranking: Ranker, text: str, engine: SearchEngine) -> list[Match]:
    found = candidates(engine, text)
    return ranking.order(found, ranking.figures(text, found, engine))


def match(number: int, score: float, found_by: FoundBy = FoundBy.WORDS) -> Match:
    return Match(number, score, found_by, (0.0,) * len(Reading))


def one_figure(name: str, weight: float = 1.0) -> Model:
    """A model that looks at one figure alone."""
    direct = np.zeros(len(NAMES), np.float32)
    direct[NAMES.index(name)] = weight
    zeros, unit = np.zeros(len(NAMES), np.float32), np.zeros(1, np.float32)
    return Model("one", zeros, zeros + 1, np.zeros((len(NAMES), 1), np.float32), unit, unit, direct)


@pytest.mark.parametrize("country", COUNTRIES)
def test_of_one_template_the_entry_of_the_same_country_comes_first(
    filled: SearchEngine, country: str
) -> None:
    first = Ranker(model.factory())
    text = f"我现在人在{country}，客服电话怎么打"
    best = order(first, text, filled)[0]
    assert best.id == COUNTRIES.index(country) + 1


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("short", ["客服电话", "怎么打客服电话"])
def test_the_entity_wins_against_an_entry_of_the_template_that_says_more(country: str, short: str) -> None:
    other = "英国" if country != "英国" else "美国"
    wordy = Document(
        50, f"在{other}怎么拨打客服电话", tuple(f"人在国外怎么拨打客服电话{n}" for n in range(8))
    )
    right = Document(51, f"{country}{short}")
    rest = [each for each in documents() if country not in each.question and other not in each.question]
    engine = MemoryEngine()
    engine.rebuild([*rest, wordy, right], None)
    text = f"在{country}怎么拨打客服电话"
    assert wordy.id in [each.id for each in candidates(engine, text)[:2]]
    assert order(Ranker(model.factory()), text, engine)[0].id == right.id


def test_an_exact_question_stays_first_whatever_the_ranker_says(filled: SearchEngine) -> None:
    against = Ranker(one_figure("dice_characters", -9.0))
    found = order(against, "挂失", filled)
    assert (found[0].id, found[0].found_by) == (200, FoundBy.QUESTION)
    text = "人在德国如何联系你们"
    found = order(against, text, filled)
    assert (found[0].id, found[0].found_by) == (1, FoundBy.SIMILAR)


def judged(engine: SearchEngine, text: str) -> dict[int, float]:
    ids = [each.id for each in candidates(engine, text)]
    said: Floats = verdict(compare(Asked.of(text), engine.wordings(ids), engine))
    return dict(zip(ids, said.tolist(), strict=True))


def test_the_closest_wordings_speak_for_what_sets_their_entry_apart(filled: SearchEngine) -> None:
    said = judged(filled, "我现在人在德国，客服电话怎么打")
    germany = COUNTRIES.index("德国") + 1
    assert said[germany] > 0.3
    assert all(abs(each) < 0.1 for number, each in said.items() if number != germany)


def test_wordings_that_say_the_same_share_one_voice() -> None:
    lone = Document(51, "贷款怎么提前还款")
    repeated = Document(52, "贷款提前结清", tuple(f"贷款提前结清{mark}" for mark in "，。！"))
    other = Document(53, "贷款提前结清")
    engine = MemoryEngine()
    engine.rebuild([lone, repeated, other, *documents()], None)
    once = judged(engine, "贷款怎么提前结清")
    engine.rebuild([lone, replace(repeated, similar=()), other, *documents()], None)
    alone = judged(engine, "贷款怎么提前结清")
    assert alone[52] == pytest.approx(alone[53], abs=1e-4)
    assert once[52] + once[53] == pytest.approx(alone[52] + alone[53], abs=0.1)
    assert alone[52] > 0.2


def test_equal_wordings_that_are_too_many_are_all_left_out() -> None:
    engine = MemoryEngine()
    equal = [Document(n, "怎么挂失", ("怎么挂失",) * 3) for n in range(301, 300 + CLOSEST // 2)]
    engine.rebuild([*equal, Document(900, "卡丢了")], None)
    said = judged(engine, "如何挂失卡")
    assert len({round(said[each.id], 4) for each in equal}) == 1
    assert all(np.isfinite(list(said.values())))


def test_no_match_is_lost_or_doubled_and_scores_fall(filled: SearchEngine) -> None:
    found = candidates(filled, "贷款怎么申请")
    sorted_ = order(Ranker(model.factory()), "贷款怎么申请", filled)
    assert sorted(each.id for each in sorted_) == sorted(each.id for each in found)
    scores = [each.score for each in sorted_]
    assert scores == sorted(scores, reverse=True)


def test_each_figure_is_finite_and_has_its_name(filled: SearchEngine) -> None:
    for text in ("在德国怎么拨打客服电话", "贷款", "德国 10000Z8 abc", "的", "怎么" * 200):
        found = candidates(filled, text)
        figures = Ranker(model.factory()).figures(text, found, filled)
        if figures is not None:
            assert figures.rows.shape == (len(figures.matches), len(NAMES))
            assert np.isfinite(figures.rows).all()


def test_letters_alone_are_left_as_the_engine_found_them(filled: SearchEngine) -> None:
    found = candidates(filled, "guashi")
    assert found
    assert Ranker(model.factory()).figures("guashi", found, filled) is None
    assert [each.id for each in order(Ranker(model.factory()), "guashi", filled)] == [
        each.id for each in found
    ]


def test_among_equals_what_the_own_line_asks_more_comes_first_then_what_all_ask_more() -> None:
    asked = {1: (0, 90), 2: (3, 4), 3: (0, 91)}
    found = [match(1, 5.0), match(2, 5.0), match(3, 5.0)]
    for scores in ({}, {1: 1.004, 2: 1.001, 3: 1.0}):
        assert [each.id for each in ordered(found, scores, asked.__getitem__)] == [2, 3, 1]
    assert [each.id for each in ordered(found, {1: 1.02, 2: 1.0, 3: 1.0}, asked.__getitem__)] == [1, 2, 3]


def test_exact_questions_stand_before_exact_similar_ones_and_the_rest_keeps_its_place() -> None:
    found = [
        match(1, 9.0),
        match(2, 1.0, FoundBy.SIMILAR),
        match(3, 8.0),
        match(4, 0.5, FoundBy.QUESTION),
        match(5, 2.0),
    ]
    assert [each.id for each in ordered(found, {3: 2.0, 1: 1.0})] == [4, 2, 3, 1, 5]


def test_the_reasons_name_the_figures_and_what_each_moved(filled: SearchEngine) -> None:
    looking = Ranker(one_figure("dice_characters", 2.0))
    text = "德国客服电话"
    figures = looking.figures(text, candidates(filled, text), filled)
    assert figures is not None
    column = figures.rows[:, NAMES.index("dice_characters")]
    told = looking.explain(figures, 0)
    strongest = told["shares"][0]
    assert strongest["name"] == "dice_characters"
    assert strongest["share"] == pytest.approx(2 * (column[0] - column.mean()), abs=1e-3)
    assert told["score"] == pytest.approx(2 * column[0], abs=1e-3)


def test_every_figure_has_a_name_for_people() -> None:
    names = [said(name) for name in NAMES]
    assert all("_" not in name for name in names)
    assert said("dice_to_best_words") == "与最近问法的重合（词语、与最好的相比）"
    assert said("first_margin") == "词语得分（领先）"
    assert said("margin_verdict") == "最近几种问法合起来的判断（领先）"
    with translation.override("en"):
        assert said("place_dice_pairs") == "closest wording alike (pairs of characters, rank)"


def test_the_shares_of_the_figures_add_up_to_the_score_less_the_biases() -> None:
    weights = model.factory()
    rows = np.random.default_rng(1).normal(weights.mean, weights.scale, (7, len(NAMES))).astype(np.float32)
    z = weights.standardised(rows)
    bare = ((z @ weights.hidden + weights.bias > 0) * weights.bias) @ weights.out
    assert weights.shares(rows).sum(1) + bare == pytest.approx(weights.scores(rows), abs=1e-3)


def lesson(rng: np.random.Generator, column: int) -> Lesson:
    rows = rng.normal(size=(12, len(NAMES))).astype(np.float32)
    right = np.zeros(12, bool)
    right[rows[:, column].argmax()] = True
    return Lesson(rows, right)


def hits(weights: Model, taught: list[Lesson]) -> float:
    return float(np.mean([each.right[weights.scores(each.figures).argmax()] for each in taught]))


def test_it_learns_which_figure_tells_and_the_same_seed_learns_the_same() -> None:
    rng = np.random.default_rng(3)
    taught, kept = [[lesson(rng, 7) for _ in range(400)] for _ in range(2)]
    first, again = fit(taught, "v"), fit(taught, "v")
    assert hits(first, kept) > 0.6  # by chance: 1 in 12
    assert np.array_equal(first.hidden, again.hidden)
    assert hits(fit(taught[:40], "v", epochs=0), kept) < 0.3


def test_lessons_without_a_right_answer_or_a_wrong_one_teach_nothing() -> None:
    rows = np.zeros((3, len(NAMES)), np.float32)
    for right in (np.zeros(3, bool), np.ones(3, bool)):
        with pytest.raises(ValueError, match="nothing to learn"):
            fit([Lesson(rows, right)], "v")


def test_several_together_score_as_their_mean() -> None:
    rng = np.random.default_rng(5)
    taught = [lesson(rng, 2) for _ in range(60)]
    models = [fit(taught, "v", seed=seed, epochs=2) for seed in range(3)]
    mean = np.mean([each.scores(taught[0].figures) for each in models], axis=0)
    assert together(models, "all").scores(taught[0].figures) == pytest.approx(mean, abs=1e-4)
    others = [fit([lesson(rng, 2) for _ in range(60)], "v", epochs=1)]
    with pytest.raises(ValueError, match="different lessons"):
        together(models + others, "all")


def test_weights_survive_their_json_and_wrong_ones_are_refused() -> None:
    kept = model.factory().to_json()
    again = Model.of_json(kept)
    assert again.to_json() == kept
    for broken in (
        {},
        {**kept, "names": kept["names"][1:]},
        {**kept, "bias": [*kept["bias"], 0.0]},
        {**kept, "scale": [0.0] * len(NAMES)},
        {**kept, "direct": [float("nan")] * len(NAMES)},
        {**kept, "mean": "much"},
    ):
        with pytest.raises(UnreadableModelError):
            Model.of_json(broken)


def test_a_category_is_guessed_from_words_never_seen_together() -> None:
    learned = classifier.train(documents())
    assert learned is not None
    for kept in (learned, classifier.Classifier.of_bytes(learned.to_bytes())):
        cards, loans, unknown = kept.guess("教育贷款办理", [CARDS, LOANS, 99])
        assert loans > 0.6 > 0.4 > cards
        assert unknown == 0
    assert classifier.train([replace(each, category=CARDS) for each in documents()]) is None


def test_a_similar_question_is_asked_of_an_index_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, set[str]]] = []

    def seen(held: list[Document], questions: list[lessons.Question], *_: object) -> list[Lesson]:
        texts = {text for each in held for text in (each.question, *each.similar)}
        asked.extend((text, texts) for text, _right in questions)
        return []

    monkeypatch.setattr(lessons, "asked_of", seen)
    lessons.of_similar_questions(documents(), model.factory(), own)
    similar = {text for each in documents() for text in each.similar}
    whole = [(text, texts) for text, texts in asked if text in similar]
    assert {text for text, _ in whole} == similar
    assert all(text not in texts for text, texts in whole)
    assert any(texts.isdisjoint(similar) for _, texts in whole)
    assert any(text not in similar for text, _ in asked)


def test_lessons_mark_the_entry_that_is_right() -> None:
    taught = lessons.of_similar_questions(documents(), model.factory(), own)
    assert len(taught) > 20
    assert all(each.figures.shape == (len(each.right), len(NAMES)) for each in taught)
    assert sum(each.right.sum() == 1 for each in taught) > len(taught) * 0.8


@pytest.mark.parametrize("turn", range(20))
def test_a_spoilt_question_is_still_some_of_the_question(turn: int) -> None:
    rng = random.Random(turn)
    text = lessons.spoilt("信用卡丢失后怎么挂失", {"gua": ["刮"]}, Counter(), rng)
    assert text
    assert len(set(text) & set("信用卡丢失后怎么挂失")) >= 2


def test_words_typed_in_a_hurry_are_those_that_tell_most() -> None:
    said = [Document(1, "信用卡怎么还款", ("信用卡到底怎么还",), "信用卡"), Document(2, "到底多少")]
    common = lessons._common(said)
    assert (common["信用卡"], common["到底"], common["怎么"]) == (1, 2, 1)
    common += Counter({"信用卡": 9, "怎么": 9, "到底": 7, "丢失": 3, "挂失": 2})
    asked = "信用卡丢失后到底怎么挂失"
    spoilt = [lessons.spoilt(asked, {}, common, random.Random(turn)) for turn in range(200)]
    words = Counter(text for text in spoilt if " " in text)
    assert words.most_common(1)[0][0] == "丢失 到底 挂失"
    assert len(words) > 3


def test_words_typed_apart_are_counted() -> None:
    texts = ["信用卡丢失怎么办", "信用卡 丢失　补办", "Apple Pay 绑卡", "apple pay", "", "卡 " * 400]
    assert [Asked.of(text).pieces for text in texts] == [1, 3, 1, 0, 0, 100]


def test_another_ranker_is_in_force_only_in_its_context(make_engine: Callable[[str], SearchEngine]) -> None:
    before = ranker.current()
    with ranker.using(None):
        assert ranker.current() is None
    assert ranker.current() is before
