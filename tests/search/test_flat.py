"""Arrays come back from their file as they were written."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from search.engines.whoosh import flat


def test_arrays_come_back_whatever_their_kind_and_length() -> None:
    written: dict[str, NDArray[Any]] = {
        "none": np.empty(0, np.int64),
        "one": np.array([7], np.uint8),
        "odd": np.arange(13, dtype=np.uint16),
        "big": np.arange(5, dtype=">i8"),
        "hashes": np.array([2**64 - 1, 0], np.uint64),
        "times": np.array([-np.inf, 1.5, np.inf]),
        "every second": np.arange(10, dtype=np.int32)[::2],
    }
    read = flat.from_bytes(flat.to_bytes(written))
    assert read.keys() == written.keys()
    for name, each in written.items():
        assert read[name].tolist() == each.tolist()
        assert read[name].dtype == each.dtype.newbyteorder("<")
        assert not read[name].flags.writeable


def test_another_file_is_refused() -> None:
    for content in (b"", b"PK\x03\x04 something else entirely"):
        with pytest.raises(ValueError, match="not a file of arrays"):
            flat.from_bytes(content)
