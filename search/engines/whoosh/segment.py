"""One Whoosh segment as NumPy arrays, read straight from its codec.

Readers take a file's bytes into memory once, hash them, and use these very bytes: nothing that happens to the
file afterwards can reach them (a mapped file that is cut short kills the process).

A segment's files never change; only the list of its deleted documents does, and that is kept in the
table of contents. So what is read here stays good for as long as the segment exists. Deleted
documents are in here: Whoosh counts them in a term's frequency until a merge drops them, and so must we.
"""

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import formats
from whoosh.codec.whoosh3 import LENGTHS_COLUMN
from whoosh.filedb.filestore import FileStorage, Storage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from search.engines.terms import SCORED_FIELDS
from search.engines.whoosh.home import Home, Manifest
from search.engines.whoosh.schema import (
    CATEGORY_COLUMN,
    FINGERPRINT_COLUMN,
    ID_COLUMN,
    PACKED_COLUMN,
    VALID_FROM_COLUMN,
    VALID_UNTIL_COLUMN,
    schema,
)
from search.engines.wordings import BUCKETS, HEAD, Packed, buckets

INDEX_NAME = "MAIN"
CHUNK_BYTES = 4 * 1024 * 1024
LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], np.float32)
Ids = NDArray[np.int32]
Floats = NDArray[np.float32]


class VerifiedStorage(Storage):  # type: ignore[misc]
    """The files of one manifest, in memory, each found right as it is opened."""

    def __init__(self, home: Home, manifest: Manifest) -> None:
        self._home, self._manifest = home, manifest

    def open_file(self, name: str, **options: Any) -> BufferFile:
        """Raises EngineUnavailableError when the file is not what was written."""
        return BufferFile(self._home.content(self._manifest, name), name=name, **options)

    def file_exists(self, name: str) -> bool:
        return name in self._manifest.files

    def file_length(self, name: str) -> int:
        return self._manifest.files[name][0]


FEW_BUCKETS = 10_000
SMALL = 64  # documents; what has just been edited lacks nearly every term, and Whoosh is slow to say so


