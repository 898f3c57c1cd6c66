"""Named arrays of numbers in one file, used where they lie: opening one copies and decodes nothing.

The layout: MAGIC, the length of the head, the head (JSON: the arrays' types, how many values each has and
where it begins), then the arrays one behind the other, each on a border of eight bytes. All is little-endian.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
MAGIC = b"WENQU\x00\x00\x01"
LENGTH = struct.Struct("<Q")
BORDER = 8


def to_bytes(arrays: Arrays) -> bytes:
    """One file's content; every array must be of one dimension."""
    little = {name: np.ascontiguousarray(each, each.dtype.newbyteorder("<")) for name, each in arrays.items()}
    begins, size = {}, 0
    for name, each in little.items():
        begins[name] = size
        size += _padded(each.nbytes)
    head = json.dumps({name: (each.dtype.str, len(each), begins[name]) for name, each in little.items()})
    content = bytearray(_padded(len(MAGIC) + LENGTH.size + len(head)) + size)
    content[: len(MAGIC)] = MAGIC
    LENGTH.pack_into(content, len(MAGIC), len(head))
    content[len(MAGIC) + LENGTH.size : len(MAGIC) + LENGTH.size + len(head)] = head.encode("ascii")
    first = len(content) - size
    for name, each in little.items():
        content[first + begins[name] : first + begins[name] + each.nbytes] = each.tobytes()
    return bytes(content)


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


def _padded(size: int) -> int:
    return -(-size // BORDER) * BORDER
