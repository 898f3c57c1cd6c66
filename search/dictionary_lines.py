"""The lines a dictionary consists of and the rules they keep. Pure: no ORM, no clock."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.lib.errors import RuleBrokenError
from search.lexicon import Lexicon
from search.tokenizer import LONGEST_WORD, RUN, normalise

MOST_MEMBERS = 20
MOST_LINES = 20_000
BETWEEN_WORDS = re.compile(r"[,，、;；\r\n\t]+")


class LineKind(TextChoices):
    """What a line says about its words."""

    SYNONYMS = "synonyms", gettext_lazy("Synonyms")
    ALIAS = "alias", gettext_lazy("Aliases")
    WORD = "word", gettext_lazy("Words")
    HIDDEN = "hidden", gettext_lazy("Never suggested")


@dataclass(frozen=True)
class Line:
    """One word, one pair (typed, found) or one group of words, as an administrator wrote them."""

    kind: LineKind
    members: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """What two lines share that say the same; the order of a pair matters, that of a group does not."""
        words = tuple(map(normalise, self.members))
        return (self.kind.value, *(words if self.kind == LineKind.ALIAS else sorted(words)))


def read_line(kind: LineKind, text: str) -> Line:
    """A line from what was typed: words parted by commas, 、 or line ends. Raises RuleBrokenError."""
    words = [_printable(" ".join(word.split())) for word in BETWEEN_WORDS.split(text)]
    line = Line(kind, tuple(dict.fromkeys(filter(None, words))))
    check_line(line)
    return line


def _printable(word: str) -> str:
    return "".join(character for character in word if character.isprintable())


def check_line(line: Line) -> None:
    """Raises RuleBrokenError when a line breaks a rule that concerns it alone."""
    for word in line.members:
        if len("".join(RUN.findall(normalise(word)))) < 2:
            raise RuleBrokenError(
                _("“%(word)s” is too short: a word has at least two letters.") % {"word": word}
            )
        if len(word) > LONGEST_WORD:
            raise RuleBrokenError(
                _("“%(word)s…” is too long: a word has at most %(most)d letters.")
                % {"word": word[:16], "most": LONGEST_WORD}
            )
    distinct = len(set(map(normalise, line.members)))
    if not distinct:
        raise RuleBrokenError(_("Write at least one word."))
    if line.kind == LineKind.SYNONYMS and not 2 <= distinct <= MOST_MEMBERS:
        raise RuleBrokenError(
            _("A group needs 2 to %(most)d different words; this one has %(count)d.")
            % {"most": MOST_MEMBERS, "count": distinct}
        )
    if line.kind == LineKind.ALIAS and (distinct != 2 or len(line.members) != 2):
        raise RuleBrokenError(_("An alias has two different words: what is typed, and what it finds."))
    if line.kind in {LineKind.WORD, LineKind.HIDDEN} and len(line.members) != 1:
        raise RuleBrokenError(_("Write one word only."))
    if distinct != len(line.members):
        raise RuleBrokenError(_("A word stands there twice; width and case make no difference."))


def check_lines(lines: Sequence[Line]) -> None:
    """Raises RuleBrokenError when lines break a rule together: each keeps its own rules already."""
    if len(lines) > MOST_LINES:
        raise RuleBrokenError(_("A dictionary has at most %(most)d lines.") % {"most": MOST_LINES})
    group_of: dict[str, Line] = {}
    seen: set[tuple[str, ...]] = set()
    for line in lines:
        if line.key in seen:
            raise RuleBrokenError(_("“%(words)s” is there already.") % {"words": "、".join(line.members)})
        seen.add(line.key)
        for word in line.members if line.kind == LineKind.SYNONYMS else ():
            other = group_of.setdefault(normalise(word), line)
            if other is not line:
                raise RuleBrokenError(
                    _("“%(word)s” stands in another group already: %(words)s. A word belongs to one group.")
                    % {"word": word, "words": "、".join(other.members)}
                )


def apply_changes(lines: Iterable[Line], changes: Iterable[tuple[Line, bool]]) -> list[Line]:
    """The lines after these changes, (line, whether it goes), in order; a line that is gone may go again."""
    kept = {line.key: line for line in lines}
    for line, is_removal in changes:
        if is_removal:
            kept.pop(line.key, None)
        else:
            kept[line.key] = line
    return list(kept.values())


def lines_of(lexicon: Lexicon) -> list[Line]:
    """Every line of a lexicon."""
    return [
        *(Line(LineKind.SYNONYMS, group) for group in lexicon.groups),
        *(Line(LineKind.ALIAS, pair) for pair in lexicon.one_way),
        *(Line(LineKind.WORD, (word,)) for word in lexicon.words),
        *(Line(LineKind.HIDDEN, (word,)) for word in lexicon.hidden),
    ]


def lexicon_of(lines: Iterable[Line]) -> Lexicon:
    """The lexicon that consists of these lines; its version is the digest of what they say."""
    found: dict[LineKind, list[tuple[str, ...]]] = {kind: [] for kind in LineKind}
    for line in lines:
        found[line.kind].append(line.members)
    return Lexicon(
        digest(found),
        tuple(word for (word,) in found[LineKind.WORD]),
        tuple(found[LineKind.SYNONYMS]),
        tuple((typed, meant) for typed, meant in found[LineKind.ALIAS]),
        tuple(word for (word,) in found[LineKind.HIDDEN]),
    )


def digest(content: Mapping[Any, Iterable[Sequence[str]]]) -> str:
    """A name for what a dictionary says, whatever the order of its lines."""
    said = {str(kind): sorted(map(list, members)) for kind, members in content.items() if members}
    return blake2b(repr(sorted(said.items())).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def content_of(lines: Iterable[Line]) -> dict[str, list[list[str]]]:
    """The lines as they are stored."""
    content: dict[str, list[list[str]]] = {kind.value: [] for kind in LineKind}
    for line in lines:
        content[line.kind.value].append(list(line.members))
    return content


def read_content(content: Mapping[str, Any]) -> list[Line]:
    """Stored lines back again."""
    return [Line(LineKind(kind), tuple(members)) for kind, rows in content.items() for members in rows]
