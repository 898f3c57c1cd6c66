"""How dictionaries and figures of searches are written."""

from dataclasses import dataclass

from django import template
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from search.dictionary_lines import Line, LineKind
from search.models import DictionaryChange, Trial
from search.quality import HEIGHT
from search.yardstick import Figures

register = template.Library()


@dataclass(frozen=True)
class FigureRow:
    """One figure before and after; ``verdict`` is good, bad or nothing."""

    name: str
    before: str
    after: str
    difference: str
    verdict: str


@register.filter
def as_text(line: Line | DictionaryChange) -> str:
    """A line as it is typed into the form."""
    return "、".join(line.members)


@register.filter
def meaning_of_kind(kind: LineKind) -> str:
    """What a line of this kind does to searches."""
    return {
        LineKind.SYNONYMS: _("Words of a group find each other's entries."),
        LineKind.ALIAS: _("Whoever types the first word also finds the second, not the other way round."),
        LineKind.WORD: _("These stay whole when a text is cut into words."),
        LineKind.HIDDEN: _("These are never suggested while somebody types."),
    }[kind]


@register.filter
def form_label(kind: LineKind) -> str:
    """What the form asks for."""
    return {
        LineKind.SYNONYMS: _("New group: words parted by commas"),
        LineKind.ALIAS: _("New alias: what is typed, a comma, what it also finds"),
        LineKind.WORD: _("New word"),
        LineKind.HIDDEN: _("Word that is never suggested"),
    }[kind]


@register.filter
def edit_query(kind: LineKind, text: str) -> str:
    """The address that puts a line into the form."""
    return urlencode({"kind": kind.value, "edit": text})


@register.filter
def share(value: float) -> str:
    """A share of 1 as a percentage with one decimal place."""
    return f"{number_format(round(value * 100, 1), 1)}%"


@register.filter
def unlocalised(number: float) -> str:
    """A number as SVG reads it, whatever the language."""
    return str(number)


@register.simple_tag
def quality_grid() -> list[tuple[float, str]]:
    """The lines behind the picture: their height and what stands beside them."""
    return [(HEIGHT * (1 - percent / 100), f"{percent}%") for percent in (0, 25, 50, 75, 100)]


@register.filter
def figure_rows(trial: Trial) -> list[FigureRow]:
    """The figures of a finished trial side by side."""
    before, after = Figures.read(trial.before or {}), Figures.read(trial.after or {})
    return [
        _share_row(_("In first place"), before.recall_at_1, after.recall_at_1),
        _share_row(_("Among the first five"), before.recall_at_5, after.recall_at_5),
        _number_row(_("Median rank"), before.median_rank, after.median_rank),
        _number_row(_("Not found"), before.not_found, after.not_found),
    ]


def _share_row(name: str, before: float, after: float) -> FigureRow:
    points = round((after - before) * 100, 1)
    return FigureRow(name, share(before), share(after), _signed(points, 1), _verdict(points))


def _number_row(name: str, before: int | None, after: int | None) -> FigureRow:
    if before is None or after is None:
        return FigureRow(name, _or_dash(before), _or_dash(after), "–", "")
    return FigureRow(name, str(before), str(after), _signed(after - before, 0), _verdict(before - after))


def _signed(number: float, places: int) -> str:
    if not number:
        return number_format(0, places)
    return ("+" if number > 0 else "−") + number_format(abs(number), places)


def _verdict(gain: float) -> str:
    return "better" if gain > 0 else "worse" if gain < 0 else ""


def _or_dash(number: int | None) -> str:
    return "–" if number is None else str(number)
