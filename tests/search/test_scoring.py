"""The arrays give exactly what Whoosh itself gives, and never an older state than they should."""

import random
import time
from dataclasses import replace
from pathlib import Path
from threading import Event, current_thread

import numpy as np
import pytest
from whoosh import scoring
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import Or, Term
from whoosh.searching import Searcher

from search.engines import bm25
from search.engines.base import Changes, Document, FoundBy, Query
from search.engines.terms import one_by_one, query_terms
from search.engines.whoosh import WhooshEngine
from search.engines.whoosh.compiled import PLACE
from search.engines.whoosh.home import Home
from search.engines.whoosh.lookup import Asked
from search.engines.whoosh.schema import schema
from search.engines.whoosh.segment import table_of_contents

WORDS = [
    "信用卡",
    "挂失",
    "境外",
    "电话",
    "补办",
    "新卡",
    "还款",
    "账单",
    "分期",
    "手续费",
    "apple",
    "pay",
    "10000Z8",
    "额度",
    "密码",
    "网银",
    "短信",
    "积分",
    "年费",
]
NOON = 1_800_000_000.0


def make_document(number: int, chance: random.Random) -> Document:
    def say(most: int) -> str:
        return "".join(chance.choices(WORDS, k=chance.randint(1, most)))

    similar = tuple(say(6) for _ in range(chance.randint(0, 12)))
    return Document(number, say(8), similar, answer=say(chance.choice([3, 200])), kind="faq")


def whoosh_searcher(engine: WhooshEngine) -> Searcher:
    """Whoosh's own searcher over the commit the engine has in force."""
    manifest = engine._home.read()
    storage = FileStorage(str(engine._home.path / manifest.directory))
    segments = table_of_contents(storage, manifest.toc)
    reader = FileIndex._reader(storage, schema(), segments, manifest.toc)
    return Searcher(reader, weighting=scoring.BM25F(B=bm25.B, K1=bm25.K1))


def by_whoosh(searcher: Searcher, text: str) -> list[tuple[int, float]]:
    query = Or([Term(term.field, term.text, boost=term.weight) for term in one_by_one(query_terms(text))])
    ids = {}
    for leaf, offset in searcher.reader().leaf_readers():
        column = leaf.column_reader("id")
        ids.update({offset + number: column[number] for number in range(leaf.doc_count_all())})
    results = searcher.search(query, limit=None)
    return sorted(
        ((ids[number], score) for score, number in results.top_n), key=lambda row: (-row[1], row[0])
    )


@pytest.fixture
def grown(whoosh_engine: WhooshEngine) -> WhooshEngine:
    """Several segments, with documents deleted and replaced in each."""
    chance = random.Random(7)
    whoosh_engine.rebuild([make_document(number, chance) for number in range(300)], None)
    for start, size in ((300, 40), (340, 60), (400, 30)):
        fresh = [make_document(number, chance) for number in range(start, start + size)]
        again = [make_document(number, chance) for number in chance.sample(range(start), 25)]
        gone = set(chance.sample(range(start), 10)) - {document.id for document in again}
        whoosh_engine.apply(Changes([*fresh, *again], gone))
    return whoosh_engine


def test_scores_equal_whooshs_own(grown: WhooshEngine) -> None:
    searcher = whoosh_searcher(grown)
    leaves = searcher.reader().leaf_readers()
    assert len(leaves) > 1
    assert any(leaf.has_deletions() for leaf, _ in leaves)
    chance = random.Random(8)
    for _ in range(100):
        text = "".join(chance.choices([*WORDS, "怎么", "app"], k=chance.randint(1, 6)))
        ours = [
            (match.id, match.score)
            for match in grown.search(Query(text, NOON, limit=1000))
            if match.found_by == FoundBy.WORDS
        ]
        exact = {
            match.id
            for match in grown.search(Query(text, NOON, limit=1000))
            if match.found_by != FoundBy.WORDS
        }
        theirs = [row for row in by_whoosh(searcher, text) if row[0] not in exact]
        assert [score for _, score in ours] == pytest.approx([score for _, score in theirs], rel=1e-5)
        assert dict(ours) == pytest.approx(dict(theirs), rel=1e-5)


