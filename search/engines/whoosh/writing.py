"""Writing to an index: one batch as one Whoosh commit, or a whole generation aside."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from search.engines.base import Changes, Cursor, Document
from search.engines.whoosh import arrays, flat
from search.engines.whoosh.home import Home, Manifest, remove
from search.engines.whoosh.schema import row, schema
from search.engines.whoosh.segment import names_of, table_of_contents, toc_name

MEMORY_MB = 256
TOGETHER = 4
BITS = 2  # sizes of up to 3, 15, 63 documents and so on are equal
MOST_AT_ONCE = 32  # documents that are merged while somebody waits for a change,
MOST_WHEN_QUIET = 500  # and else, or where there are so many segments that each search feels it
MOST_SEGMENTS = 40
BLOCK = 4096  # postings; a term is read whole, and its blocks are what that costs


class KeepingStorage(FileStorage):  # type: ignore[misc]
    """Lets Whoosh delete nothing: readers still want those files. ``Home.tidy`` removes them later."""

    def delete_file(self, name: str) -> None:
        del name


def rebuild(home: Home, documents: Iterable[Document], cursor: Cursor | None) -> int:
    """Write a new generation and put it in force; the number of documents. Waits for the writers' lock."""
    with home.locked():
        before = home.read_or_none()
        directory = home.new_generation()
        count = _fill(directory, documents)
        _spread_out(directory, 1)
        manifest = Manifest(
            directory=directory.name,
            toc=1,
            files=home.seal(directory, names_of(directory, 1), {}),
            cursor=cursor,
            previous=[before.directory] if before else [],
        )
        home.publish(manifest)
        home.tidy(manifest)
    return count


def apply(home: Home, changes: Changes, *, is_tidying: bool = False) -> None:
    """Commit one batch on top of the generation in force. Waits for the writers' lock.

    Many entries are merged only when tidying, which takes its time: some 15 ms for each of them.
    Raises EngineUnavailableError when there is no trustworthy manifest to build on.
    """
    with home.locked():
        before = home.read()
        directory = home.path / before.directory
        _forget_unpublished(directory, before)
        toc = before.toc
        if changes.replaced or changes.deleted or is_tidying:
            home.content(before, toc_name(before.toc))
            toc = _commit(directory, changes, is_tidying=is_tidying)
            _spread_out(directory, toc)
        names = names_of(directory, toc)
        files = home.seal(directory, names, before.files)
        manifest = Manifest(before.directory, toc, files, changes.cursor or before.cursor, [*before.files])
        home.publish(manifest)
        home.tidy(manifest)


def _fill(directory: Path, documents: Iterable[Document]) -> int:
    index = FileIndex.create(KeepingStorage(str(directory)), schema())
    writer = _writer(index)
    count = 0
    for document in documents:
        writer.add_document(**row(document))
        count += 1
    writer.commit(merge=False)
    return count


def _commit(directory: Path, changes: Changes, *, is_tidying: bool) -> int:
    index = FileIndex(KeepingStorage(str(directory)), schema())
    writer = _writer(index)
    try:
        gone = {*changes.deleted, *(document.id for document in changes.replaced)}
        for segment in writer.segments:
            _delete(index.storage, segment, gone)
        for document in {document.id: document for document in changes.replaced}.values():
            writer.add_document(**row(document))
        most = MOST_AT_ONCE
        if is_tidying or len(writer.segments) >= MOST_SEGMENTS:
            most = MOST_WHEN_QUIET
        writer.commit(mergetype=partial(_merge_equals, most=most))
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    return int(writer.generation)


def _writer(index: FileIndex) -> SegmentWriter:
    """Blocks are large and not compressed, so that reading all terms once takes a tenth of the time."""
    return SegmentWriter(index, limitmb=MEMORY_MB, codec=W3Codec(blocklimit=BLOCK, compression=0))


def _merge_equals(writer: SegmentWriter, segments: Sequence[Any], most: float) -> list[Any]:
    """Merge TOGETHER segments of one size, small ones first, up to so many documents; those that stay.

    So an entry is merged again only each time there are fourfold others. Whoosh's own rule merges all small
    segments at every fifth commit, however many documents they hold by then.
    """
    equals: dict[int, list[Any]] = {}
    for segment in segments:
        if live := _live(segment):
            equals.setdefault((live.bit_length() - 1) // BITS, []).append(segment)
    stay: list[Any] = []
    merged = 0
    for size in sorted(equals):
        together = sorted(equals[size], key=_live)[:TOGETHER]
        documents = sum(map(_live, together))
        if len(together) + bool(merged) < TOGETHER or merged + documents > most:
            stay += equals[size]
            continue
        stay += [segment for segment in equals[size] if segment not in together]
        merged += documents
        for segment in together:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return stay


def _live(segment: Any) -> int:
    live: int = segment.doc_count_all() - segment.deleted_count()
    return live


def _spread_out(directory: Path, toc: int) -> None:
    """Put the arrays that searching needs beside each segment of a commit that has none yet."""
    storage = KeepingStorage(str(directory))
    for segment in table_of_contents(storage, toc):
        path = directory / arrays.name_of(segment)
        if not path.exists():
            flat.write(path, arrays.of_segment(storage, segment))


def _delete(storage: FileStorage, segment: Any, ids: set[int]) -> None:
    stored = arrays.id_column(arrays.segment_files(storage, segment), segment)
    for number in np.flatnonzero(np.isin(stored, np.fromiter(ids, np.int64, len(ids)))):
        if not segment.is_deleted(int(number)):
            segment.delete_document(int(number))


def _forget_unpublished(directory: Path, manifest: Manifest) -> None:
    """Remove what a writer left that died before it published: Whoosh builds on the highest number."""
    for path in directory.glob("_MAIN_*.toc"):
        number = path.stem.rpartition("_")[2]
        if not number.isdigit() or int(number) > manifest.toc:
            remove(path)
