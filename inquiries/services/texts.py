"""What people wrote, as it is stored: tidied, masked, not too long."""

from django.utils.translation import gettext as _

from faq import wording
from kb.lib.errors import RuleBrokenError
from kb.lib.masking import mask

LONGEST_LINE = 500
LONGEST_TEXT = 10_000


def line(text: str, missing: str = "") -> str:
    """One line. Raises RuleBrokenError when it is too long, or with the sentence ``missing`` when empty."""
    return _checked(mask(wording.tidy_line(text)), LONGEST_LINE, missing)


def text(text: str, missing: str = "") -> str:
    """Several lines. Raises like `line`."""
    return _checked(mask(wording.tidy(text)), LONGEST_TEXT, missing)


def beginning(text: str) -> str:
    """One line of which what is too long is left out, after masking, for half a number hides from it."""
    return mask(wording.tidy_line(text))[:LONGEST_LINE]


def _checked(masked: str, most: int, missing: str) -> str:
    if missing and not masked:
        raise RuleBrokenError(missing)
    if len(masked) > most:
        raise RuleBrokenError(_("The text may have at most %(most)s characters.") % {"most": most})
    return masked
