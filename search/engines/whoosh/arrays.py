"""What searching needs of a Whoosh segment, read out of its codec once, by the process that wrote it.

Whoosh keeps each term's postings as pickled tuples behind a hash table in Python: reading one takes some
thirty microseconds, and a question asks for seventy. So the writer reads all of them once and puts them
beside the segment's own file as flat arrays; whoever searches opens those and nothing else of the segment.
"""

from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import formats
from whoosh.codec.whoosh3 import LENGTHS_COLUMN
from whoosh.filedb.filestore import Storage

from search.engines.terms import SCORED_FIELDS
from search.engines.whoosh.flat import Arrays
from search.engines.whoosh.keys import LAST_KEY, term_keys
from search.engines.whoosh.schema import (
    CATEGORY_COLUMN,
    FILTER,
    FINGERPRINT_COLUMN,
    ID_COLUMN,
    PACKED_COLUMN,
    QUESTION_KEY,
    SIMILAR_KEY,
    VALID_FROM_COLUMN,
    VALID_UNTIL_COLUMN,
)
from search.engines.wordings import BUCKETS, HEAD, buckets

EXTENSION = "arrays"
LISTED_FIELDS = (FILTER, QUESTION_KEY, SIMILAR_KEY)
FILTER_FIELD, *EXACT_FIELDS = range(len(LISTED_FIELDS))
MOST_OFTEN = 65_535  # a field of 20,000 characters holds no word as often


def name_of(segment: Any) -> str:
    """The file of a segment's arrays."""
    name: str = segment.make_filename("." + EXTENSION)
    return name


def of_segment(storage: Storage, segment: Any) -> Arrays:
    """Every array of one segment; what each is, ``segment.Segment`` says."""
    files = segment_files(storage, segment)
    documents = segment.codec().per_document_reader(files, segment)
    size = segment.doc_count_all()
    heads, keys = _Packed(documents, "wording_heads"), _Packed(documents, "wording_keys")
    key_array = np.frombuffer(keys.content, "<u4")
    counts = np.bincount(buckets(key_array), minlength=BUCKETS)
    held = np.flatnonzero(counts)
    found = {
        "ids": id_column(files, segment),
        "valid_from": column(documents, "valid_from", VALID_FROM_COLUMN, ">f8", size),
        "valid_until": column(documents, "valid_until", VALID_UNTIL_COLUMN, ">f8", size),
        "categories": column(documents, "category", CATEGORY_COLUMN, ">i8", size),
        "fingerprints": _fingerprints(documents, size),
        "total_lengths": np.array([documents.field_length(name) for name in SCORED_FIELDS], np.int64),
        "wordings": np.array([len(heads.content) // (HEAD * 2)], np.int64),
        "heads": np.frombuffer(heads.content, "<u2"),
        "head_ends": heads.ends(size) // 2,
        "keys": key_array,
        "key_ends": keys.ends(size) // 4,
        "buckets": held.astype(np.uint32),
        "bucket_counts": counts[held].astype(np.uint32),
    }
    for name in SCORED_FIELDS:
        found[f"length_{name}"] = column(documents, f"_{name}_len", LENGTHS_COLUMN, "u1", size)
    return found | _postings(files, segment)


def _postings(files: Any, segment: Any) -> dict[str, NDArray[Any]]:
    """All lists, those of scored fields and those of the others: see ``lists.Lists``."""
    terms = segment.codec().terms_reader(files, segment)
    texts: dict[str, list[bytes]] = {name: [] for name in (*SCORED_FIELDS, *LISTED_FIELDS)}
    posted: dict[str, list[_Posted]] = {name: [] for name in texts}
    for field, text in terms.terms():
        texts[field].append(text)
        posted[field].append(_read(terms, field, text))
    found: dict[str, NDArray[Any]] = {}
    for what, fields in (("scored", SCORED_FIELDS), ("listed", LISTED_FIELDS)):
        keys = np.concatenate(
            [term_keys([text.decode() for text in texts[name]], number) for number, name in enumerate(fields)]
        )
        order = np.argsort(keys, kind="stable")
        of_all = [each for name in fields for each in posted[name]]
        lists = [of_all[number] for number in order.tolist()]
        found |= {
            f"{what}_keys": np.append(keys[order], LAST_KEY),
            f"{what}_bounds": np.cumsum([0, *(len(each.numbers) for each in lists), 0], dtype=np.int64),
            f"{what}_numbers": np.concatenate([np.empty(0, np.int32), *(each.numbers for each in lists)]),
        }
        if what == "scored":
            often = [each.frequencies for each in lists]
            found["scored_frequencies"] = np.concatenate([np.empty(0, np.uint16), *often])
    return found


class _Posted(NamedTuple):
    """One term: the numbers of the documents that have it, ascending, and how often each has it."""

    numbers: NDArray[np.int32]
    frequencies: NDArray[np.uint16]


def _read(terms: Any, field: str, text: bytes) -> _Posted:
    matcher = terms.matcher(field, text, formats.Existence())
    numbers: list[int] = []
    frequencies: list[float] = []
    while matcher.is_active():
        matcher._read_data()
        matcher._read_weights()
        numbers.extend(accumulate(matcher._data[0]))
        frequencies.extend(matcher._weights)
        matcher._next_block()
    often = np.minimum(np.array(frequencies), MOST_OFTEN).astype(np.uint16)
    return _Posted(np.array(numbers, np.int32), often)


class _Packed:
    """A column of bytes, document by document; empty while no document of the segment has any."""

    def __init__(self, documents: Any, name: str) -> None:
        has_any = documents.has_column(name)
        reader = documents.column_reader(name, PACKED_COLUMN) if has_any else None
        self._lengths: list[int] = list(reader._lengths) if reader else []
        self.content: bytes = reader._dbfile.get(reader._basepos, sum(self._lengths)) if reader else b""

    def ends(self, size: int) -> NDArray[np.int64]:
        """Where each document's bytes end; Whoosh does not store a tail of empty ones."""
        lengths = np.zeros(size, np.int64)
        lengths[: len(self._lengths)] = self._lengths
        return np.cumsum(lengths)


def _fingerprints(documents: Any, size: int) -> NDArray[np.uint8]:
    stored = documents.column_reader("fingerprint", FINGERPRINT_COLUMN)
    return np.frombuffer(b"".join(bytes(stored[number]) for number in range(size)), np.uint8)


def segment_files(storage: Storage, segment: Any) -> Any:
    """Where a segment's files are: inside its one compound file, if it has one."""
    return segment.open_compound_file(storage) if segment.is_compound() else storage


def id_column(files: Any, segment: Any) -> NDArray[np.int64]:
    """The entry id of each document of a segment."""
    documents = segment.codec().per_document_reader(files, segment)
    ids: NDArray[np.int64] = column(documents, "id", ID_COLUMN, ">i8", segment.doc_count_all()).astype(
        np.int64
    )
    return ids


def column(documents: Any, name: str, kind: Any, dtype: str, size: int) -> NDArray[Any]:
    """A column of numbers at once; Whoosh does not store a tail of default values."""
    values = np.full(size, kind.default_value(), np.dtype(dtype).newbyteorder("="))
    if documents.has_column(name):
        reader = documents.column_reader(name, kind)
        content = reader._dbfile.get(reader._basepos, reader._count * values.itemsize)
        values[: reader._count] = np.frombuffer(content, dtype)
    return values
