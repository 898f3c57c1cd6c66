"""Run the programs of one server side by side: some come back, else one ends and all end; nothing is left.

honcho's Manager forks this process once per program, and such a fork goes on when we are killed; here
each program is our own child in a process group of its own, and on Linux dies with us.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

GRACE_SECONDS = 5.0
PAUSE_SECONDS = 0.1
LONGEST_BACK_OFF_SECONDS = 30
STEADY_SECONDS = 60.0  # who has run that long begins anew
MOST_QUICK_ENDS = 6
PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Program:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    is_restartable: bool = False


@dataclass
class Absence:
    """How often a restartable program ended without a steady run between, and when it comes back."""

    ends: int = 0
    quick_ends: int = 0  # of these while the database answered: the program itself is at fault
    began_at: float = 0.0
    due_at: float | None = None

    def ended(self, now: float, *, does_database_answer: bool) -> int:
        """Note one end; gives the seconds until the next start."""
        if now - self.began_at >= STEADY_SECONDS:
            self.ends = self.quick_ends = 0
        self.ends += 1
        self.quick_ends = self.quick_ends + 1 if does_database_answer else 0
        pause = min(1 << (self.ends - 1), LONGEST_BACK_OFF_SECONDS)
        self.due_at = now + pause
        return pause


def is_port_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as servers do, past connections in TIME_WAIT
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Supervisor:
    """`write` gets every line to show, from several threads; `is_database_alive` is asked while they run.

    A restartable program that ends is started again after 1, 2, 4 … 30 s: an outage of the database ends
    the worker, and must not end the pages. Only ends while `does_database_answer` are held against it.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        write: Callable[[str], None],
        is_database_alive: Callable[[], bool] = lambda: True,
        does_database_answer: Callable[[], bool] = lambda: True,
    ) -> None:
        self.programs = programs
        self.write = write
        self.is_database_alive = is_database_alive
        self.does_database_answer = does_database_answer
        self.absences = {program.name: Absence() for program in programs if program.is_restartable}
        self.children: dict[str, subprocess.Popen[str]] = {}
        self.readers: list[threading.Thread] = []
        self.asked_to_end = 0
        self.is_ending = False

    def run(self) -> int:
        """Run until a signal asks to end (then 0) or a program ends that does not come back (then 1)."""
        with self._signals():
            try:
                for program in self.programs:
                    self._start(program)
                while (why := self._why_to_end()) is None:
                    self._start_what_is_due()
                    time.sleep(PAUSE_SECONDS)
                self.write(why)
                status = 0 if self.asked_to_end else 1
            finally:
                self.is_ending = True
                self._end()
        return status

    @contextmanager
    def _signals(self) -> Iterator[None]:
        before = {signum: signal.signal(signum, self._asked) for signum in SIGNALS}
        yield
        for signum, handler in before.items():
            signal.signal(signum, handler)

    def _asked(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.asked_to_end += 1

    def _start(self, program: Program) -> None:
        child = subprocess.Popen(  # noqa: S603
            program.command,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=end_with_parent(),
        )
        self.children[program.name] = child
        if absence := self.absences.get(program.name):
            absence.began_at, absence.due_at = time.monotonic(), None
        reader = threading.Thread(target=self._relay, args=(program.name, child), daemon=True)
        reader.start()
        self.readers.append(reader)

    def _relay(self, name: str, child: subprocess.Popen[str]) -> None:
        width = max(len(program.name) for program in self.programs)
        for line in child.stdout or ():
            self.write(f"{name:<{width}} | {line.rstrip()}")

    def _why_to_end(self) -> str | None:
        if self.asked_to_end:
            return "Ending."
        if not self.is_database_alive():
            return "The database ended by itself; ending all others. Its last words are in pg.log."
        for name, child in list(self.children.items()):
            status = child.poll()
            if status is not None and not self._will_come_back(name, child):
                return f"The process {name} {_how(status)}; ending all others."
        return None

    def _will_come_back(self, name: str, child: subprocess.Popen[str]) -> bool:
        absence = self.absences.get(name)
        if absence is None:
            return False
        pause = absence.ended(time.monotonic(), does_database_answer=self.does_database_answer())
        if absence.quick_ends >= MOST_QUICK_ENDS:
            return False
        _kill_group(child)  # what it left behind; soon its number may be another's
        del self.children[name]
        self.write(f"The process {name} {_how(child.returncode)}; starting it again in {pause} s.")
        return True

    def _start_what_is_due(self) -> None:
        self.readers = [reader for reader in self.readers if reader.is_alive()]
        for program in self.programs:
            absence = self.absences.get(program.name)
            if absence and absence.due_at is not None and absence.due_at <= time.monotonic():
                self._start(program)

    def _end(self) -> None:
        """Ask every program to end, and after the grace (or a second Ctrl-C) end its whole group."""
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        while any(child.poll() is None for child in self.children.values()):
            if time.monotonic() > deadline or self.asked_to_end > 1:
                break
            time.sleep(PAUSE_SECONDS / 2)
        for child in self.children.values():
            _kill_group(child)  # also what a dead program left behind
            child.wait()
        for reader in self.readers:
            reader.join(1)


def _kill_group(child: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _how(status: int) -> str:
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended by itself with status {status}"


def end_with_parent() -> Callable[[], None] | None:
    """What a child does between fork and exec so that a killed parent takes it along; on Linux only."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # before the fork: loading a library after it may find a held lock
    parent = os.getpid()

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