def test_what_each_reading_brings_is_the_whole_score(grown: WhooshEngine) -> None:
    statistics = grown._fresh().statistics
    for text in ("信用卡挂失电话", "境外 apple pay 手续费", "yinhangka mima"):
        commit = grown._fresh()
        everything = np.ones(len(commit.ids), np.bool_)
        found = statistics.found(Asked.of(query_terms(text), ""), None, everything, commit.ids, 1_000)
        places = found.best[PLACE]
        assert len(places) > 10
        assert set(places) == set(np.flatnonzero(found.totals > 0))
        assert found.brought[:, -1].tolist() == found.totals[places].tolist()
        assert found.brought[:, :-1].sum(1) == pytest.approx(found.totals[places], rel=1e-5)
        assert found.brought_to(places).tolist() == found.brought.tolist()


def test_a_score_does_not_depend_on_the_order_of_the_words_to_its_last_digit(grown: WhooshEngine) -> None:
    commit, chance = grown._fresh(), random.Random(3)
    everything = np.ones(len(commit.ids), np.bool_)
    terms = query_terms("境外 apple pay 信用卡挂失电话 手续费 密码 转账 开户")
    orders = [
        [each._replace(texts=chance.sample(each.texts, len(each.texts))) for each in terms] for _ in range(9)
    ]
    totals = {
        commit.statistics.found(Asked.of(order, ""), None, everything, commit.ids, 9).totals.tobytes()
        for order in orders
    }
    assert len(totals) == 1


PARTS = [
    {"lines": frozenset({1})},
    {"lines": frozenset({1, 2}), "kinds": frozenset({"faq"})},
    {"viewer_lines": frozenset({3})},
    {"categories": frozenset({9})},
    {"lines": frozenset({4}), "viewer_lines": frozenset()},
    {"lines": frozenset({99})},
]


