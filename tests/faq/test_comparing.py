"""A text field by field with what differs."""

import pytest

from faq import comparing
from faq.models import Revision
from tests.factories import BusinessLineFactory, DraftEntryFactory, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision() -> Revision:
    return DraftEntryFactory.create(
        question="手续费多少",
        key_points=["核对身份", "立即挂失", "寄送地址"],
        answer="手续费 <40> 元。",
        lines_concerned=[BusinessLineFactory.create(name="电子银行")],
        valid_until=at("2026-03-01T00:00:00+08:00"),
    ).revisions.get()


def fields(before: comparing.Values | None, after: comparing.Values) -> dict[str, list[str]]:
    return {field.name: [str(part) for part in field.marked] for field in comparing.compare(before, after)}


def test_without_another_text_nothing_differs_and_empty_fields_are_left_out(revision: Revision) -> None:
    told = comparing.compare(None, comparing.values(revision))
    assert [field.name for field in told] == [
        "question",
        "key_points",
        "answer",
        "kind",
        "line",
        "lines_concerned",
        "valid_until",
    ]
    assert not any(field.is_changed for field in told)


def test_points_that_stay_are_found_and_the_others_are_held_against_each_other(revision: Revision) -> None:
    before = comparing.values(revision)
    after = before | {"key_points": ["先问姓名", "核对身份", "马上挂失"]}
    assert fields(before, after)["key_points"] == [
        "<ins>先问姓名</ins>",
        "核对身份",
        "<del>立即</del><ins>马上</ins>挂失",
        "<del>寄送地址</del>",
    ]


def test_what_came_or_went_as_a_whole_is_marked_as_a_whole(revision: Revision) -> None:
    before = comparing.values(revision)
    after = before | {"valid_until": [], "script": ["您好"]}
    told = fields(before, after)
    assert told["valid_until"] == ["<del>2026-03-01 00:00:00</del>"]
    assert told["script"] == ["<ins>您好</ins>"]


def test_a_text_cannot_bring_marks_of_its_own(revision: Revision) -> None:
    before = comparing.values(revision)
    after = before | {"answer": ["手续费 <script>50</script> 元。"]}
    (answer,) = fields(before, after)["answer"]
    assert "<script" not in answer
    assert "&lt;" in answer
