"""The short form of `script/bench closing`: two at once and kills leave one report with the same bytes."""

import pytest

from bench import closing, counts


@pytest.mark.usefixtures("committed")
@pytest.mark.concurrency
def test_two_at_once_and_kills_leave_one_report_with_the_same_bytes() -> None:
    counts.load(counts.around_month_ends(600, counts.make_entries(40)))
    assert closing.double_runs(closing.MONTH, 6) == {"runs": 6, "wrong": 0}
    killed = closing.kills(closing.MONTH, 3)
    assert (killed["kills"], killed["wrong"]) == (3, 0)
    assert killed["before_the_end"] >= 1
