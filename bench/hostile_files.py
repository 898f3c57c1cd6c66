"""Whether a file that means no good breaks the import, and whether anything we write could run as a formula.

Files made up from a seed go the whole way: the page that takes them, the worker that reads them, the page of
their preview, and, where the preview has no error, applying. Then a hundred thousand cells of texts that are
hard on files are written and read again in each format.
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import time
import zipfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import django

django.setup()

from django.conf import settings as site_settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.test import Client  # noqa: E402

from bench import hostility, nasty_files, printing, site  # noqa: E402
from bench.processes import high_water_mb  # noqa: E402
from faq import exchange  # noqa: E402
from faq.exchange import Content, workbook  # noqa: E402

SECONDS, MEMORY_MB = 30, 512
MOST_TEXTS = 500  # made up; the cells are pieces of them
CELLS_OF_A_ROW = len(exchange.FIELDS)
RUNS = re.compile(r"[=+\-@\t\r]")


@dataclass
class Seen:
    """What became of the files."""

    states: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    partial: int = 0
    seconds: list[float] = field(default_factory=list)
    children: list[float] = field(default_factory=list)
    child_mb: list[float] = field(default_factory=list)
    slowest: str = ""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=200)
    arguments.add_argument("--cells", type=int, default=100_000)
    given = arguments.parse_args()
    site_settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    site.fresh_database()
    importer = site.person("importer", "information_administrator", may_publish=True)
    _line("CARD")
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        cells = beside.submit(round_trip, given.cells)
        seen = through_the_pages(importer, given.files)
        written = cells.result()
    peaks = {
        "child_mb": max(seen.child_mb),
        "worker_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    goals = [
        printing.at_least("hostile files", len(seen.seconds), 200),
        printing.exactly("server errors", len(seen.errors), 0),
        printing.exactly("partial imports", seen.partial, 0),
        printing.at_most("slowest child, s", max(seen.children), SECONDS + 1),
        printing.at_most("dearest file, processor s", max(seen.seconds), 2 * SECONDS),
        printing.at_most("memory of the largest child, MB", peaks["child_mb"], MEMORY_MB),
        printing.at_most("memory of the worker, MB", peaks["worker_mb"], MEMORY_MB),
        printing.at_least("generated cells in each format", written["cells"], 100_000),
        printing.exactly("cells that would run as a formula", written["live"], 0),
        printing.exactly("entries that came back different", written["different"], 0),
    ]
    files = {
        "states": dict(seen.states),
        "processor_s": printing.summary(seen.seconds),
        "child_s": printing.summary(seen.children),
        "dearest": seen.slowest,
        "errors": seen.errors[:10],
        **{name: printing.rounded(value) for name, value in peaks.items()},
    }
    printing.print_result("hostile_files", {"files": files, "cells": written}, goals)


def _line(code: str) -> None:
    from accounts.models import BusinessLine

    BusinessLine.objects.get_or_create(code=code, defaults={"name": code})


def _watch_children(seen: Seen) -> None:
    """From now on the seconds and the memory of every process that reads a workbook are kept.

    The memory is asked fifty times a second.
    """

    def watched(command: list[str], *, timeout: float, check: bool, **how: Any) -> Any:
        del check
        began, peak = time.monotonic(), 0.0
        process = subprocess.Popen(command, **how)
        while True:
            peak = max(peak, high_water_mb(process.pid))
            pid, status = os.waitpid(process.pid, os.WNOHANG)
            if pid or time.monotonic() - began > timeout:
                break
            time.sleep(0.02)
        if not pid:
            process.kill()
            _pid, status = os.waitpid(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seen.children.append(time.monotonic() - began)
        seen.child_mb.append(peak)
        if not pid:
            raise subprocess.TimeoutExpired(command, timeout)
        return subprocess.CompletedProcess(command, process.returncode)

    vars(workbook)["subprocess"] = SimpleNamespace(
        run=watched, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
    )


def _made(kind: str, seed: int) -> bytes:
    if kind in nasty_files.SMALL:
        return nasty_files.make(kind, seed)
    command = [sys.executable, "-m", "bench.nasty_files", kind, str(seed)]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


def through_the_pages(importer: Any, number: int) -> Seen:
    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    client.force_login(importer, backend="accounts.backends.AccountBackend")
    seen = Seen()
    _watch_children(seen)
    for place, (kind, suffix, seed) in enumerate(nasty_files.files(number), start=1):
        content = _made(kind, seed)
        site.say(f"{place}/{number} {kind} {seed} ({len(content) / 1_000_000:.1f} MB) ...")
        began = _worked()
        try:
            state = _through(client, f"hostile.{suffix}", content, seen)
        except Exception as error:
            seen.errors.append(f"{kind} {seed}: {error!r}"[:300])
            state = "broken"
        seen.seconds.append(_worked() - began)
        if seen.seconds[-1] == max(seen.seconds):
            seen.slowest = f"{kind} {seed}"
        seen.states[state] += 1
    return seen


def _worked() -> float:
    """Seconds of the processor that this process and its children have had."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _through(client: Client, name: str, content: bytes, seen: Seen) -> str:
    """One file through every page and job; what its import ended as."""
    from faq.models import Entry, ImportRun
    from faq.services import import_work

    answer = client.post("/knowledge/imports/upload/", {"file": SimpleUploadedFile(name, content)})
    if answer.status_code == 422:
        return "refused at once"
    _expect(answer, 302)
    run = ImportRun.objects.latest("pk")
    import_work.run_reading(run.pk)
    before = Entry.objects.count()
    _expect(client.get(f"/knowledge/imports/{run.key}/"), 200)
    _expect(client.post(f"/knowledge/imports/{run.key}/apply/"), 302, 422)
    import_work.run_applying(run.pk)
    run.refresh_from_db()
    made = Entry.objects.count() - before
    seen.partial += made != (run.counts.get("new", 0) if run.state == ImportRun.State.DONE else 0)
    _expect(client.get(f"/knowledge/imports/{run.key}/"), 200)
    return "with errors" if run.state == ImportRun.State.READY else str(run.state)


