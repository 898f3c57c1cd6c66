"""The yardstick itself: figures worked out by hand, and the command's last line."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from search.evaluation import Run, TestSet, figures
from search.models import Document, Posting

TestSet.__test__ = False  # type: ignore[attr-defined]  # pytest takes the name for a class of tests


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    corpus = [
        {"id": "a", "text": "信用卡丢了怎么挂失", "answer": "先核对身份", "category": "卡/挂失"},
        {"id": "b", "text": "贷款怎么提前还款", "answer": "到柜台办理", "category": "贷款"},
        {"id": "c", "text": "境外取现手续费", "answer": "每笔收取"},
    ]
    similar = [{"entry": "b", "id": "b-1", "text": "房贷想一次还清"}]
    queries = [
        {"id": "1", "text": "挂失信用卡"},
        {"id": "2", "text": "房贷一次还清"},
        {"id": "3", "text": "zzz"},
    ]
    for name, rows in (("corpus", corpus), ("similar", similar), ("queries", queries)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("1\ta\t2\n2\tb\t2\n2\tc\t1\n3\tc\t2\n")
    return tmp_path


def test_figures_are_those_worked_out_by_hand(directory: Path) -> None:
    test = TestSet.read(directory)
    found = {"1": ["b", "a"], "2": ["b", "c"], "3": []}
    result = figures(test, Run(found, [1.0, 2.0, 9.0]))
    assert result == {
        "n": 3,
        "recall@1": 0.3333,
        "recall@5": 0.6667,
        "recall@8": 0.6667,
        "recall@10": 0.6667,
        "mrr@10": 0.5,
        "ndcg@10": round((1 / 1.5849625 + 1) / 3, 4),
        "no_result": 0.3333,
        "p50_ms": 2.0,
        "p95_ms": 9.0,
    }


def test_categories_hold_all_above_them(directory: Path) -> None:
    first, second, third = TestSet.read(directory).documents
    assert len(first.categories) == 2
    assert len(second.categories) == 1
    assert third.categories == frozenset()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("engine", ["whoosh", "postgres", "memory"])
def test_every_engine_is_measured_on_an_index_of_its_own(
    directory: Path, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    run = directory / "run"
    call_command("evaluate_search", directory, engine=engine, run=run)
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["n"], result["recall@1"], result["no_result"]) == (3, 0.6667, 0.3333)
    assert {line.split("\t")[0] for line in run.read_text().splitlines()} == {"1", "2"}
    assert run.read_text().splitlines()[0] == "1\ta"
    assert not Document.objects.exists()
    assert not Posting.objects.exists()


def test_without_similar_questions_less_is_found(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "alone.jsonl").write_text('{"id": "2", "text": "想一次清"}\n', encoding="utf-8")
    for options, expected in (({}, 0.0), ({"without_similar": True}, 1.0)):
        call_command("evaluate_search", directory, engine="memory", queries="alone.jsonl", **options)
        assert json.loads(capsys.readouterr().out.splitlines()[-1])["no_result"] == expected


def test_what_is_not_a_set_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not a set of questions"):
        call_command("evaluate_search", tmp_path)
