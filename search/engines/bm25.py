"""The arithmetic of BM25 as Whoosh does it, shared by all engines so that they rank alike.

S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009); the variant and the
quantised lengths are those of whoosh.scoring.bm25 and whoosh.util.numeric.
"""

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length, length_to_byte

B = 0.75
K1 = 1.2

Number = TypeVar("Number", float, NDArray[np.float64])


def idf(documents: int, with_term: int) -> float:
    """How much a term tells: ``with_term`` of so many ``documents`` hold it."""
    return math.log(documents / (with_term + 1)) + 1


def idfs(documents: int, with_term: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much each of many terms tells, by how many of the documents hold it."""
    return np.log(documents / (with_term + 1.0)) + 1


def length_of(byte: int) -> int:
    """The length that one byte says."""
    return int(byte_to_length(byte))


def quantised(length: int) -> int:
    """A field's length as one byte can say it."""
    return length_of(length_to_byte(length))


def saturated(frequency: Number, length: Number, average: float) -> Number:
    """The share of a term's idf that a field of this length earns with this frequency."""
    return frequency * (K1 + 1) / (frequency + K1 * ((1 - B) + B * length / average))
