"""The demo's entries: complete, without contradiction in what a program can see."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.demo import disorder, entries, gaps
from kb.demo.entries import Row
from kb.demo.favourites import CAMPAIGN_WEIGHTS, FAVOURITES
from kb.demo.outage import ENTRY, NEAR_ENTRIES
from kb.demo.topics import LINES
from kb.demo.variants import VARIANTS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KINDS = {"faq", "product", "rule", "policy", "campaign", "script", "emergency_plan"}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return entries.rows(NOW)


def test_there_are_enough_of_them_over_six_lines_and_of_every_kind(rows: list[Row]) -> None:
    assert len(rows) >= 240
    assert Counter(row["line"] for row in rows).keys() == set(LINES)
    assert {row["kind"] for row in rows} == KINDS
    assert all(set(row["lines_concerned"]) <= set(LINES) - {row["line"]} for row in rows)


def test_every_entry_is_complete(rows: list[Row]) -> None:
    for row in rows:
        assert len(row["key_points"]) >= 3, row["external_id"]
        assert len(row["similar_questions"]) >= 3, row["external_id"]
        assert row["question"]
        assert row["answer"]
        assert row["script"]
        assert row["category"]
        assert row["keywords"]
        assert row["source"]


def test_no_wording_stands_twice(rows: list[Row]) -> None:
    wordings = Counter(text for row in rows for text in (row["question"], *row["similar_questions"]))
    assert [text for text, number in wordings.items() if number > 1] == []


def test_names_are_unique_and_whatever_is_named_exists(rows: list[Row]) -> None:
    names = Counter(row["external_id"] for row in rows)
    assert max(names.values()) == 1
    named = {*FAVOURITES, *CAMPAIGN_WEIGHTS, *NEAR_ENTRIES, ENTRY, *VARIANTS, *disorder.RISING}
    named |= {*disorder.TWINS, *disorder.TWINS.values(), *disorder.SECOND_QUESTIONS}
    named |= {*disorder.FILED_WRONGLY, *disorder.OWNED_WRONGLY}
    assert named | {other for row in rows for other in row["related"]} <= set(names)
    assert all(row["external_id"] not in row["related"] for row in rows)


def test_only_what_runs_out_has_an_end(rows: list[Row]) -> None:
    for row in rows:
        begins, ends = entries.moment(row["valid_from"]), entries.moment(row["valid_until"])
        assert begins is None or ends is None or begins < ends
        assert row["kind"] != "campaign" or (begins and ends), row["external_id"]


def test_a_campaign_comes_back_in_later_years_in_dates_and_in_words(rows: list[Row]) -> None:
    later = {row["external_id"]: row for row in entries.rows(datetime(2028, 9, 1, tzinfo=UTC))}
    ours = {row["external_id"]: row for row in rows}
    assert ours["demo-cc-031"]["valid_from"] == "2026-09-01T00:00:00"
    assert later["demo-cc-031"]["valid_from"] == "2028-09-01T00:00:00"
    assert "2026" in ours["demo-cc-031"]["answer"]
    assert "2026" not in later["demo-cc-031"]["answer"]
    assert later["demo-pb-001"]["answer"] == ours["demo-pb-001"]["answer"]


def test_no_entry_answers_what_the_gaps_ask(rows: list[Row]) -> None:
    wordings = {text for row in rows for text in (row["question"], *row["similar_questions"])}
    asked = [text for gap in gaps.GAPS for text in gap.wordings]
    assert len(set(asked)) == len(asked)
    assert not wordings & set(asked)


def test_the_files_are_small() -> None:
    folder = Path(entries.__file__).parent
    assert all((folder / name).stat().st_size < 1_000_000 for name in entries.FILES)


def test_every_arrow_of_a_key_point_leads_to_a_step_that_is_there(rows: list[Row]) -> None:
    lost = []
    for row in [
        *rows,
        *(
            {"external_id": key, "key_points": each.key_points}
            for key, variants in VARIANTS.items()
            for each in variants
        ),
    ]:
        points = row["key_points"]
        wanted = set(re.findall(r"→ ?(\d[a-z])", " ".join(points)))
        if wanted - {point.split(" ")[0] for point in points}:
            lost.append(row["external_id"])
    assert lost == []
