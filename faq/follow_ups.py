"""Where a key point leads: ``境外 → 3b`` names another step, which the page links to and back from. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

_ARROW = re.compile(r"(?P<arrow>→|->)\s*(?P<label>\d{1,2}[a-z]?)(?=$|[\s,，;；、.。:：)）/|])")


@dataclass(frozen=True)
class Piece:
    """A part of a step's text; ``leads_to`` is the label of the step that a click on it goes to, or empty."""

    text: str
    leads_to: str = ""


def pieces(text: str, labels: Collection[str]) -> tuple[Piece, ...]:
    """The text cut at the arrows that lead to one of these steps; an arrow to nowhere stays text."""
    found: list[Piece] = []
    done = 0
    for arrow in _ARROW.finditer(text):
        if arrow["label"] in labels:
            found += [Piece(text[done : arrow.start()]), Piece(arrow[0], arrow["label"])]
            done = arrow.end()
    return tuple(piece for piece in (*found, Piece(text[done:])) if piece.text)


def named(text: str) -> list[str]:
    """The labels that the arrows of a step's text name, of steps that are there or not."""
    return [arrow["label"] for arrow in _ARROW.finditer(text)]


def origins(steps: Mapping[str, Sequence[Piece]]) -> dict[str, str]:
    """For each step that an arrow leads to, the first step it comes from; both by their labels."""
    found: dict[str, str] = {}
    for label, parts in steps.items():
        for piece in parts:
            if piece.leads_to and piece.leads_to != label:
                found.setdefault(piece.leads_to, label)
    return found
