"""Writing to an index: one batch as one Whoosh commit, or a whole generation aside."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import Storage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from search.engines.base import Changes, Cursor, Document
from search.engines.whoosh import arrays, flat
from search.engines.whoosh.fresh import FreshFiles
from search.engines.whoosh.home import Home, Manifest, remove
from search.engines.whoosh.schema import row, schema
from search.engines.whoosh.segment import VerifiedStorage, names_of, table_of_contents, toc_name

MEMORY_MB = 256
TOGETHER = 4
BITS = 2  # sizes of up to 3, 15, 63 documents and so on are equal
MOST_AT_ONCE = 32  # documents that are merged while somebody waits for a change,
MOST_WHEN_CROWDED = 500  # while there are so many segments that each search feels it,
MOST_SEGMENTS = 40
MOST_WHEN_QUIET = 2_000  # and when nobody waits
BLOCK = 4096  # postings; a term is read whole, and its blocks are what that costs


def rebuild(home: Home, documents: Iterable[Document], cursor: Cursor | None) -> int:
    """Write a new generation and put it in force; the number of documents. Waits for the writers' lock."""
    with home.locked():
        before = home.read_or_none()
        directory = home.new_generation()
        fresh = FreshFiles(directory)
        count = _fill(fresh, documents)
        _spread_out(fresh, 1)
        manifest = Manifest(
            directory=directory.name,
            toc=1,
            files=home.seal(directory, names_of(fresh, 1), fresh.put_down()),
            cursor=cursor,
            previous=[before.directory] if before else [],
        )
        home.publish(manifest)
        home.tidy(manifest)
    return count


def apply(home: Home, changes: Changes) -> None:
    """Commit one batch on top of the generation in force. Waits for the writers' lock.

    Raises EngineUnavailableError when there is no trustworthy manifest to build on.
    """
    with home.locked():
        before = home.read()
        fresh = FreshFiles(home.path / before.directory)
        toc = before.toc
        if changes.replaced or changes.deleted:
            home.content(before, toc_name(before.toc))
            toc = _commit(home, before, fresh, changes)
        _put_in_force(home, before, fresh, toc, changes.cursor or before.cursor)


def tidy(home: Home) -> bool:
    """Merge what was put off, at most MOST_WHEN_QUIET documents of it; whether there was anything.

    It takes its time: some 15 ms for each of them. Raises as ``apply`` does.
    """
    with home.locked():
        before = home.read()
        segments = table_of_contents(VerifiedStorage(home, before), before.toc)
        if not _to_merge(segments, MOST_WHEN_QUIET):
            return False
        fresh = FreshFiles(home.path / before.directory)
        toc = _commit(home, before, fresh, Changes(), MOST_WHEN_QUIET)
        _put_in_force(home, before, fresh, toc, before.cursor)
    return True


def _put_in_force(home: Home, before: Manifest, fresh: FreshFiles, toc: int, cursor: Cursor | None) -> None:
    names = names_of(fresh, toc)
    files = home.seal(home.path / before.directory, names, {**before.files, **fresh.put_down()})
    manifest = Manifest(before.directory, toc, files, cursor, [*before.files])
    home.publish(manifest)
    home.tidy(manifest)


def _fill(fresh: FreshFiles, documents: Iterable[Document]) -> int:
    index = FileIndex.create(fresh, schema())
    writer = _writer(index)
    count = 0
    for document in documents:
        writer.add_document(**row(document))
        count += 1
    writer.commit(merge=False)
    return count


def _commit(home: Home, before: Manifest, fresh: FreshFiles, changes: Changes, most: int = 0) -> int:
    """One Whoosh commit, with at most so many documents merged; its number."""
    _forget_unpublished(home.path / before.directory, before)
    index = FileIndex(fresh, schema())
    writer = _writer(index)
    try:
        gone = {*changes.deleted, *(document.id for document in changes.replaced)}
        for segment in writer.segments:
            _delete(index.storage, segment, gone)
        for document in {document.id: document for document in changes.replaced}.values():
            writer.add_document(**row(document))
        most = most or (MOST_AT_ONCE if len(writer.segments) < MOST_SEGMENTS else MOST_WHEN_CROWDED)
        writer.commit(mergetype=partial(_merge, home=home, before=before, most=most))
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    _spread_out(fresh, int(writer.generation))
    return int(writer.generation)


def _writer(index: FileIndex) -> SegmentWriter:
    """Blocks are large and not compressed, so that reading all terms once takes a tenth of the time."""
    return SegmentWriter(index, limitmb=MEMORY_MB, codec=W3Codec(blocklimit=BLOCK, compression=0))


def _merge(
    writer: SegmentWriter, segments: Sequence[Any], *, home: Home, before: Manifest, most: int
) -> list[Any]:
    """Whoosh's merge policy: take over the documents of some segments; those that stay as they are.

    Raises EngineUnavailableError where one is damaged, lest the damage gets a hash that fits it.
    """
    merged = _to_merge(segments, most)
    for segment in merged:
        name = segment.make_filename(segment.COMPOUND_EXT)
        writer.storage.trust(name, home.content(before, name))
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in merged and _live(segment)]


def _to_merge(segments: Sequence[Any], most: int) -> list[Any]:
    """TOGETHER segments of one size, small ones first, up to so many documents in all.

    So an entry is merged again only each time there are fourfold others. Whoosh's own rule merges all small
    segments at every fifth commit, however many documents they hold by then.
    """
    equals: dict[int, list[Any]] = {}
    for segment in segments:
        if live := _live(segment):
            equals.setdefault((live.bit_length() - 1) // BITS, []).append(segment)
    merged: list[Any] = []
    for size in sorted(equals):
        together = sorted(equals[size], key=_live)[:TOGETHER]
        is_enough = len(together) + bool(merged) >= TOGETHER  # what was merged below is one of them
        if is_enough and sum(map(_live, merged + together)) <= most:
            merged += together
    return merged


def _live(segment: Any) -> int:
    live: int = segment.doc_count_all() - segment.deleted_count()
    return live


def _spread_out(fresh: FreshFiles, toc: int) -> None:
    """Put the arrays that searching needs beside each segment of a commit that has none yet."""
    for segment in table_of_contents(fresh, toc):
        name = arrays.name_of(segment)
        if not fresh.file_exists(name):
            fresh.files[name] = flat.to_bytes(arrays.of_segment(fresh, segment))


def _delete(storage: Storage, segment: Any, ids: set[int]) -> None:
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
