"""Two people's texts of one draft side by side, part by part, for a person to choose."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from accounts.models import BusinessLine
from accounts.requests import AgentRequest
from faq import sheet as sheets
from faq.differing import Piece, words
from faq.exchange import cells
from faq.models import Category, Kind, Revision, Significance
from faq.sheet import Part, Sheet
from faq.views.pages import Sent


@dataclass(frozen=True)
class Difference:
    """One part in which both differ; ``choice`` is who alone changed it, or nobody when both did."""

    part: Part
    mine: list[Piece]
    theirs: list[Piece]
    choice: str


@dataclass(frozen=True)
class Open:
    """A form of the conflict's page on which not every part was chosen."""

    sent: Sent


def chosen(request: AgentRequest, told: Sent, revision: Revision) -> Sent | Open:
    """The form with their words where a person chose them; any other form as it is."""
    differing = request.POST.getlist("differs")
    choices = {name: request.POST.get(f"choose-{name}") for name in differing}
    if not differing:
        return told
    if not all(choice in ("mine", "theirs") for choice in choices.values()):
        return Open(told)
    theirs = sheets.of(revision, request.user)
    taken = {name for name, choice in choices.items() if choice == "theirs"}
    return replace(told, sheet=sheets.with_parts(told.sheet, theirs, taken))


def differences(mine: Sheet, theirs: Sheet, seen: dict[str, str]) -> list[Difference]:
    """Every part to choose on; ``seen`` are the digests of what both began from."""
    found = []
    names = _Names(mine, theirs)
    for part in sheets.differing(mine, theirs):
        pieces = words(names.told(theirs, part), names.told(mine, part))
        choice = ""
        if sheets.digest(mine, part) == seen.get(part.name):
            choice = "theirs"
        elif sheets.digest(theirs, part) == seen.get(part.name):
            choice = "mine"
        found.append(
            Difference(
                part,
                mine=[piece for piece in pieces if piece.kind != "gone"],
                theirs=[piece for piece in pieces if piece.kind != "new"],
                choice=choice,
            )
        )
    return found


class _Names:
    """What keys in a form stand for, looked up once for both texts."""

    def __init__(self, *both: Sheet) -> None:
        lines = {pk for one in both for name in ("line", "lines_concerned") for pk in _keys(one[name])}
        categories = {pk for one in both for pk in _keys(one["category"])}
        self._lines = dict(BusinessLine.objects.filter(pk__in=lines).values_list("pk", "name"))
        self._categories = dict(Category.objects.filter(pk__in=categories).values_list("pk", "path"))

    def told(self, sheet: Sheet, part: Part) -> str:
        """A part as people read it."""
        values = sheet[part.names[0]]
        match part.name:
            case "line" | "lines_concerned":
                return "\n".join(sorted(self._lines.get(pk, "") for pk in _keys(values)))
            case "category":
                return "\n".join(self._categories.get(pk, "") for pk in _keys(values))
            case "kind" | "significance":
                choices = Kind.choices if part.name == "kind" else Significance.choices
                return str(dict(choices).get(values[0], values[0]))
            case "is_restricted":
                return _("Yes") if values else _("No")
            case "key_points" | "similar_questions" | "keywords":
                return "\n".join(cells.split(values[0]))
            case "variants":
                rows = zip(*(sheet[name] for name in part.names), strict=True)
                return "\n\n".join("\n".join(filter(None, row)) for row in rows)
        return "\n".join(filter(None, (sheet[name][0] for name in part.names)))


def _keys(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]
