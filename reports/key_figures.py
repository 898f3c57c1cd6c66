"""The few figures on top of a report, with those of the month before."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.figures import Figures
from reports.reading import Reading
from reports.written import count, growth


@dataclass(frozen=True)
class KeyFigure:
    """``address`` is where it leads; ``beside`` is what it is held against."""

    name: str
    value: int
    beside: str = ""
    address: str = ""

    @property
    def said(self) -> str:
        return count(self.value)


def key_figures(reading: Reading, last: Figures | None) -> list[KeyFigure]:
    """``last`` is the report of the month before, where that is closed."""
    figures = reading.figures
    return [
        KeyFigure(_("Hits"), figures.hits, _hits_beside(figures)),
        KeyFigure(
            _("Entries asked"),
            figures.asked,
            " · ".join(filter(None, [_of_all(figures), _before(last.asked if last else None)])),
        ),
        KeyFigure(
            _("Answer half of all calls"),
            figures.half,
            _before(last.half if last else None),
            reading.entries(),
        ),
        KeyFigure(
            _("Never asked"),
            figures.never_asked,
            _before(last.never_asked if last else None),
            reading.entries(asked="never"),
        ),
        KeyFigure(
            _("New entries"),
            figures.new_count,
            _before(last.new_count if last else None),
            reading.entries(new=1),
        ),
    ]


def _hits_beside(figures: Figures) -> str:
    if figures.is_provisional or not figures.last_hits:
        return _("last month %(count)s") % {"count": count(figures.last_hits)}
    return _("%(change)s · last month %(count)s") % {
        "change": growth(figures.hits, figures.last_hits),
        "count": count(figures.last_hits),
    }


def _of_all(figures: Figures) -> str:
    return _("of %(count)s") % {"count": count(figures.entries)}


def _before(number: int | None) -> str:
    return "" if number is None else _("last month %(count)s") % {"count": count(number)}
