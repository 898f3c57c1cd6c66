"""How a report's figures are written on the page and in sentences."""

from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import get_language

from reports.tables import Form, Value

TEN_THOUSAND = 10_000


def count(number: int) -> str:
    """A whole number with its thousands parted, whatever the language."""
    return f"{number:,}"


def short_count(number: int) -> str:
    """A whole number that fits on a mark; from ten thousand on in thousands, in Chinese in 万."""
    if number < TEN_THOUSAND:
        return str(number)
    if get_language() == "en":
        return f"{round(number / 1000)}k"
    return f"{number / TEN_THOUSAND:.1f}万" if number < 100 * TEN_THOUSAND else f"{number // TEN_THOUSAND}万"


def signed(number: int) -> str:
    """A difference with its sign; none for no difference."""
    return f"{number:+,}".replace("-", "−") if number else "0"


def percent(part: float | Fraction) -> str:
    """A share of 1 as a percentage with one decimal place."""
    return f"{number_format(round(float(part) * 100, 1), 1)}%"


def whole_percent(part: float, whole: float) -> int:
    """How many of a hundred, rounded; 0 of nothing."""
    return round(100 * part / whole) if whole else 0


def growth(now: int, before: int) -> str:
    """How much more or less than before, in whole percent; empty where there was nothing before."""
    if not before:
        return ""
    more = round(100 * (now - before) / before)
    return f"{signed(more)}%"


def value(one: Value, form: Form) -> str:
    """A cell as it is read."""
    if one is None or one == "":
        return "–"
    match form, one:
        case Form.SHARE, int() | float() | Fraction():
            return percent(one)
        case Form.CHANGE, int():
            return signed(one)
        case Form.AMOUNT, int() | float() | Fraction():
            return number_format(round(float(one), 1), 1)
        case Form.NUMBER, int():
            return count(one)
    return str(one)
