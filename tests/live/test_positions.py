"""Up to where a page has heard, as text between browser and server."""

import pytest

from kb.live.positions import LONGEST_TEXT, Position, parsed

HERE = Position("7712358326327861967", 1795673450, "90:95:92")


@pytest.mark.parametrize("position", [HERE, HERE.inside(Position("7", 1795673460, "95:99:"), 41)])
def test_a_position_comes_back_as_it_went(position: Position) -> None:
    assert parsed(str(position), HERE) == position


def test_a_snapshot_alone_is_of_here_and_now() -> None:
    assert parsed("80:81:", HERE) == Position(HERE.server, HERE.at, "80:81:")


@pytest.mark.parametrize(
    "text", ["", "1", "1:2", "1.2.3", "1.2.3:4:5,", "1.2.3:4:.5:6:", "'; --", "1" * LONGEST_TEXT * 2]
)
def test_what_is_no_position_is_none(text: str) -> None:
    assert parsed(text, HERE) is None


def test_who_stopped_on_the_way_first_goes_the_rest_of_it() -> None:
    later = Position(HERE.server, 1795673470, "95:99:")
    stopped = HERE.inside(later, 41)
    assert [(str(a.before), a.upto, b.before) for a, b in stopped.stretches(Position("7", 0, "99:99:"))] == [
        ("90:95:92", 41, "95:99:"),
        ("95:99:", 0, "99:99:"),
    ]
