"""What a month that still runs would come to at its present pace. Pure."""

from fractions import Fraction

from reports.figures import Figures


def elapsed(figures: Figures) -> Fraction:
    """How much of the month the counts reach over; 1 of one that is over."""
    month = figures.month
    if not figures.is_provisional:
        return Fraction(1)
    whole = (month.ends_at - month.starts_at).total_seconds()
    passed = (figures.asked_until - month.starts_at).total_seconds()
    return min(max(Fraction(int(passed), int(whole)), Fraction(1, int(whole))), Fraction(1))


def expected(figures: Figures, hits: int) -> int:
    """So many hits until now, over the whole month."""
    return round(hits / elapsed(figures))
