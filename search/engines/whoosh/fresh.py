"""Where Whoosh writes a commit: in memory, until it is whole.

A file that is written to the disk and read again, to work out the arrays and its hash, may have been damaged
in between: the hash would then say that the damage is right. So the hashes are made of what was meant.
"""

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.structfile import BufferFile

MOST_BYTES = 256_000_000  # in memory; what is more, of a whole index above all, goes to the disk at once


class FreshFiles(RamStorage):  # type: ignore[misc]
    """The files of a commit that is being written, over those of the directory, of which it deletes none.

    Readers still want those; ``Home.tidy`` removes them later.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._disk = FileStorage(str(directory))
        self._directory = directory
        self._trusted: dict[str, bytes] = {}

    def put_down(self) -> dict[str, tuple[int, str]]:
        """Write the files that are in memory to the disk, durably; their sizes and hashes."""
        told = {}
        for name, content in self.files.items():
            with (self._directory / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            told[name] = len(content), sha256(content).hexdigest()
        return told

    def list(self) -> list[str]:
        return sorted({*self.files, *self._disk.list()})

    def file_exists(self, name: str) -> bool:
        return name in self.files or bool(self._disk.file_exists(name))

    def file_length(self, name: str) -> int:
        return len(self.files[name]) if name in self.files else int(self._disk.file_length(name))

    def file_modified(self, name: str) -> float:
        return 0.0 if name in self.files else float(self._disk.file_modified(name))

    def delete_file(self, name: str) -> None:
        self.files.pop(name, None)

    def rename_file(self, name: str, newname: str, **options: Any) -> None:
        if name in self.files:
            super().rename_file(name, newname, **options)
        else:
            self._disk.rename_file(name, newname, **options)

    def create_file(self, name: str, **options: Any) -> Any:
        if self.total_bytes() > MOST_BYTES:
            return self._disk.create_file(name, **options)
        return super().create_file(name, **options)

    def open_file(self, name: str, **options: Any) -> Any:
        if name in self.files:
            return super().open_file(name, **options)
        if name in self._trusted:
            return BufferFile(memoryview(self._trusted[name]), name=name, **options)
        return self._disk.open_file(name, **options)

    def trust(self, name: str, content: bytes) -> None:
        """Read a file of the disk no more: this is what it holds."""
        self._trusted[name] = content

    def total_bytes(self) -> int:
        """Memory held."""
        return sum(map(len, self.files.values()))

    def temp_storage(self, name: str | None = None) -> Any:
        """For what does not fit into the memory that a writer has: unused but for a whole large index."""
        return self._disk.temp_storage(name)