def test_a_part_cut_out_is_searched_with_the_same_result(
    whoosh_engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, when it is cut out, and after edits, deletions, a new base and documents with an end."""
    chance = random.Random(11)

    def document(number: int) -> Document:
        return replace(
            make_document(number, chance),
            lines=frozenset(chance.sample(range(1, 6), chance.randint(1, 2))),
            categories=frozenset({chance.randint(7, 9)}),
            restricted_to=chance.choice([None, None, frozenset({3}), frozenset({4})]),
            valid_until=chance.choice([None, None, NOON - 7200, NOON + 7200]),
        )

    def found(engine: WhooshEngine) -> list[list[tuple[int, float, object]]]:
        texts = ["信用卡挂失电话", "境外 apple pay 手续费", "yinhangka mima", "积分", *exact]
        queries = [Query(text, NOON, limit=30, **part) for part in PARTS for text in texts]  # type: ignore[arg-type]
        return [
            [(match.id, round(match.score, 3), match.found_by) for match in engine.search(query)]
            for query in queries
        ]

    def narrowed(engine: WhooshEngine) -> int:
        return len(engine._state[2].statistics.base.narrowed._cut)  # type: ignore[index]

    first = [document(number) for number in range(500)]
    exact = [first[number].question for number in (3, 50, 111)]
    whoosh_engine.rebuild(first, None)
    monkeypatch.setattr("search.engines.whoosh.scoring.NARROW_FROM", 10)
    for changes in (
        Changes(),
        Changes([document(7), document(500)], {8}),
        Changes([document(number) for number in range(600, 604)], {9, 10}),
    ):
        whoosh_engine.apply(changes)
        with monkeypatch.context() as never:
            never.setattr("search.engines.whoosh.scoring.Narrowed.ask", lambda *_: None)
            expected = found(whoosh_engine)
        assert any(expected[0])
        for _ in range(3):
            assert found(whoosh_engine) == expected
        assert len(PARTS) - 4 <= narrowed(whoosh_engine) < len(PARTS)  # not what nearly all or none hold


def test_an_edit_that_restricts_an_entry_reaches_a_part_already_cut_out(
    whoosh_engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.whoosh.scoring.NARROW_FROM", 10)
    entries = [Document(number, f"挂失{number}", lines=frozenset({number % 4})) for number in range(400)]
    whoosh_engine.rebuild(entries, None)
    query = Query("挂失", NOON, lines=frozenset({1}), viewer_lines=frozenset({1}), limit=400)
    for _ in range(6):
        assert 5 in {match.id for match in whoosh_engine.search(query)}
    base = whoosh_engine._state[2].statistics.base  # type: ignore[index]
    assert base.narrowed._cut
    whoosh_engine.apply(Changes([replace(entries[5], restricted_to=frozenset({9}))]))
    assert whoosh_engine._state[2].statistics.base is base  # type: ignore[index]
    assert 5 not in {match.id for match in whoosh_engine.search(query)}


def test_after_few_edits_scores_stay_within_a_hundredth_and_after_many_they_are_exact(
    whoosh_engine: WhooshEngine,
) -> None:
    chance = random.Random(9)
    whoosh_engine.rebuild([make_document(number, chance) for number in range(400)], None)
    texts = ["".join(chance.choices(WORDS, k=3)) for _ in range(20)]

    def apart() -> float:
        searcher = whoosh_searcher(whoosh_engine)
        most = 0.0
        for text in texts:
            ours = {each.id: each.score for each in whoosh_engine.search(Query(text, NOON, limit=1000))}
            theirs = dict(by_whoosh(searcher, text))
            assert ours.keys() == theirs.keys()
            most = max(most, *(abs(ours[key] / theirs[key] - 1) for key in ours))
        return most

    def base() -> object:
        state = whoosh_engine._state
        assert state
        return state[2].statistics.base

    assert apart() < 1e-5
    first = base()
    whoosh_engine.apply(Changes([make_document(7, chance)]))
    whoosh_engine.apply(Changes([make_document(500, chance)], {8}))
    assert base() is first
    assert 0 < apart() < 0.01
    whoosh_engine.apply(Changes([make_document(number, chance) for number in range(600, 604)]))
    assert base() is not first
    assert apart() < 1e-5


def test_no_more_parts_are_cut_out_than_memory_is_there_for(
    whoosh_engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.whoosh.scoring.NARROW_FROM", 10)
    chance = random.Random(13)
    entries = [replace(make_document(number, chance), lines=frozenset({number % 8})) for number in range(400)]
    whoosh_engine.rebuild(entries, None)
    lookup = whoosh_engine._fresh().statistics.base.lookup
    most = whoosh_engine.nbytes() + 4 * lookup.cut_down(np.arange(400) % 8 == 0).nbytes()
    small = WhooshEngine({"DIRECTORY": whoosh_engine._home.path, "BACKGROUND": False, "MOST_BYTES": most})
    for line in range(8):
        query = Query("信用卡挂失", NOON, lines=frozenset({line}), limit=500)
        for _ in range(5):
            found = small.search(query)
            assert {match.id % 8 for match in found} == {line}
            assert found == whoosh_engine.search(query)
            assert small.nbytes() <= most
    assert 2 <= len(small._state[2].statistics.base.narrowed._cut) < 8  # type: ignore[index]


def test_another_process_sees_each_commit_and_nothing_twice(
    whoosh_engine: WhooshEngine, tmp_path: Path
) -> None:
    """The defect of Searcher.refresh() in Whoosh's successors: deleted stay, updated come twice."""
    reader = WhooshEngine({"DIRECTORY": tmp_path / "index", "BACKGROUND": False})
    whoosh_engine.rebuild([Document(number, f"挂失第{number}种") for number in range(20)], None)
    assert len(reader.search(Query("挂失", NOON, limit=100))) == 20
    for round_ in range(12):
        whoosh_engine.apply(
            Changes(
                [Document(3, f"挂失第{round_}次改"), Document(100 + round_, "挂失新增")], {10 + round_ % 5}
            )
        )
        found = [match.id for match in reader.search(Query("挂失", NOON, limit=100))]
        assert len(found) == len(set(found))
        assert found.count(3) == 1
        assert 10 + round_ % 5 not in found
        assert 100 + round_ in found
        assert reader.count() == len(found) == whoosh_engine.count()
        assert len(reader._state[2].parts) < 8  # type: ignore[index]


def test_a_change_is_opened_in_the_background(whoosh_engine: WhooshEngine, tmp_path: Path) -> None:
    whoosh_engine.rebuild([Document(1, "挂失")], None)
    reader = WhooshEngine({"DIRECTORY": tmp_path / "index"})
    assert len(reader.search(Query("挂失", NOON))) == 1
    whoosh_engine.apply(Changes([Document(2, "挂失")]))
    until = time.monotonic() + 10
    while len(reader.search(Query("挂失", NOON))) == 1:
        assert time.monotonic() < until
        time.sleep(0.005)


def opened_elsewhere(whoosh_engine: WhooshEngine, tmp_path: Path) -> WhooshEngine:
    """The index of one document as another process has it open."""
    whoosh_engine.rebuild([Document(1, "挂失")], None)
    reader = WhooshEngine({"DIRECTORY": tmp_path / "index"})
    reader.refresh()
    return reader


def test_a_watching_process_opens_a_change_before_anybody_searches(
    whoosh_engine: WhooshEngine, tmp_path: Path
) -> None:
    reader = opened_elsewhere(whoosh_engine, tmp_path)
    reader.watch(0.01)
    whoosh_engine.apply(Changes([Document(2, "挂失")]))
    until = time.monotonic() + 10
    while reader._state[0] != reader._home.stamp():  # type: ignore[index]
        assert time.monotonic() < until
        time.sleep(0.005)
    assert len(reader.search(Query("挂失", NOON))) == 2


def test_a_search_looks_for_a_change_itself_only_where_nobody_watches(
    whoosh_engine: WhooshEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a fork nobody does: threads stay behind."""
    reader = opened_elsewhere(whoosh_engine, tmp_path)
    looked: list[int] = []
    stamp = Home.stamp

    def looks(home: Home) -> tuple[int, int] | None:
        if home is reader._home:  # and not that of a test before, which is watched still
            looked.append(1)
        return stamp(home)

    monkeypatch.setattr(Home, "stamp", looks)
    assert reader.search(Query("挂失", NOON))
    assert len(looked) == 1
    reader.watch(3_600)
    until = time.monotonic() + 10
    while not reader._watched_in:
        assert time.monotonic() < until
        time.sleep(0.005)
    assert reader.search(Query("挂失", NOON))
    assert len(looked) == 1
    monkeypatch.setattr("search.engines.whoosh.os.getpid", lambda: -1)
    assert reader.search(Query("挂失", NOON))
    assert len(looked) == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_when_the_thread_that_watches_ends_each_search_looks_again(
    whoosh_engine: WhooshEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = opened_elsewhere(whoosh_engine, tmp_path)
    ended = Event()
    stamp = Home.stamp

    def fails_for_the_thread(home: Home) -> tuple[int, int] | None:
        if home is reader._home and current_thread().name == "watch-search-index":
            ended.set()
            raise RuntimeError("the thread that watches ends")
        return stamp(home)

    monkeypatch.setattr(Home, "stamp", fails_for_the_thread)
    reader.watch(0.01)
    assert ended.wait(10)
    whoosh_engine.apply(Changes([Document(2, "挂失")]))
    until = time.monotonic() + 10
    while len(reader.search(Query("挂失", NOON))) < 2:
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_segment_that_stays_is_not_read_again(whoosh_engine: WhooshEngine) -> None:
    whoosh_engine.rebuild([Document(number, f"挂失{number}") for number in range(50)], None)
    whoosh_engine.search(Query("挂失", NOON))
    before = whoosh_engine._state[2].parts[0].segment  # type: ignore[index]
    whoosh_engine.apply(Changes(deleted={7}))
    after = whoosh_engine._state[2].parts[0]  # type: ignore[index]
    assert after.segment is before
    assert not after.live[7]
