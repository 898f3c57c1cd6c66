"""The hours of a working day, as an administrator writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.lib import working_hours
from kb.lib.errors import RuleBrokenError


@pytest.mark.parametrize(
    ("written", "periods"),
    [
        ("09:00-12:00,13:30-18:00", ((540, 720), (810, 1080))),
        (" 9:00 - 12:00 , 13:30-18:00 ", ((540, 720), (810, 1080))),
        ("00:00-24:00", ((0, 1440),)),
        ("08:00-12:00,12:00-16:00", ((480, 720), (720, 960))),
    ],
)
def test_several_periods_a_day_are_read(written: str, periods: working_hours.Periods) -> None:
    assert working_hours.parse(written) == periods


@pytest.mark.parametrize(
    "written",
    [
        "",
        "9-18",
        "09:00-09:00",
        "18:00-09:00",
        "09:00-25:00",
        "09:60-10:00",
        "09:00-24:01",
        "13:30-18:00,09:00-12:00",
        "09:00-12:00,11:00-18:00",
        "09:00-12:00,",
        ",".join(f"0{hour}:00-0{hour}:30" for hour in range(9)),
        "０９:00-12:00x",
        None,
    ],
)
def test_anything_else_is_told_with_a_sentence(written: str) -> None:
    with pytest.raises(RuleBrokenError):
        working_hours.parse(written)


@given(st.lists(st.integers(0, 1440), min_size=2, max_size=16, unique=True).map(sorted))
def test_what_is_written_is_read_back(ends: list[int]) -> None:
    periods = tuple(zip(ends[::2], ends[1::2], strict=False))
    assert working_hours.parse(working_hours.write(periods)) == periods
