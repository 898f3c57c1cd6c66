"""The dictionary every site begins with: what callers of Chinese banks say in more than one way."""

from functools import cache
from pathlib import Path

from search.lexicon import Lexicon

FILE = Path(__file__).parent / "builtin_dictionary.txt"


@cache
def lexicon() -> Lexicon:
    """The built-in dictionary, read once per process."""
    return parse(FILE.read_text(encoding="utf-8"))


def parse(text: str) -> Lexicon:
    """Read ``= a b`` (synonyms), ``> a b`` (who types a also finds b), ``+ a`` (one word), ``- a`` (hidden).

    Lines that begin with ``#`` are remarks. Raises ValueError for anything else.
    """
    words, groups, one_way, hidden = [], [], [], []
    for line in filter(None, map(str.strip, text.splitlines())):
        mark, *members = line.split()
        if mark.startswith("#"):
            continue
        if mark == "=" and len(members) > 1:
            groups.append(tuple(members))
        elif mark == ">" and len(members) == 2:
            one_way.append((members[0], members[1]))
        elif mark == "+" and len(members) == 1:
            words += members
        elif mark == "-" and len(members) == 1:
            hidden += members
        else:
            raise ValueError(f"This is not a line of a dictionary: {line!r}")
    return Lexicon("built-in", tuple(words), tuple(groups), tuple(one_way), tuple(hidden))