def _expect(answer: Any, *codes: int) -> None:
    if answer.status_code not in codes:
        raise RuntimeError(f"answered {answer.status_code}")


def round_trip(number: int) -> dict[str, Any]:
    """Write contents of hard texts in each format, look for what would run, and read them again."""
    texts = [_storable(hostility.made_up(seed)) for seed in range(MOST_TEXTS)]
    contents = [_hard(seed, texts) for seed in range(-(-number // CELLS_OF_A_ROW))]
    live = different = 0
    with TemporaryDirectory() as place:
        for suffix in ("xlsx", "csv", "jsonl"):
            path = Path(place) / f"a.{suffix}"
            exchange.write(path, contents)
            live += _live_cells(path)
            reading = exchange.read(path)
            back = [Content().with_values(row.values) for row in reading.rows]
            different += abs(len(back) - len(contents)) + len(reading.problems)
            different += sum(one.tidied() != other for one, other in zip(contents, back, strict=False))
            site.say(f"{suffix}: {len(back)} rows back")
    return {"cells": len(contents) * CELLS_OF_A_ROW, "live": live, "different": different}


def _storable(text: str) -> str:
    """Without what no database holds."""
    return "".join(sign for sign in text if sign != "\x00" and not "\ud800" <= sign <= "\udfff")


def _hard(seed: int, texts: list[str]) -> Content:
    chance = Random(seed)

    def text(longest: int = 200) -> str:
        begin = chance.choice(["=1+1", "+86", "-5%", "@SUM(A1)", "\t=", "\r=", "'", "'=", "", "", "问"])
        rest = chance.choice(texts)
        place = chance.randrange(len(rest) + 1)
        return (begin + rest[place : place + longest])[:longest]

    def several() -> tuple[str, ...]:
        return tuple(text(60) for _ in range(chance.randrange(4)))

    return Content(
        external_id=f"{chance.choice(['=', '+', '-', '@', ''])}n{seed}",
        line="CARD",
        lines_concerned=("=LINE", "+LINE"),
        category=chance.choice(["", "=卡片/@挂失"]),
        question=f"{text()}问",
        similar_questions=several(),
        key_points=several(),
        answer=text(2000),
        script=text(),
        keywords=several(),
        related=several(),
        source=f"{text(100)}题",
    ).tidied()  # fmt: skip


def _live_cells(path: Path) -> int:
    """Cells that a spreadsheet would take for a formula."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as file:
            return len(re.findall(rb"<f[ >]", file.read("xl/worksheets/sheet1.xml")))
    if path.suffix == ".csv":
        import csv

        with path.open(encoding="utf-8-sig", newline="") as file:
            return sum(bool(RUNS.match(cell)) for row in csv.reader(file) for cell in row)
    return 0


if __name__ == "__main__":
    main()
