"""Numbers that belong to a caller are masked before anything is stored: ``mask``.

Bank cards, identity cards and phone numbers keep their last four characters. In doubt a number is masked: a
search text reads as well without it, and a card number in a log does harm. So a number written in one piece
or with dashes needs no right check digit, for callers' numbers are misheard and mistyped. Only where blanks
stand between the digits it must be grouped as people group such numbers, or have a right check digit, for
amounts, dates and codes follow one another in the same way.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

__all__ = ["mask"]

KEPT = 4
MOST_GROUPS = 19
CARD = range(13, 20)

_Groups = list[re.Match[str]]

_BETWEEN = "[ \\t\u00a0\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff\\-\u2010-\u2015\u2212\uff0d)）]"
_DATE = r"(?:19|20)[0-9]{2}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])"
_DATES = rf"(?<![\d-]){_DATE}(?: ?- ?{_DATE})?(?![\d-])"
_RUN = rf"\d+(?:{_BETWEEN}{{1,2}}\d+)*(?:{_BETWEEN}?[XxＸｘ])?"
_DATES_OR_RUN = re.compile(rf"(?P<dates>{_DATES})|{_RUN}")
_GROUP = re.compile(r"\d+|[XxＸｘ]")

_COMPACT_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_ROUND_AMOUNT = re.compile(r"[1-9]\d{0,6}00")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d\d)\d{7,8}")
# Lengths of the groups, as people write them.
_CARD_GROUPS = re.compile(
    r"4(,4){2,3}(,[1-4])?|4,6,[45]|6,([7-9]|1[0-3])|5,5,[3-9]|4,4,([5-9]|1[01])|1(,1){12,}"
)
_ID_GROUPS = re.compile(r"6,8,[34](,1)?|6,4,4,[34](,1)?|6,4,2,2,[34](,1)?|6,6,3|14,[34](,1)?|17,1")
_MOBILE_GROUPS = re.compile(r"11|3,4,4|3,8|7,4|4,3,4|4,4,3|3,3,5|5,6|6,5|1(,1){10}|1,3,3,4|3,2,2,2,2")
_LANDLINE_GROUPS = re.compile(r"1[012]|[34],[78]|[34],[34],4|[34],4,3|[34],2,2,[34]")


def mask(text: str) -> str:
    """The text with every character of such a number but the last four as ``*``; its length stays.

    Masking again changes nothing. Never raises, whatever the text.
    """
    while (masked := _DATES_OR_RUN.sub(_mask_run, text)) != text:
        text = masked
    return text


def _mask_run(found: re.Match[str]) -> str:
    """Mask the numbers in one run of digit groups; only where none is plain, one that a check digit proves.

    Otherwise a hotline before a card could by chance make one number with the card's first half.
    """
    run = found[0]
    groups = [] if found["dates"] else list(_GROUP.finditer(run))
    numbers = _numbers(run, groups, _is_plain) or _numbers(run, groups, _is_proven)
    characters = list(run)
    for number in numbers:
        places = [place for group in number for place in range(*group.span())]
        for place in places[:-KEPT]:
            characters[place] = "*"
    return "".join(characters)


def _numbers(run: str, groups: _Groups, is_number: Callable[[str, _Groups], bool]) -> list[_Groups]:
    """The groups of each number, at each group the longest that begins there."""
    numbers, first = [], 0
    while first < len(groups):
        lasts = range(min(first + MOST_GROUPS, len(groups)), first, -1)
        last = next((last for last in lasts if is_number(run, groups[first:last])), None)
        if last:
            numbers.append(groups[first:last])
        first = last or first + 1
    return numbers


def _is_plain(run: str, groups: _Groups) -> bool:
    """Whether these groups together are written as one caller's number is."""
    parts = [_plain(group[0]) for group in groups]
    number = "".join(parts)
    lengths = ",".join(str(len(part)) for part in parts)
    if len(parts) == 1 and len(number) >= min(CARD):
        return True
    if _are_amounts_or_dates(parts):
        return False
    if _MOBILE.fullmatch(number):
        return bool(_MOBILE_GROUPS.fullmatch(lengths))
    if _LANDLINE.fullmatch(number):
        return bool(_LANDLINE_GROUPS.fullmatch(lengths))
    if not _has_length_of_a_card(number):
        return False
    has_blanks = any(
        character.isspace() for a, b in pairwise(groups) for character in run[a.end() : b.start()]
    )
    return not has_blanks or bool(_CARD_GROUPS.fullmatch(lengths) or _ID_GROUPS.fullmatch(lengths))


def _is_proven(_run: str, groups: _Groups) -> bool:
    """Whether these groups, however written, have a card's or identity card's check digit."""
    parts = [_plain(group[0]) for group in groups]
    number = "".join(parts)
    if not _has_length_of_a_card(number) or _are_amounts_or_dates(parts):
        return False
    return _has_card_check(number) or _has_id_check(number)


def _has_length_of_a_card(number: str) -> bool:
    return len(number) in CARD and ("X" not in number or len(number) == 18)


def _are_amounts_or_dates(parts: list[str]) -> bool:
    return any(all(kind.fullmatch(part) for part in parts) for kind in (_ROUND_AMOUNT, _COMPACT_DATE))


def _plain(part: str) -> str:
    """Digits of any script as 0–9, the check character as X."""
    return "".join(str(unicodedata.decimal(character, "X")) for character in part)


def _has_card_check(number: str) -> bool:
    """Luhn, ISO/IEC 7812-1 annex B."""
    if "X" in number:
        return False
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def _has_id_check(number: str) -> bool:
    """The check character of GB 11643: ISO 7064 MOD 11-2."""
    if len(number) != 18 or "X" in number[:-1]:
        return False
    values = [10 if digit == "X" else int(digit) for digit in number]
    return sum(value * pow(2, 17 - place, 11) for place, value in enumerate(values)) % 11 == 1
