"""Named arrays of numbers in one file, used where they lie: opening one copies and decodes nothing.

The layout: MAGIC, the length of the head, the head (JSON: the arrays' types, how many values each has and
where it begins), then the arrays one behind the other, each on a border of eight bytes. All is little-endian.
"""

import json
import struct
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
MAGIC = b"WENQU\x00\x00\x01"
LENGTH = struct.Struct("<Q")
BORDER = 8


def to_bytes(arrays: Arrays) -> bytes:
    """The content of a file of these arrays, each of one dimension."""
    little = {name: np.ascontiguousarray(each, each.dtype.newbyteorder("<")) for name, each in arrays.items()}
    begins = [0, *accumulate(_padded(each.nbytes) for each in little.values())]
    told = {
        name: (each.dtype.str, len(each), begin)
        for (name, each), begin in zip(little.items(), begins, strict=False)
    }
    head = json.dumps(told).encode("ascii")
    begun = MAGIC + LENGTH.pack(len(head)) + head
    return b"".join(_filled_up(each) for each in (begun, *(array.tobytes() for array in little.values())))


def from_bytes(content: bytes) -> dict[str, NDArray[Any]]:
    """The arrays, read-only views of these very bytes. Raises ValueError when it is no such file."""
    if content[: len(MAGIC)] != MAGIC:
        raise ValueError("not a file of arrays")
    (length,) = LENGTH.unpack_from(content, len(MAGIC))
    end = len(MAGIC) + LENGTH.size + length
    first = _padded(end)
    head = json.loads(content[len(MAGIC) + LENGTH.size : end])
    return {
        name: np.frombuffer(content, dtype, count, first + begin)
        for name, (dtype, count, begin) in head.items()
    }


def _filled_up(content: bytes) -> bytes:
    return content.ljust(_padded(len(content)), b"\0")


def _padded(size: int) -> int:
    return -(-size // BORDER) * BORDER
