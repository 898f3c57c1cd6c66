"""What stands for a term in the arrays: a number of 64 bits, worked out for many terms at once.

The two highest bits are the field, the others a hash of the text: the sum of its characters, each multiplied
by a number of its place, of which the highest bits are kept (multilinear hashing; D. Lemire and O. Kaser,
Strongly Universal String Hashing is Fast, 2014). That any two of a million terms share one happens in one
index of some hundred thousand; then one of the two is not found.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

TermKeys = NDArray[np.uint64]

MOST_FIELDS = 4
FIELD_SHIFT = np.uint64(62)
DROPPED = np.uint64(2)  # what is shifted out is what tells least
LAST_KEY = np.uint64(2**64 - 1)
"""Stands behind all others in every array of keys, so that looking for a place always ends at one."""
SEED = np.uint64(0x9E3779B97F4A7C15)
USUAL_LENGTH = 4_096


def term_keys(texts: Sequence[str], first_keys: TermKeys | np.uint64) -> TermKeys:
    """The keys of these texts, each in the field with that first key."""
    if not texts:
        return np.empty(0, np.uint64)
    joined = "\1".join(texts) + "\1"  # so that none is empty, and its length counts
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), np.uint32)
    lengths = np.array(list(map(len, texts))) + 1
    starts = lengths.cumsum() - lengths
    place = np.arange(len(codes)) - starts.repeat(lengths)
    multipliers = _multipliers(max(USUAL_LENGTH, int(lengths.max())))
    hashed = np.add.reduceat(codes * multipliers[place], starts)
    keys: TermKeys = (hashed >> DROPPED) | first_keys
    return keys


def first_key(field: int) -> np.uint64:
    """No key of that field is lower, and none of a field before it as high. There are four at most."""
    if not 0 <= field < MOST_FIELDS:
        raise ValueError("A key has two bits for its field.")
    return np.uint64(field) << FIELD_SHIFT


@lru_cache(maxsize=2)
def _multipliers(length: int) -> TermKeys:
    """An odd number for each place of a text, the same for ever (splitmix64)."""
    numbers = np.arange(1, length + 1, dtype=np.uint64) * SEED
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (numbers ^ (numbers >> np.uint64(31))) | np.uint64(1)
