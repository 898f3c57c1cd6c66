"""What is asked more, lately and in the agent's own line, comes first among equals."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from hits import reads
from search import asked

pytestmark = pytest.mark.django_db


def test_hits_count_by_line_and_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    since: list[date] = []

    def hits_by_line(day: date) -> list[tuple[int, int, int]]:
        since.append(day)
        return [(7, 1, 3), (7, 2, 40), (8, 1, 5)]

    monkeypatch.setattr(reads, "hits_by_line", hits_by_line)
    asked.refresh()
    of_first, of_both = asked.by({1}), asked.by({1, 2})
    assert (of_first(7), of_first(8), of_first(9)) == ((3, 43), (5, 5), (0, 0))
    assert of_both(7) == (43, 43)
    assert abs((timezone.now().date() - since[0]) - timedelta(days=asked.DAYS)) <= timedelta(days=1)


def test_they_are_read_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "hits_by_line", lambda _day: [])
    asked.refresh()
    assert not asked.follow()
    monkeypatch.setattr(asked, "REFRESH_SECONDS", 0.0)
    assert asked.follow()
