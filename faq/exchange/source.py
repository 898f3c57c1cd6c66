"""Where information came from, as one text: title, link and date, each on its own line. Pure."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from faq import wording

LONGEST_TITLE = 300
LONGEST_LINK = 500
_is_link = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class SourceText:
    title: str = ""
    link: str = ""
    dated_on: date | None = None

    def lines(self) -> list[str]:
        dated = self.dated_on.isoformat() if self.dated_on else ""
        return [line for line in (self.title, self.link, dated) if line]


def parse(text: str) -> SourceText:
    """The first line is the title; of the others a link is the link, a date the date, the rest title as well.

    Raises ValueError with a sentence for people.
    """
    titles: list[str] = []
    link = ""
    dated_on: date | None = None
    for number, line in enumerate(wording.tidy_line(line) for line in wording.tidy(text).split("\n")):
        if number and not link and line.startswith(("http://", "https://")):
            link = _checked(line)
        elif number and dated_on is None and (day := _day(line)):
            dated_on = day
        elif line:
            titles.append(line)
    title = " ".join(titles)
    if len(title) > LONGEST_TITLE:
        raise ValueError(_("a source's title has at most %(most)s characters") % {"most": LONGEST_TITLE})
    return SourceText(title, link, dated_on)


def _checked(link: str) -> str:
    try:
        _is_link(link)
    except ValidationError:
        raise ValueError(_("“%(link)s” is not a link") % {"link": link[:100]}) from None
    if len(link) > LONGEST_LINK:
        raise ValueError(_("a link has at most %(most)s characters") % {"most": LONGEST_LINK})
    return link


def _day(line: str) -> date | None:
    try:
        return date.fromisoformat(line)
    except ValueError:
        return None
