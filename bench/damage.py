"""What can happen to the files of an index, each kind a function of a scene.

None of them asks the index what its files mean; a scene's ``old`` holds a copy of the directory as it was
before the last change, for what a careless restore puts back.
"""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

MANIFEST = "current.json"


class Scene(NamedTuple):
    """Where damage happens."""

    directory: Path
    old: Path
    chance: random.Random


Damage = Callable[[Scene], None]


def files(directory: Path) -> list[Path]:
    """Every file but the lock, the manifest among them; in an order that chance can rely on."""
    return sorted(path for path in directory.rglob("*") if path.is_file() and path.name != "lock")


def remove_file(at: Scene) -> None:
    at.chance.choice(files(at.directory)).unlink()


def remove_manifest(at: Scene) -> None:
    (at.directory / MANIFEST).unlink()


def remove_directory(at: Scene) -> None:
    shutil.rmtree(at.directory)


def remove_generations(at: Scene) -> None:
    for path in at.directory.glob("g-*"):
        shutil.rmtree(path)


def truncate(at: Scene) -> None:
    path = at.chance.choice(files(at.directory))
    with path.open("r+b") as file:
        file.truncate(at.chance.randrange(max(path.stat().st_size, 1)))


def flip(at: Scene) -> None:
    """1 to 64 bytes, each really another one."""
    path = at.chance.choice(files(at.directory))
    content = bytearray(path.read_bytes())
    places = at.chance.sample(range(len(content)), min(at.chance.randint(1, 64), len(content)))
    with path.open("r+b") as file:
        for place in places:
            file.seek(place)
            file.write(bytes([content[place] ^ at.chance.randint(1, 255)]))


def flip_unseen(at: Scene) -> None:
    flip_bit_unseen(at.chance.choice(files(at.directory)), at.chance)


def flip_bit_unseen(path: Path, chance: random.Random) -> None:
    """As a bad disk does it: neither size nor time nor inode change."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def zero(at: Scene) -> None:
    """As long as before, all zero: what some file systems leave after a power cut."""
    path = at.chance.choice(files(at.directory))
    path.write_bytes(bytes(path.stat().st_size))


def empty(at: Scene) -> None:
    at.chance.choice(files(at.directory)).write_bytes(b"")


def append(at: Scene) -> None:
    with at.chance.choice(files(at.directory)).open("ab") as file:
        file.write(at.chance.randbytes(at.chance.randint(1, 4096)))


def swap(at: Scene) -> None:
    one, other = at.chance.sample(files(at.directory), 2)
    aside = at.directory / "aside"
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def half_written_manifest(at: Scene) -> None:
    path = at.directory / MANIFEST
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def older_manifest(at: Scene) -> None:
    shutil.copyfile(at.old / MANIFEST, at.directory / MANIFEST)


def older_directory(at: Scene) -> None:
    shutil.rmtree(at.directory)
    shutil.copytree(at.old, at.directory)


def directory_for_file(at: Scene) -> None:
    path = at.chance.choice(files(at.directory))
    path.unlink()
    path.mkdir()


def directory_for_manifest(at: Scene) -> None:
    (at.directory / MANIFEST).unlink()
    (at.directory / MANIFEST / "inside").mkdir(parents=True)


def directory_for_next_manifest(at: Scene) -> None:
    (at.directory / f"{MANIFEST}.new" / "inside").mkdir(parents=True)
    (at.directory / MANIFEST).unlink()


def file_for_directory(at: Scene) -> None:
    shutil.rmtree(at.directory)
    at.directory.write_bytes(b"not a directory")


KINDS: dict[str, Damage] = {
    each.__name__: each
    for each in (
        remove_file,
        remove_manifest,
        remove_directory,
        remove_generations,
        truncate,
        flip,
        flip_unseen,
        zero,
        empty,
        append,
        swap,
        half_written_manifest,
        older_manifest,
        older_directory,
        directory_for_file,
        directory_for_manifest,
        directory_for_next_manifest,
        file_for_directory,
    )
}
