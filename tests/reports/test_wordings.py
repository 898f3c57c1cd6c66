"""What a proposal says of itself has no blanks where its rule told the figures."""

from django.utils.translation import override

from reports.wordings import _split


def test_a_split_says_of_how_many_calls() -> None:
    with override("en"):
        said = list(_split({"hits": 60, "calls_of_first": 40, "calls_of_second": 23}))
    assert said == ["23 of 63 confirmed calls ask something else."]