class Segment:
    """The arrays of one segment; postings are read when asked for."""

    def __init__(self, storage: Storage, segment: Any) -> None:
        files = segment_files(storage, segment)
        codec = segment.codec()
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._terms = codec.terms_reader(files, segment)
        documents = codec.per_document_reader(files, segment)
        self.ids = id_column(files, segment)
        self.valid_from = column(documents, "valid_from", VALID_FROM_COLUMN, ">f8", self.size)
        self.valid_until = column(documents, "valid_until", VALID_UNTIL_COLUMN, ">f8", self.size)
        self.lengths = {name: lengths(documents, name, self.size) for name in SCORED_FIELDS}
        self.total_lengths = {name: int(documents.field_length(name)) for name in SCORED_FIELDS}
        self.categories = column(documents, "category", CATEGORY_COLUMN, ">i8", self.size)
        self._heads = packed(documents, "wording_heads")
        self._keys = packed(documents, "wording_keys")
        self._by_id = np.argsort(self.ids, kind="stable")
        self._ids_in_order = self.ids[self._by_id]
        self._buckets, self._counts, self.wordings = self._count()
        self._storage, self._stored = storage, segment
        self._known: frozenset[tuple[str, str]] | None = None
        if self.size <= SMALL:
            self._known = frozenset(
                (field, text.decode("utf-8", "replace")) for field, text in self._terms.terms()
            )

    def packed(self, number: int) -> Packed:
        """One document's wordings."""
        heads = bytes(self._heads[number]) if self._heads else b""
        keys = bytes(self._keys[number]) if self._keys else b""
        return Packed(int(self.categories[number]), heads, keys)

    def find(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The number of each of these entries' latest document, and whether there is one."""
        if not self.size:
            return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
        at = np.maximum(np.searchsorted(self._ids_in_order, ids, side="right") - 1, 0)
        return self._by_id[at], self._ids_in_order[at] == ids

    def counted(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many wordings of this segment hold a key of each of these buckets."""
        if self._buckets is None:
            return self._counts[places]
        if not len(self._buckets):
            return np.zeros(len(places), np.int64)
        at = np.minimum(np.searchsorted(self._buckets, places), len(self._buckets) - 1)
        return np.where(self._buckets[at] == places, self._counts[at], 0)

    def _count(self) -> tuple[NDArray[np.int64] | None, NDArray[np.int64], int]:
        """The buckets that have keys and how many wordings hold one, and how many wordings there are.

        Where more than a few have some, there is a counter for each and None in the place of the buckets.
        """
        counts = np.zeros(BUCKETS, np.int64)
        for content in chunks(self._keys) if self._keys else ():
            counts += np.bincount(buckets(np.frombuffer(content, "<u4")), minlength=BUCKETS)
        heads = sum(self._heads._lengths) if self._heads else 0
        held = np.flatnonzero(counts)
        wordings = heads // (HEAD * 2)
        if len(held) > FEW_BUCKETS:
            return None, counts, wordings
        return held, counts[held], wordings

    def lacks(self, field: str, term: str) -> bool:
        """Whether no document here has the term, as far as that is known at once."""
        return self._known is not None and (field, term) not in self._known

    def read(self, field: str, term: str) -> tuple[Ids, Floats] | None:
        """The numbers of the documents with a term, ascending, and how often each has it; or None."""
        try:
            matcher = self._terms.matcher(field, term.encode("utf-8", "replace"), formats.Existence())
        except TermNotFound:
            return None
        ids: list[int] = []
        frequencies: list[float] = []
        while matcher.is_active():
            matcher._read_data()
            matcher._read_weights()
            ids.extend(accumulate(matcher._data[0]))
            frequencies.extend(matcher._weights)
            matcher._next_block()
        return np.array(ids, np.int32), np.array(frequencies, np.float32)

    def fingerprints(self) -> list[str]:
        """Every document's fingerprint, in the order of ``ids``."""
        files = segment_files(self._storage, self._stored)
        documents = self._stored.codec().per_document_reader(files, self._stored)
        stored = documents.column_reader("fingerprint", FINGERPRINT_COLUMN)
        return [bytes(stored[number]).hex() for number in range(self.size)]


def table_of_contents(storage: Storage, toc: int) -> list[Any]:
    """The segments of one commit, each with its list of deleted documents."""
    segments: list[Any] = TOC.read(storage, INDEX_NAME, gen=toc, schema=schema()).segments
    return segments


def toc_name(toc: int) -> str:
    """The file of one commit's table of contents."""
    return f"_{INDEX_NAME}_{toc}.toc"


def names_of(directory: Path, toc: int) -> list[str]:
    """Every file that belongs to one commit."""
    names = [toc_name(toc)]
    for segment in table_of_contents(FileStorage(str(directory)), toc):
        if segment.is_compound():
            names.append(segment.make_filename(segment.COMPOUND_EXT))
        else:
            names += [path.name for path in directory.glob(f"{segment.segment_id()}.*")]
    return names


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


def packed(documents: Any, name: str) -> Any:
    """A column of bytes, document by document; None while no document of the segment has any."""
    return documents.column_reader(name, PACKED_COLUMN) if documents.has_column(name) else None


def chunks(reader: Any) -> Iterator[bytes]:
    """What a column of bytes holds, without the borders between documents."""
    total = sum(reader._lengths)
    for start in range(0, total, CHUNK_BYTES):
        yield reader._dbfile.get(reader._basepos + start, min(CHUNK_BYTES, total - start))


def lengths(documents: Any, field: str, size: int) -> Floats:
    """A field's length in each document, as exactly as one byte says it."""
    result: Floats = LENGTHS[column(documents, f"_{field}_len", LENGTHS_COLUMN, "u1", size)]
    return result
