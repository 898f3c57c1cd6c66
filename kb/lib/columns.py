"""Many rows of whole numbers at once: from PostgreSQL into NumPy, without an object per row."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
BYTES = 8


def read_columns(
    query: str, names: Sequence[str], params: Mapping[str, Any] | None = None
) -> dict[str, Numbers]:
    """The query's columns by these names, in its order; each must be a bigint and never NULL.

    The server packs all rows into one value: neither a row nor a number becomes an object on the way.
    """
    columns = [f"c{place}" for place in range(len(names))]
    packed = " || ".join(f"int8send({column})" for column in columns)
    rows_of = f"SELECT * FROM ({query}) AS found ({', '.join(columns)})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), string_agg({packed}, ''::bytea) FROM ({rows_of}) AS found", params)  # noqa: S608
        count, block = cursor.fetchone() or (0, None)
    if len(block or b"") != count * len(names) * BYTES:
        raise TypeError(f"A row has no value for one of {', '.join(names)}.")
    rows = np.frombuffer(block or b"", ">i8").reshape(count, len(names))
    return {name: rows[:, place].astype(np.int64) for place, name in enumerate(names)}
