"""One Whoosh segment as the arrays that its writer put beside it.

A file's bytes are read into memory once, hashed, and these very bytes are used: nothing that happens to the
file afterwards can reach them (a mapped file that is cut short kills the process).

A segment's files never change; only the list of its deleted documents does, and that is kept in the
table of contents. So what is read here stays good for as long as the segment exists. Deleted
documents are in here: Whoosh counts them in a term's frequency until a merge drops them, and so must we.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import Storage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC

from search.engines.terms import SCORED_FIELDS
from search.engines.whoosh import arrays, flat
from search.engines.whoosh.home import Home, Manifest
from search.engines.whoosh.lists import Lists
from search.engines.whoosh.schema import schema
from search.engines.wordings import Packed

INDEX_NAME = "MAIN"


class VerifiedStorage(Storage):  # type: ignore[misc]
    """The files of one manifest, in memory, each found right as it is opened."""

    def __init__(self, home: Home, manifest: Manifest) -> None:
        self._home, self._manifest = home, manifest

    def content(self, name: str) -> bytes:
        """Raises EngineUnavailableError when the file is not what was written."""
        return self._home.content(self._manifest, name)

    def open_file(self, name: str, **options: Any) -> BufferFile:
        """Raises EngineUnavailableError when the file is not what was written."""
        return BufferFile(self.content(name), name=name, **options)


class Segment:
    """The arrays of one segment. Raises ValueError when they are no such arrays."""

    def __init__(self, name: str, content: bytes) -> None:
        held = flat.from_bytes(content)
        self.name = name
        self.nbytes = len(content)
        self.ids: NDArray[np.int64] = held["ids"]
        self.size = len(self.ids)
        self.valid_from: NDArray[np.float64] = held["valid_from"]
        self.valid_until: NDArray[np.float64] = held["valid_until"]
        self.lengths: dict[str, NDArray[np.uint8]] = {name: held[f"length_{name}"] for name in SCORED_FIELDS}
        self.total_lengths = dict(zip(SCORED_FIELDS, held["total_lengths"].tolist(), strict=True))
        self.lists = Lists.read(held, "scored", self.size)
        self.listed = Lists.read(held, "listed", self.size)
        self.wordings = int(held["wordings"][0])
        self._held = held
        self._by_id = np.argsort(self.ids, kind="stable")
        self._ids_in_order = self.ids[self._by_id]

    def packed(self, numbers: NDArray[np.int64]) -> list[Packed]:
        """The wordings of each of these documents."""
        categories = self._held["categories"][numbers].tolist()
        pairs = zip(categories, self._parts("head", numbers), self._parts("key", numbers), strict=True)
        return [Packed(category, heads, keys) for category, heads, keys in pairs]

    def find(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The number of each of these entries' latest document, and whether there is one."""
        if not self.size:
            return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
        at = np.maximum(np.searchsorted(self._ids_in_order, ids, side="right") - 1, 0)
        return self._by_id[at], self._ids_in_order[at] == ids

    def count_into(self, counts: NDArray[np.uint32]) -> None:
        """Add to each bucket's counter how many wordings of this segment hold a key of it."""
        counts[self._held["buckets"]] += self._held["bucket_counts"]

    def fingerprints(self) -> list[str]:
        """Every document's fingerprint, in the order of ``ids``."""
        content = self._held["fingerprints"].tobytes()
        width = len(content) // max(self.size, 1)
        return [content[number * width : (number + 1) * width].hex() for number in range(self.size)]

    def _parts(self, what: str, numbers: NDArray[np.int64]) -> list[bytes]:
        """The parts of ``heads`` or ``keys`` that are these documents'."""
        whole, ends = self._held[f"{what}s"], self._held[f"{what}_ends"]
        begins = np.where(numbers > 0, ends[numbers - 1], 0) * whole.itemsize
        content = whole.view(np.uint8).data
        spans = zip(begins.tolist(), (ends[numbers] * whole.itemsize).tolist(), strict=True)
        return [bytes(content[begin:end]) for begin, end in spans]


def table_of_contents(storage: Storage, toc: int) -> list[Any]:
    """The segments of one commit, each with its list of deleted documents."""
    segments: list[Any] = TOC.read(storage, INDEX_NAME, gen=toc, schema=schema()).segments
    return segments


def toc_name(toc: int) -> str:
    """The file of one commit's table of contents."""
    return f"_{INDEX_NAME}_{toc}.toc"


def names_of(storage: Storage, toc: int) -> list[str]:
    """Every file that belongs to one commit."""
    names = {toc_name(toc)}
    for segment in table_of_contents(storage, toc):
        names.add(arrays.name_of(segment))
        if segment.is_compound():
            names.add(segment.make_filename(segment.COMPOUND_EXT))
        else:
            names.update(name for name in storage.list() if name.startswith(f"{segment.segment_id()}."))
    return sorted(names)
