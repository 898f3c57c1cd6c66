"""Keep one PostgreSQL server running for as long as somebody uses it.

`kb.embedded` starts this file as a program of its own, in its own session: standard library only, and
it imports nothing of Wenqu. Every user of the server holds a shared lock on the file `users`. The
keeper waits for an exclusive one, which the kernel grants when the last user has gone, in whatever way
it went, `kill -9` included; then it stops the server. PostgreSQL inherits the lock on the file
`server`, so that lock is free exactly when no process of the server lives any more.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

STOP_SECONDS = 30
PR_SET_PDEATHSIG = 1


class Stop(Exception):  # noqa: N818
    """Somebody asked the keeper to end, or the server ended by itself."""


def _stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise Stop


def keep(plan: dict[str, Any]) -> int:
    """Run `plan["command"]` until nobody holds `plan["users"]`; the server's exit status."""
    server = os.open(plan["server"], os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(server, fcntl.LOCK_EX)
    users = os.open(plan["users"], os.O_RDWR | os.O_CREAT, 0o600)
    # SIGCHLD first: a server that dies at once must not be missed.
    for signum in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(signum, _stop)
    process = None
    try:
        process = start(plan, server)
        fcntl.flock(users, fcntl.LOCK_EX)
    except Stop:
        pass
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    status = stop(process) if process else 1
    with suppress(OSError):
        Path(plan["sockets"]).rmdir()  # before the lock on `server` ends with us
    return status


def start(plan: dict[str, Any], server: int) -> subprocess.Popen[bytes]:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    keeper = os.getpid()

    def end_with_keeper() -> None:
        # After the change of user, which would clear it. SIGINT is PostgreSQL's fast and clean stop.
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != keeper:
            os._exit(1)

    account = plan["account"]
    as_account = {"user": account[0], "group": account[1], "extra_groups": []} if account else {}
    return subprocess.Popen(  # noqa: S603
        plan["command"], stdin=subprocess.DEVNULL, pass_fds=[server], preexec_fn=end_with_keeper, **as_account
    )


def stop(process: subprocess.Popen[bytes]) -> int:
    for signum in (signal.SIGINT, signal.SIGQUIT):
        process.send_signal(signum)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(STOP_SECONDS)
    process.kill()
    return process.wait()


if __name__ == "__main__":
    sys.exit(keep(json.loads(sys.argv[1])))
