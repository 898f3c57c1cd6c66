"""The directory of an index: generations, the manifest that points at one, and the writers' lock.

    current.json      what is valid: a generation, its files with size and SHA-256, the outbox cursor
    lock              held by whoever writes
    g-8d21f3.../      one generation, written by Whoosh

Nothing counts until ``current.json`` was renamed into place, and Whoosh's files (pickles, without
checksums) are read only after their hash was found right. The files of the manifest before are kept until the
next one, for a reader that is just opening them.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, NamedTuple

from search.engines.base import Cursor, EngineUnavailableError
from search.engines.whoosh.schema import FORMAT


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is valid now; ``files`` maps a name to size and SHA-256, ``previous`` are names still in use."""

    directory: str
    toc: int
    files: Mapping[str, tuple[int, str]]
    cursor: Cursor | None
    previous: Collection[str] = ()
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        """The JSON text behind its own SHA-256."""
        body = json.dumps(asdict(replace(self, previous=sorted(self.previous))), sort_keys=True).encode()
        return sha256(body).hexdigest().encode() + b"\n" + body

    @classmethod
    def from_bytes(cls, content: bytes) -> "Manifest":
        """Raises EngineUnavailableError when a byte is wrong, or another version wrote it."""
        digest, _, body = content.partition(b"\n")
        if sha256(body).hexdigest().encode() != digest:
            raise EngineUnavailableError("the manifest of the search index is damaged")
        try:
            values: dict[str, Any] = json.loads(body)
            if values["format"] != FORMAT:
                raise EngineUnavailableError("the search index has an older format")
            values["files"] = {name: (size, digest) for name, (size, digest) in values["files"].items()}
            values["cursor"] = Cursor(**values["cursor"]) if values["cursor"] else None
            return cls(**values)
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise EngineUnavailableError("the manifest of the search index is not one") from error


class FileStamp(NamedTuple):
    """What tells, without reading a file, that it is the one read before; damage can leave it as it was."""

    name: str
    inode: int
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Home:
    """Everything about the index that is a file name."""

    path: Path
    pointer: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pointer", self.path / "current.json")

    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever the manifest does; None while there is none. Costs a microsecond or two."""
        try:
            status = os.stat(self.pointer)  # noqa: PTH116 - Path.stat costs twice as much, at every search
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino

    def read(self) -> Manifest:
        """The manifest in force. Raises EngineUnavailableError when missing or damaged."""
        try:
            return Manifest.from_bytes(self.pointer.read_bytes())
        except OSError as error:
            raise EngineUnavailableError("there is no search index yet") from error

    def read_or_none(self) -> Manifest | None:
        """The manifest in force, or None when there is no trustworthy one."""
        try:
            return self.read()
        except EngineUnavailableError:
            return None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only writer; waits for another one to finish.

        What stands in the way, a file for the directory or a directory for a file, is damage and goes.
        """
        if self.path.is_file():
            self.path.unlink()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        remove_directory(self.path / "lock")
        with (self.path / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def new_generation(self) -> Path:
        """An empty directory for the next generation."""
        directory = self.path / f"g-{secrets.token_hex(8)}"
        directory.mkdir(mode=0o700)
        return directory

    def seal(
        self, directory: Path, names: Collection[str], known: Mapping[str, tuple[int, str]]
    ) -> dict[str, tuple[int, str]]:
        """Make these files of a generation durable; their sizes and hashes, worked out where not known."""
        files = {}
        for name in sorted(names):
            if name in known:
                files[name] = known[name]
                continue
            with (directory / name).open("rb") as content:
                os.fsync(content.fileno())
                digest = file_digest(content, "sha256").hexdigest()
                files[name] = (os.fstat(content.fileno()).st_size, digest)
        sync(directory)
        return files

    def publish(self, manifest: Manifest) -> None:
        """Put a manifest in force, durably, in one step."""
        fresh = self.path / "current.json.new"
        remove_directory(fresh)
        remove_directory(self.pointer)
        with fresh.open("wb") as content:
            content.write(manifest.to_bytes())
            content.flush()
            os.fsync(content.fileno())
        fresh.replace(self.pointer)
        sync(self.path)

    def check(self, manifest: Manifest, known: Collection[FileStamp] = ()) -> set[FileStamp]:
        """Hash each file of the manifest, except those whose stamp is known; the stamps of all of them.

        Raises EngineUnavailableError unless each has its size and, if hashed, its content.
        """
        stamps = set()
        for name, (size, digest) in manifest.files.items():
            try:
                with (self.path / manifest.directory / name).open("rb") as content:
                    status = os.fstat(content.fileno())
                    stamp = FileStamp(name, status.st_ino, status.st_size, status.st_mtime_ns)
                    is_good = status.st_size == size and (
                        stamp in known or file_digest(content, "sha256").hexdigest() == digest
                    )
            except OSError as error:
                raise EngineUnavailableError(f"the search index lacks {name}") from error
            if not is_good:
                raise EngineUnavailableError(f"the search index is damaged: {name}")
            stamps.add(stamp)
        return stamps

    def content(self, manifest: Manifest, name: str) -> bytes:
        """One file, if it is exactly what the manifest says. Raises EngineUnavailableError otherwise."""
        try:
            content = (self.path / manifest.directory / name).read_bytes()
            size, digest = manifest.files[name]
        except (OSError, KeyError) as error:
            raise EngineUnavailableError(f"the search index lacks {name}") from error
        if len(content) != size or sha256(content).hexdigest() != digest:
            raise EngineUnavailableError(f"the search index is damaged: {name}")
        return content

    def tidy(self, manifest: Manifest) -> None:
        """Remove what neither this manifest nor the one before it names."""
        kept = {*manifest.files, *manifest.previous}
        for path in (self.path / manifest.directory).iterdir():
            if path.name not in kept:
                remove(path)
        for directory in self.path.glob("g-*"):
            if directory.name not in {manifest.directory, *manifest.previous}:
                remove(directory)


def sync(directory: Path) -> None:
    """Make names in a directory durable."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_directory(path: Path) -> None:
    """Delete what must be a file and is a directory; a file stays."""
    if path.is_dir():
        shutil.rmtree(path)


def remove(path: Path) -> None:
    """Delete a file or a whole directory, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
