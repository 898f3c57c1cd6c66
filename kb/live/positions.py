"""Up to where a page has heard: a snapshot of PostgreSQL's transactions, exact in every order of commits.

An event is behind a position when its transaction had ended in that snapshot. So what is committed is told on
sight: a long transaction elsewhere holds nothing back, and its own events come once it commits.
"""

import re
from dataclasses import dataclass, replace

_SNAPSHOT = r"\d{1,19}:\d{1,19}:(?:\d{1,19}(?:,\d{1,19})*)?"
_WHOLE = re.compile(
    rf"(?P<server>\d{{1,20}})\.(?P<at>\d{{1,12}})\.(?P<before>{_SNAPSHOT})"
    rf"(?:\.(?P<within>{_SNAPSHOT})\.(?P<upto>\d{{1,18}}))?"
)
LONGEST_TEXT = 16_000  # some hundred transactions at work


@dataclass(frozen=True, slots=True)
class Position:
    """All that had ended in ``before`` was heard, and of what ended until ``within`` the ids up to ``upto``.

    ``server`` names the PostgreSQL cluster whose transactions these are, ``at`` is the time in seconds.
    """

    server: str
    at: int
    before: str
    within: str = ""
    upto: int = 0

    def inside(self, later: "Position", upto: int) -> "Position":
        """On the way from here to ``later``."""
        return replace(self, at=later.at, within=later.before, upto=upto)

    def stretches(self, until: "Position") -> "list[tuple[Position, Position]]":
        """The way from here: first the rest of the stretch it stopped in, then on from its end."""
        if not self.within:
            return [(self, until)]
        middle = Position(self.server, self.at, self.within)
        return [(self, middle), (middle, until)]

    def __str__(self) -> str:
        whole = f"{self.server}.{self.at}.{self.before}"
        return f"{whole}.{self.within}.{self.upto}" if self.within else whole


def parsed(text: str, here: Position) -> Position | None:
    """The position a page names, None where it is none; a snapshot alone is of this server and of now."""
    if len(text) > LONGEST_TEXT:
        return None
    if re.fullmatch(_SNAPSHOT, text):
        return replace(here, before=text)
    found = _WHOLE.fullmatch(text)
    if found is None:
        return None
    server, at, before, within, upto = found.groups()
    return Position(server, int(at), before, within or "", int(upto or 0))
