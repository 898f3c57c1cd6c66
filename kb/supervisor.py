"""Run the programs of one server side by side: one ends, all end; nothing is left behind.

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
PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Program:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


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
    """`write` gets every line to show, from several threads; `is_database_alive` is asked while they run."""

    def __init__(
        self,
        programs: Sequence[Program],
        write: Callable[[str], None],
        is_database_alive: Callable[[], bool] = lambda: True,
    ) -> None:
        self.programs = programs
        self.write = write
        self.is_database_alive = is_database_alive
        self.children: dict[str, subprocess.Popen[str]] = {}
        self.readers: list[threading.Thread] = []
        self.asked_to_end = 0
        self.is_ending = False

    def run(self) -> int:
        """Run until a signal asks to end (then 0) or one program ends by itself (then 1)."""
        with self._signals():
            try:
                for program in self.programs:
                    self._start(program)
                while self._goes_on():
                    time.sleep(PAUSE_SECONDS)
                status = self._say_why()
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
        reader = threading.Thread(target=self._relay, args=(program.name, child), daemon=True)
        reader.start()
        self.readers.append(reader)

    def _relay(self, name: str, child: subprocess.Popen[str]) -> None:
        width = max(len(program.name) for program in self.programs)
        for line in child.stdout or ():
            self.write(f"{name:<{width}} | {line.rstrip()}")

    def _goes_on(self) -> bool:
        if self.asked_to_end or not self.is_database_alive():
            return False
        return all(child.poll() is None for child in self.children.values())

    def _say_why(self) -> int:
        if not self.asked_to_end and not self.is_database_alive():
            self.write("The database ended by itself; ending all others. Its last words are in pg.log.")
            return 1
        ended = [
            (name, child.returncode) for name, child in self.children.items() if child.poll() is not None
        ]
        if self.asked_to_end or not ended:
            self.write("Ending.")
            return 0
        name, status = ended[0]
        how = (
            f"was killed by {signal.Signals(-status).name}"
            if status < 0
            else f"ended by itself with status {status}"
        )
        self.write(f"The process {name} {how}; ending all others.")
        return 1

    def _end(self) -> None:
        """Ask every program to end, and after the grace (or a second Ctrl-C) end its whole group."""
        asked = self.asked_to_end
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        while any(child.poll() is None for child in self.children.values()):
            if time.monotonic() > deadline or self.asked_to_end > max(asked, 1):
                break
            time.sleep(PAUSE_SECONDS / 2)
        for child in self.children.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)  # also what a dead program left behind
            child.wait()
        for reader in self.readers:
            reader.join(1)


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
