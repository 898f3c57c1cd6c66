"""Arrows between key points, and the blanks of a script."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.follow_ups import Piece, origins, pieces
from faq.presenting import blocks, key_points

KNOWN = {
    "class", "type", "data-blank", "aria-label", "placeholder", "size", "maxlength", "autocomplete",
    "autocapitalize", "autocorrect", "spellcheck",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("境外 → 3b", [Piece("境外 "), Piece("→ 3b", "3b")]),
        (
            "境内→3a；境外 ->3b。",
            [Piece("境内"), Piece("→3a", "3a"), Piece("；境外 "), Piece("->3b", "3b"), Piece("。")],
        ),
        ("→ 3a", [Piece("→ 3a", "3a")]),
        ("境外 → 9z", [Piece("境外 → 9z")]),
        ("代办 → 请按规定答复", [Piece("代办 → 请按规定答复")]),
        ("约 → 3个工作日", [Piece("约 → 3个工作日")]),
        ("→ 3bc", [Piece("→ 3bc")]),
        ("先做完 → 3 (再核实)", [Piece("先做完 "), Piece("→ 3", "3"), Piece(" (再核实)")]),
        ("", []),
    ],
)  # fmt: skip
def test_an_arrow_to_a_step_that_is_there_is_told_apart(text: str, expected: list[Piece]) -> None:
    assert list(pieces(text, {"1", "2", "3", "3a", "3b"})) == expected


@given(st.text(alphabet="→->3ab 境外，1234", max_size=40))
def test_no_part_of_the_text_is_lost(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text, {"1", "3a", "3b", "3"})) == text


def test_a_step_knows_where_its_arrow_came_from() -> None:
    points = key_points(["核身", "境内 → 3a；境外 → 3b", "3a 挂失", "3b 转专线 → 1", "再说一遍 → 4"])
    assert [(point.label, point.origin) for point in points] == [
        ("1", "3b"),
        ("2", ""),
        ("3a", "2"),
        ("3b", "2"),
        ("4", ""),
    ]


def test_the_first_arrow_is_where_one_goes_back_to() -> None:
    arrow = Piece("→ 3", "3")
    assert origins({"1": [arrow], "2": [arrow], "3": [arrow]}) == {"3": "1"}


def test_a_blank_is_a_field_that_nothing_can_send() -> None:
    (block,) = blocks("{姓氏}女士，您好 & 再见")
    assert 'data-blank="姓氏"' in block.spoken_html
    assert 'autocomplete="off"' in block.spoken_html
    assert " name=" not in block.spoken_html
    assert block.spoken_html.endswith("女士，您好 &amp; 再见</p>")


@given(st.text(alphabet="{}<>\"'&= \n张姓xX1", max_size=60))
def test_no_blank_brings_markup_of_its_own(text: str) -> None:
    tags: list[str] = []
    attributes: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)
            attributes.update(name for name, _value in attrs)

    Reader().feed("".join(block.spoken_html for block in blocks(text)))
    assert set(tags) <= {"p", "br", "input"}
    assert attributes <= KNOWN
