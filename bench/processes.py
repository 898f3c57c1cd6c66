"""Commands in a process of their own: how long one takes, and how much memory it needs.

The memory is what the kernel says of the program itself while it runs (proc(5), VmHWM): what is told of one
that has ended (getrusage(2), wait4(2)) begins with what its parent had.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings


def run_command(*arguments: str) -> tuple[float, float]:
    """Run this command of ``manage.py`` as the worker would: seconds with the start of Python, and most MB.

    Raises RuntimeError when it fails.
    """
    began, most = time.perf_counter(), 0.0
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "WENQU_DB_ROLE": "counter"},
        stdout=sys.stderr,
    )
    while process.poll() is None:
        most = max(most, high_water_mb(process.pid))
        time.sleep(0.01)
    if process.returncode:
        raise RuntimeError(f"{arguments[0]} failed.")
    return time.perf_counter() - began, most


def high_water_mb(pid: int) -> float:
    """The most memory that program has held so far; nothing once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    held = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")), "0")
    return int(held) / 1024
