"""Whole columns out of the database: the numbers that a row by row query gives."""

import pytest

from kb.lib.columns import read_columns

pytestmark = pytest.mark.django_db


def test_columns_are_the_numbers_of_the_rows() -> None:
    query = "SELECT n, -n * 4000000000 FROM generate_series(1::bigint, %(last)s) AS n"
    found = read_columns(query, ("one", "other"), {"last": 3})
    assert {name: column.tolist() for name, column in found.items()} == {
        "one": [1, 2, 3],
        "other": [-4_000_000_000, -8_000_000_000, -12_000_000_000],
    }


def test_no_rows_are_empty_columns() -> None:
    found = read_columns("SELECT 1::bigint WHERE false", ("one",))
    assert found["one"].tolist() == []


def test_a_row_without_a_value_is_an_error_and_not_left_out() -> None:
    with pytest.raises(TypeError, match="other"):
        read_columns("SELECT 1::bigint, NULL::bigint", ("one", "other"))
