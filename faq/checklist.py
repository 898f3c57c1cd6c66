"""What a good entry has: told while it is written, and never a reason to refuse it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from faq import follow_ups, markdown
from faq.blanks import BLANK
from faq.exchange import cells
from faq.models import Kind
from faq.presenting import KeyPoint, key_points
from faq.sheet import Sheet

LONGEST_CALLERS_QUESTION = 40
ASKS = re.compile(
    "[?？吗呢么啥哪几谁]|如何|怎样|多少|多久|多长|是否|能否|可否|有没有|(.)不\\1|没有|不了|不到|不上|不见|丢了"
    "|被[盗骗吞]|(?i:how|what|when|where|why|which|who|can|do|does|is|are)\\b"
)


@dataclass(frozen=True)
class Check:
    """One thing to have, and whether it is there."""

    sentence: str
    is_met: bool


def checks(sheet: Sheet) -> list[Check]:
    """What applies to this kind of entry, in the order the form has it."""
    return list(_checks(sheet))


def _checks(sheet: Sheet) -> Iterator[Check]:
    points = key_points(cells.split(sheet["key_points"][0]))
    script, answer = sheet["script"][0], sheet["answer"][0]
    yield Check(_("The question reads like a caller's"), _is_asked(sheet["question"][0]))
    yield Check(_("There are key points"), bool(points))
    if any(follow_ups.named(point.text) for point in points):
        yield Check(_("Every arrow leads to a key point"), _arrows_lead(points))
    yield Check(_("There is an answer for the caller"), _is_for_callers(script) or _is_for_callers(answer))
    if "{" in script or "}" in script:
        yield Check(_("Every blank of the script is closed"), _blanks_closed(script))
    if sheet["kind"][0] == Kind.CAMPAIGN:
        yield Check(_("A campaign says until when it is valid"), bool(sheet["valid_until"][0]))
    yield Check(_("There are similar questions"), bool(sheet["similar_questions"][0]))
    yield Check(_("It is filed in a category"), bool(sheet["category"][0]))
    yield Check(_("The source is named"), bool(sheet["source_title"][0]))


def _is_asked(question: str) -> bool:
    return 0 < len(question) <= LONGEST_CALLERS_QUESTION and ASKS.search(question) is not None


def _is_for_callers(text: str) -> bool:
    return bool(markdown.for_the_caller(text).strip())


def _blanks_closed(script: str) -> bool:
    return not set("{}") & set(BLANK.sub("", script))


def _arrows_lead(points: list[KeyPoint]) -> bool:
    labels = {point.label for point in points}
    return all(label in labels for point in points for label in follow_ups.named(point.text))
