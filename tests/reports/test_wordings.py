"""What a proposal says of itself has no blanks where its rule told the figures."""

from django.utils.translation import override

from reports.rules.base import Known
from reports.rules.moving import _to_category
from reports.wordings import _move, _split


def test_a_split_says_of_how_many_calls() -> None:
    with override("en"):
        said = list(_split({"hits": 60, "calls_of_first": 40, "calls_of_second": 23}))
    assert said == ["23 of 63 confirmed calls ask something else."]


def test_a_move_says_what_was_opened_in_the_same_calls() -> None:
    entry = Known(1, 1, 5, "faq", hits=40)
    found = _to_category(entry, 6, [], {}, {6: 20, 5: 3})
    with override("en"):
        said = list(_move(dict(found.evidence)))
    assert said == [
        "Asked 40 times.",
        "In 20 calls an entry filed there was opened too, in 3 one filed where it is.",
    ]
