"""Blanks of a script, ``{姓氏}``: filled in on the page while it is read out, and nowhere else. Pure."""

import re

from django.utils.html import linebreaks

BLANK = re.compile(r"\{([^{}<>\n]{1,30})\}")
LONGEST_VALUE = 60

# Without a name no form sends it, without completion no browser keeps it, and no speller asks about it.
_FIELD = (
    '<input class="blank" type="text" data-blank="{0}" aria-label="{0}" placeholder="{0}" size="{1}"'
    ' maxlength="{2}" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false">'
)


def spoken_html(text: str) -> str:
    """A script's plain text as paragraphs, with a field for each of its blanks."""
    return BLANK.sub(_field, linebreaks(text, autoescape=True))


def _field(blank: re.Match[str]) -> str:
    """The text was escaped before, so the name may stand in an attribute."""
    name = blank[1]
    return _FIELD.format(name, max(4, 2 * len(name)), LONGEST_VALUE)
