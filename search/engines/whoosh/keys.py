"""What stands for a term in the arrays: a number of 64 bits, worked out for many terms at once.

The two highest bits are the field, the others a hash of the text: the sum of its characters, each multiplied
by a number of its place, of which the highest bits are kept (multilinear hashing; D. Lemire and O. Kaser,
Strongly Universal String Hashing is Fast, 2014). That any two of a million terms share one happens in one
index of some hundred thousand; then one of the two is not found.
"""

from codecs import utf_32_le_encode
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.compiled import END, FIELD_BITS, FIELD_SHIFT, hash_texts

TermKeys = NDArray[np.uint64]
Codes = NDArray[np.uint32]

MARKS = [*range(END, ord("?")), *range(0xE000, 0x110000)]  # "?" stands in place of half a character
LAST_KEY = np.uint64(2**64 - 1)
"""Stands behind all others in every array of keys, so that looking for a place always ends at one."""


def term_keys(texts: Sequence[str], field: int) -> TermKeys:
    """The keys of these texts, all of one field."""
    runs = np.array([len(texts), _checked(field), 0, 0], np.float64)
    keys = np.empty(len(texts), np.uint64)
    hash_texts(*codes_of(texts), runs, keys)
    return keys


def codes_of(texts: Sequence[str]) -> tuple[Codes, int]:
    """The characters of these texts, with a mark behind each, and that mark: it stands in none of them."""
    mark = chr(END)
    joined = mark.join(texts) + mark if texts else ""
    if joined.count(mark) != len(texts):
        mark = next(each for each in map(chr, MARKS) if each not in joined)
        joined = mark.join(texts) + mark
    return np.frombuffer(utf_32_le_encode(joined, "replace")[0], np.uint32), ord(mark)


def first_key(field: int) -> np.uint64:
    """No key of that field is lower, and none of a field before it as high."""
    return np.uint64(_checked(field)) << FIELD_SHIFT


def _checked(field: int) -> int:
    if not 0 <= field < 1 << int(FIELD_BITS):
        raise ValueError("A key has two bits for its field, so there are four at most.")
    return field
