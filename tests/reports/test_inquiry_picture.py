"""The picture of inquiries draws what their own room tells of a month, as a report stores it."""

from dataclasses import replace

import pytest

from accounts.models import BusinessLine
from inquiries.figures import month_figures
from kb.lib.months import Month
from reports import reckoning
from reports.pictures.inquiries import by_line, finding
from tests.factories import AgentFactory, BusinessLineFactory
from tests.inquiries.test_figures import past
from tests.reports.figures_made import EMPTY, reading

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)


def test_it_shows_the_lines_and_deadlines_that_were_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    line: BusinessLine = BusinessLineFactory.create(name="信用卡中心")
    expert = AgentFactory.create()
    ends = {"replied": "03-02T11:00", "answered": "03-03T10:00", "by": expert}
    past(line, "03-02T10:00", monkeypatch, **ends)
    past(line, "03-02T10:00", monkeypatch)
    figures = replace(EMPTY, inquiries=reckoning._as_json(month_figures(MARCH, None)))
    (row,) = by_line(reading(figures))
    assert (row.line_id, row.forwarded, row.answer.met, row.answer.late) == (line.pk, 2, 1, 1)
    assert "1" in finding(figures)
    assert "2" in finding(figures)
