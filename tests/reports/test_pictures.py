"""Every picture of the report, of an empty month, of one entry and of a large bank."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.cache import caches
from django.utils.translation import override

from accounts.models import BusinessLine
from reports.charts import draw, drawing
from reports.figures import Figures
from reports.pictures import ALL
from tests.reports.figures_made import EMPTY, LARGE, ONE, RUNNING, listed, reading

MONTHS = {"empty": EMPTY, "one entry": ONE, "large": LARGE, "running": RUNNING}
MARK = re.compile(r'<a href="(?P<address>[^"]*)"[^>]*><path aria-label="(?P<label>[^"]+)"')


@pytest.fixture(autouse=True, scope="module")
def own_store() -> Iterator[None]:
    """Nothing that another run drew."""
    caches["charts"].clear()
    yield
    caches["charts"].clear()


def svg_of(figures: Figures, name: str) -> str:
    picture = ALL[name](reading(figures))
    return draw(picture.drawing.key) or "" if picture.drawing else ""


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("month", MONTHS)
def test_every_picture_says_its_finding_and_has_its_table(name: str, month: str) -> None:
    picture = ALL[name](reading(MONTHS[month]))
    assert picture.name == name
    assert picture.finding
    assert "%(" not in picture.finding
    for line in picture.table.lines:
        assert len(line.values) == len(picture.table.columns)


@pytest.mark.parametrize("name", [name for name in ALL if name != "late"])
def test_every_picture_is_drawn_without_style_script_or_foreign_address(name: str) -> None:
    svg = svg_of(LARGE, name)
    assert svg.startswith("<svg")
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|wenqu\.invalid|xlink:href", svg)
    marks = [found.groupdict() for found in MARK.finditer(svg)]
    assert len(marks) == svg.count("<a ")
    assert all(mark["address"].startswith("/") and mark["label"] for mark in marks)
    leads = any(line.address for line in ALL[name](reading(LARGE)).table.lines)
    assert bool(marks) == (leads or name == "hours")


@pytest.mark.parametrize("name", ["pareto", "lines", "trend", "days", "risers", "hours", "kinds"])
def test_one_entry_is_enough_for_a_picture(name: str) -> None:
    assert svg_of(ONE, name).count("<a ") >= 1


def test_a_month_without_hits_draws_nothing() -> None:
    assert [name for name in ALL if ALL[name](reading(EMPTY)).spec] == []


def test_a_mark_leads_to_the_entries_behind_it() -> None:
    assert 'href="/reports/2026-10/entries/?owner=LINE3&amp;bucket=high"' in svg_of(LARGE, "lines")
    assert 'href="/reports/2026-10/entries/?bucket=very_high"' in svg_of(LARGE, "pareto")
    assert 'href="/reports/2026-10/hours/?weekday=2&amp;hour=10"' in svg_of(LARGE, "hours")
    assert 'href="/reports/2026-10/entries/?kind=rule&amp;asked=never"' in svg_of(LARGE, "never-asked")
    assert 'href="/reports/2026-08/"' in svg_of(LARGE, "trend")
    assert 'href="/reports/days/2026-10-13/"' in svg_of(LARGE, "days")
    assert 'href="/inquiries/?view=all&amp;state=&amp;line=1"' in svg_of(LARGE, "inquiries")


def test_first_replies_are_drawn_where_no_answer_fell_due() -> None:
    none = {"due": 0, "met": 0, "met_without_pauses": 0}
    told = LARGE.inquiries
    lines = [one | {"answer": none} for one in told["lines"]]
    figures = replace(LARGE, inquiries=told | {"answer": none, "lines": lines})
    with override("en"):
        assert "first replies in time" in svg_of(figures, "inquiries")
        assert "first replies" not in svg_of(LARGE, "inquiries")
    assert ALL["inquiries"](reading(figures)).charted == (2, 3)


def test_inquiries_say_how_long_they_took_and_what_became_of_them() -> None:
    with override("en"):
        note = ALL["inquiries"](reading(LARGE)).note
    assert "Hours to the first reply (median, 90 %): 1.5, 23.0. Hours to the answer: 48.0, 166.5." in note
    assert note.endswith("3 became entries.")
    assert ALL["inquiries"](reading(EMPTY)).note == ""


def test_the_scope_stays_when_a_mark_is_followed() -> None:
    line = BusinessLine(pk=3, code="CARD", name="信用卡中心")
    picture = ALL["lines"](reading(replace(ONE, lines=(), line_id=3), line))
    assert picture.drawing is not None
    assert 'href="/reports/2026-10/entries/?line=CARD&amp;bucket=high"' in (draw(picture.drawing.key) or "")
    assert picture.table.lines[0].values[0] == "信用卡中心"


def test_a_restricted_question_is_neither_said_nor_drawn_nor_linked() -> None:
    """Break it: without ``Reading.question`` all three show it."""
    secret = listed("只给本条线看", restricted_to=frozenset({1}))
    figures = replace(ONE, risers=(secret,), fallers=(secret,), new_entries=(secret,), new_count=1)
    for name in ("risers", "fallers", "new-entries"):
        picture = ALL[name](reading(figures))
        shown = f"{picture.finding}{picture.table}{svg_of(figures, name)}"
        assert "只给本条线看" not in shown
        assert "受限条目" in shown
        assert "/entries/7/" not in shown
        assert "只给本条线看" in ALL[name](reading(figures, lines=frozenset({1}))).finding


def test_what_was_drawn_is_not_drawn_again_and_nobody_names_what_no_page_described() -> None:
    spec = {"mark": "bar", "data": {"values": []}}
    first = drawing(spec)
    assert first.svg == ""
    assert draw(first.key) == drawing(spec).svg != ""
    assert draw("f" * 64) is None


def test_all_text_is_large_enough_and_no_colour_is_written_into_the_picture() -> None:
    for name in ("pareto", "lines", "trend", "hours", "risers"):
        svg = svg_of(LARGE, name)
        assert {int(size) for size in re.findall(r'font-size="(\d+)px"', svg)} == {16}
        assert not re.search(r'(fill|stroke)="(#|rgb)', svg)


def test_a_picture_in_english_is_another_picture() -> None:
    with override("en"):
        assert "very high" in svg_of(LARGE, "pareto")
    assert "很高" in svg_of(LARGE, "pareto")
