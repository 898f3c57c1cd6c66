"""A measurement ends with one JSON object and is kept with its command."""

import json
from math import inf
from pathlib import Path

import pytest

from bench import printing


def test_the_last_line_is_the_agreed_object(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(printing, "RESULTS", tmp_path / "results")
    monkeypatch.setattr("sys.argv", ["sample.py", "--entries", "10 000"])
    goals = [printing.at_least("times faster", 120.04, 100), printing.at_most("p50", 2.0, 1.5)]
    printing.print_result("sample", {"p50_ms": 2.0}, goals)

    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(printed) == {"name", "machine", "results", "goals"}
    assert printed["goals"] == [
        {"goal": "times faster", "target": ">= 100", "value": 120.0, "met": True},
        {"goal": "p50", "target": "<= 1.5", "value": 2.0, "met": False},
    ]
    kept = json.loads((tmp_path / "results" / "sample.json").read_text(encoding="utf-8"))
    assert kept["command"] == "script/bench sample --entries '10 000'"
    assert kept["results"] == {"p50_ms": 2.0}


def test_what_never_came_is_null_and_its_goal_missed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(printing, "RESULTS", tmp_path)
    printing.print_result("sample", {"healed_s": [1.0, inf]}, [printing.at_most("slowest", inf, 60)])
    printed = json.loads(capsys.readouterr().out.splitlines()[-1], parse_constant=pytest.fail)
    assert printed["results"] == {"healed_s": [1.0, None]}
    assert (printed["goals"][0]["value"], printed["goals"][0]["met"]) == (None, False)


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (50, 2), (51, 3), (95, 4), (100, 4)])
def test_a_percentile_is_a_value_that_was_measured(percent: float, expected: float) -> None:
    assert printing.percentile([4, 1, 3, 2], percent) == expected


def test_a_value_is_judged_before_it_is_rounded() -> None:
    assert not printing.at_least("recall", 0.759999, 0.76).met
    assert not printing.at_most("ratio", 1.500001, 1.5).met
