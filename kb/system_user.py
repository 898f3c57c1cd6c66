"""The ordinary system user PostgreSQL runs as when Wenqu is started by root, which PostgreSQL refuses."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

NAMES = ("postgres", "wenqu-postgres")


class NoSystemUserError(Exception):
    """Started by root, and there is no user to hand PostgreSQL to."""


@dataclass(frozen=True)
class SystemUser:
    uid: int
    gid: int
    name: str

    def may_search(self, directory: Path) -> bool:
        """Whether the permission bits let this user pass through; its supplementary groups are dropped."""
        facts = directory.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & stat.S_IXUSR)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & stat.S_IXGRP)
        return bool(facts.st_mode & stat.S_IXOTH)


def for_data(data: Path) -> SystemUser | None:
    """The user the data directory belongs or will belong to; None when we are not root and run as ourselves.

    Makes the system user `wenqu-postgres` where there is none to take.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return SystemUser(owner.st_uid, owner.st_gid, _name(owner.st_uid))
    for name in NAMES:
        try:
            return _existing(name)
        except KeyError:
            continue
    return _made(NAMES[-1])


def let_through(user: SystemUser, places: Iterable[Path], say: Callable[[str], None]) -> None:
    """Make every directory above `places` searchable for the user (o+x), and say which were changed."""
    above = {parent for place in places for parent in place.parents}
    closed = sorted(parent for parent in above if not user.may_search(parent))
    for directory in closed:
        directory.chmod(stat.S_IMODE(directory.stat().st_mode) | stat.S_IXOTH)
    if closed:
        names = ", ".join(str(directory) for directory in closed)
        say(f"Made searchable (o+x), so that PostgreSQL's user {user.name} reaches its files: {names}")


def let_read(user: SystemUser, tree: Path, probe: Path) -> None:
    """Make an installed package readable for the user, when a strict umask kept `probe` from it."""
    wanted = stat.S_IROTH | stat.S_IXOTH
    if user.may_search(probe.parent) and probe.stat().st_mode & wanted == wanted:
        return
    for folder, _, files in os.walk(tree):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def give(user: SystemUser, tree: Path) -> None:
    for folder, folders, files in os.walk(tree):
        for name in (".", *folders, *files):
            os.chown(Path(folder, name), user.uid, user.gid, follow_symlinks=False)


def _existing(name: str) -> SystemUser:
    found = pwd.getpwnam(name)
    return SystemUser(found.pw_uid, found.pw_gid, name)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _made(name: str) -> SystemUser:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd:
        command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    try:
        return _existing(name)
    except KeyError:
        raise NoSystemUserError(
            f"PostgreSQL does not run as root, and the system user {name} could not be made: "
            "run this as an ordinary user, or name a server in DATABASE_URL."
        ) from None
