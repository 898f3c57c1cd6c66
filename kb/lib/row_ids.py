"""Ids of rows as browsers send them."""

BIGGEST_ID = 2**63 - 1
MOST_DIGITS = len(str(BIGGEST_ID))


def row_id(text: str) -> int | None:
    """The id that these digits spell; None where no row can have it.

    Digits are counted before they are read: Python raises ValueError for thousands of them.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        return None
    number = int(text)
    return number if number <= BIGGEST_ID else None
