"""What the engines side by side are held against, and that all are asked the same."""

from typing import Any

import pytest

from bench.rivals import asking, goals, questions
from bench.rivals.booth import Asking, Took
from bench.rivals.entrants import ENTRANTS, EVERYTHING_ON, FIRST_STAGE, HAYSTACK, TANTIVY, Entrant


def timed(p50: float) -> dict[str, Any]:
    figures = {"p50": p50, "p99": p50 * 3}
    return {"filtered": {"new": {"search_ms": figures, "whole_ms": figures}}}


def verdicts(results: dict[str, Any]) -> dict[str, bool]:
    return {goal.goal: goal.met for goal in goals.of(results)}


def test_a_quarter_of_tantivys_time_is_asked_at_two_sizes() -> None:
    found = {FIRST_STAGE: timed(0.25), TANTIVY: timed(1.0)}
    told = verdicts({"2275": found, "10000": found, "100000": {**found, FIRST_STAGE: timed(0.26)}})
    assert told["filtered p50 / tantivy's, words cut beforehand, 10000"]
    assert not told["filtered p50 / tantivy's, words cut beforehand, 100000"]
    assert not any("tantivy" in goal and goal.endswith("2275") for goal in told)


def test_what_was_not_measured_has_no_goal() -> None:
    found = {FIRST_STAGE: timed(0.1), HAYSTACK: {"not_measured": "above 10,000"}, TANTIVY: {"failed": "?"}}
    assert not verdicts({"10000": found})


def test_typing_has_more_time_among_more_entries() -> None:
    found = {EVERYTHING_ON: {"typed_ms": {"all": {"p99": 6.0}}}}
    told = verdicts({"10000": found, "100000": found})
    assert not told["everything on, every way of typing, p99 ms, 10000"]
    assert told["everything on, every way of typing, p99 ms, 100000"]


def test_the_memory_of_whichever_engine_holds_most_is_bounded() -> None:
    held = {FIRST_STAGE: {"cache_mb": 385.0}, EVERYTHING_ON: {"cache_mb": 20.0}}
    assert verdicts({"2275": held})["memory of postings, MB, 2275"] is False
    assert verdicts({"2275": {FIRST_STAGE: {"cache_mb": 384.0}}}) == {"memory of postings, MB, 2275": True}


def test_an_engine_that_cannot_answer_after_an_edit_is_told() -> None:
    told = verdicts({"2275": {EVERYTHING_ON: {"publishing_failed": "reduced"}, FIRST_STAGE: {}}})
    assert told == {"own engines that cannot answer after an edit, 2275": False}


def test_what_others_found_is_held_against_the_first_stage() -> None:
    found = {
        FIRST_STAGE: Took(0, 0, [1, 2, 3, 4]),
        TANTIVY: Took(0, 0, [4, 3, 9]),
        HAYSTACK: Took(0, 0, []),
    }
    assert asking.shared(found) == {TANTIVY: 0.5, HAYSTACK: 0.0}
    assert asking.shared({FIRST_STAGE: Took(0, 0, []), TANTIVY: Took(0, 0, [1])}) == {}


class Recording:
    """Stands in for a booth; takes a millisecond for each character, and twice that where it is narrowed."""

    def __init__(self) -> None:
        self.asked: list[Asking] = []

    def ask(self, asked: Asking) -> Took:
        self.asked.append(asked)
        return Took(0.5, len(asked.text) * (2.0 if asked.line else 1.0), [1])


def test_each_question_is_put_once_narrowed_and_once_not() -> None:
    booth, slow = Recording(), Recording()
    entrants = {name: Entrant(name, ENTRANTS[0].make, is_slow=name == "slow") for name in ("quick", "slow")}
    askings = [Asking(f"挂失卡{number:x}", number) for number in range(1, 13)]
    figures = asking.ask_all({"quick": booth, "slow": slow}, entrants, askings, 4)  # type: ignore[dict-item]
    assert len(booth.asked) == len(set(booth.asked)) == 24
    assert {each.line is None for each in booth.asked[:12]} == {True, False}
    assert figures["quick"]["filtered"]["new"]["search_ms"]["p50"] == 8
    assert figures["quick"]["unfiltered"]["again"]["whole_ms"]["p50"] == 4.5
    assert [each.line for each in slow.asked] == [1, None, 7, None, None, 4, None, 10]


def test_no_question_that_is_measured_has_warmed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "typed", lambda _: tuple(f"问题{number}" for number in range(100)))
    asked = questions.sample(40, 30)
    assert (len(asked.measured), len(asked.warm_up)) == (40, 30)
    assert not {each.text for each in asked.measured} & {each.text for each in asked.warm_up}
    assert {each.line for each in asked.measured} == {1, 2, 3, 4, 5, 6}
