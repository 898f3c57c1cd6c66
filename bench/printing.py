"""How a measurement is told: one JSON object on the last line of standard output, kept in bench/results.

goals = [at_least("recall@1 of all3", 0.774, 0.76), at_most("search / look-up, p50", 1.31, 1.5)]
print_result("search", {"10000": summary(times_ms)}, goals)
"""

import json
import os
import platform
import shlex
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
PACKAGES = ("Django", "granian", "jieba", "numba", "numpy", "psycopg", "Whoosh")


@dataclass(frozen=True)
class Goal:
    """One figure an issue asks for; `target` is read by people, such as `>= 0.76`."""

    goal: str
    target: str
    value: float
    met: bool


def at_least(goal: str, value: float, target: float) -> Goal:
    return Goal(goal, f">= {target:g}", rounded(value), value >= target)


def at_most(goal: str, value: float, target: float) -> Goal:
    return Goal(goal, f"<= {target:g}", rounded(value), value <= target)


def exactly(goal: str, value: float, target: float) -> Goal:
    return Goal(goal, f"= {target:g}", value, value == target)


def summary(times: Sequence[float]) -> dict[str, float]:
    """The figures of one series, in its own unit."""
    return {
        "n": len(times),
        "p50": rounded(percentile(times, 50)),
        "p95": rounded(percentile(times, 95)),
        "p99": rounded(percentile(times, 99)),
        "max": rounded(max(times)),
    }


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def median_of_rounds(values: Sequence[float]) -> dict[str, float]:
    """What is judged when a measurement is repeated, with its spread beside it."""
    return {
        "median": rounded(statistics.median(values)),
        "min": rounded(min(values)),
        "max": rounded(max(values)),
    }


def rounded(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")


def machine() -> dict[str, Any]:
    """What the figures depend on and a reader on another machine needs; no name, no path."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def print_result(name: str, results: Mapping[str, Any], goals: Sequence[Goal] = ()) -> None:
    """Print the result as the last line, and keep it with the command that made it in bench/results.

    What has no end, such as the time until something that never came, is null there: JSON has no other word.
    """
    report: dict[str, Any] = {
        "name": name,
        "machine": machine(),
        "results": dict(results),
        "goals": [asdict(goal) for goal in goals],
    }
    for goal in goals:
        verdict = "met" if goal.met else "MISSED"
        sys.stderr.write(f"{goal.goal}: {goal.value:g} ({goal.target}) {verdict}\n")
    sys.stderr.flush()
    report = json.loads(json.dumps(report), parse_constant=lambda _: None)
    keep(name, report)
    sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def keep(name: str, report: Mapping[str, Any]) -> None:
    command = shlex.join(["script/bench", name, *sys.argv[1:]])
    kept = {"command": command, "measured_at": datetime.now(UTC).isoformat(timespec="seconds"), **report}
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
