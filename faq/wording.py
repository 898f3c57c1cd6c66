"""How texts are tidied before they are stored, and how long they may be. Pure."""

import re
import unicodedata

from django.utils.translation import gettext as _

LONGEST_QUESTION = 500
LONGEST_KEY_POINT = 1_000
LONGEST_TEXT = 30_000  # fits a workbook's cell
LONGEST_KEYWORD = 100
LONGEST_CATEGORY_NAME = 100
LONGEST_CATEGORY_PATH = 500
MOST_SIMILAR_QUESTIONS = 200
MOST_KEY_POINTS = 100
MOST_KEYWORDS = 100
LONGEST_VARIANT_NAME = 50
MOST_VARIANTS = 20

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def tidy(text: str) -> str:
    """A text as it is stored: line ends are ``\\n``, no other control character but tab, no blank ends.

    Raises ValueError on half a surrogate pair, which no database and no file can hold.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    if _SURROGATE.search(text):
        raise ValueError("surrogate")
    text = _LINE_ENDS.sub("\n", text)
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")
    return "".join(kept).strip()


def tidy_line(text: str) -> str:
    """The same for a text of one line: a question, a keyword, a name."""
    return re.sub(r"\s*[\n\t]\s*", " ", tidy(text))


def tidy_path(path: str) -> str:
    """A category's address, ``a / b`` as ``a/b``. Raises ValueError with a sentence for people."""
    path = tidy_line(path)
    if not path:
        return ""
    names = [name.strip() for name in path.split("/")]
    if not all(names):
        raise ValueError(_("“%(path)s” has a part without a name") % {"path": path[:100]})
    if len("/".join(names)) > LONGEST_CATEGORY_PATH or max(map(len, names)) > LONGEST_CATEGORY_NAME:
        raise ValueError(_("a category's name has at most 100 characters, its path 500"))
    return "/".join(names)
