"""Whether people notice that the index is damaged: they search, files break, and the indexer mends them.

The real import of 2,275 entries, the web server with two workers, the indexer as its own process. Threads
keep searching for known questions over HTTP while one damage after another is done to the index directory,
each of another kind and place, all from one seed; the next comes when the one before has healed: every file
has its hash again, every entry is in the index, and no worker says "reduced". Before each damage an entry is
changed, so that some fall into a commit, and there is an older state to put back.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import django

django.setup()

from django.conf import settings  # noqa: E402

from bench import damage, printing, site  # noqa: E402

MOST_SECONDS = 60
SEARCHERS = 2
PAUSE_SECONDS = 0.02  # between one thread's searches; people pause longer
CALM_ANSWERS = 20  # so many in a row that are not reduced: both workers have the index open


class Searching:
    """What the threads see; counted by outcome."""

    def __init__(self, port: int, cookie: str, right: dict[str, frozenset[int]]) -> None:
        self._port, self._headers, self._right = port, {"Cookie": cookie}, right
        self._stopping = threading.Event()
        self.outcomes: Counter[str] = Counter()
        self.errors: list[str] = []
        self.times: list[float] = []
        self.calm = 0
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._search, args=[number]) for number in range(SEARCHERS)]

    @contextmanager
    def going_on(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            for thread in self._threads:
                thread.join()

    def _search(self, number: int) -> None:
        chance, texts = random.Random(number), list(self._right)
        while not self._stopping.wait(PAUSE_SECONDS):
            text = chance.choice(texts)
            began = time.perf_counter()
            outcome, told = self._ask(text)
            took_ms = (time.perf_counter() - began) * 1000
            with self._lock:
                self.outcomes[outcome] += 1
                self.times.append(took_ms)
                self.calm = self.calm + 1 if outcome == "right" else 0
                if told:
                    self.errors.append(told)

    def _ask(self, text: str) -> tuple[str, str]:
        talk = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            talk.request("GET", f"/api/v1/search?q={quote(text)}", headers=self._headers)
            answer = talk.getresponse()
            content = answer.read()
            if answer.status != 200:
                return "error", f"{answer.status}: {content[:200]!r}"
            body = json.loads(content)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return "error", repr(error)
        finally:
            talk.close()
        is_right = bool(body["matches"]) and body["matches"][0]["id"] in self._right[text]
        if is_right:
            return ("reduced" if body["reduced"] else "right"), ""
        return ("reduced and another first" if body["reduced"] else "wrong"), text[:100]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--damages", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    site.fresh_database()
    rows = site.read_jsonl(site.SHARED / "data" / "bank_faq.jsonl")
    site.load(rows)
    right = right_answers()
    cookie = site.session_of(site.person("searcher", "agent"))
    with site.served() as port, indexing():
        searching = Searching(port, cookie, right)
        with searching.going_on():
            damages = do_damage(searching, given.damages, random.Random(given.seed))
    results = {"entries": len(rows), "seed": given.seed, **told(searching, damages)}
    printing.print_result("faults", results, goals_of(results, given.damages))


def right_answers() -> dict[str, frozenset[int]]:
    """Every tenth published question, and the entries that ask exactly this."""
    from faq.models import Entry

    asked: dict[str, set[int]] = {}
    published = Entry.objects.filter(state="published").order_by("pk")
    for pk, question in published.values_list("pk", "live_revision__question"):
        asked.setdefault(question.strip(), set()).add(pk)
    return {text: frozenset(asked[text]) for text in list(asked)[::10]}


@contextmanager
def indexing() -> Iterator[None]:
    command = [sys.executable, "manage.py", "run_indexer"]
    environment = {**os.environ, "WENQU_DB_ROLE": "owner"}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def do_damage(searching: Searching, count: int, chance: random.Random) -> list[dict[str, Any]]:
    options = cast("dict[str, Any]", settings.SEARCH_ENGINES["whoosh"])
    directory = Path(options["DIRECTORY"])
    old = directory.with_name("index-before")
    wait_until_whole(searching)
    done = []
    kinds = [list(damage.KINDS)[number % len(damage.KINDS)] for number in range(count)]
    chance.shuffle(kinds)
    for number, kind in enumerate(kinds):
        shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(directory, old)
        before = Counter(searching.outcomes)
        change_an_entry(chance, number)
        time.sleep(chance.uniform(0, 1.0))  # before, in and after the commit of that change
        is_done = try_damage(kind, damage.Scene(directory, old, chance))
        seconds = wait_until_whole(searching)
        outcomes = searching.outcomes - before
        done.append({"kind": kind, "is_done": is_done, "seconds": seconds, **outcomes})
        site.say(f"{number + 1}/{count} {kind}: {seconds:.1f} s, {dict(outcomes)}")
    shutil.rmtree(old, ignore_errors=True)
    return done


def try_damage(kind: str, scene: damage.Scene) -> bool:
    """Do it; a file that the indexer is just replacing can slip away, then it is tried again."""
    for _attempt in range(20):
        try:
            damage.KINDS[kind](scene)
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def change_an_entry(chance: random.Random, number: int) -> None:
    from faq.models import Entry
    from faq.services import curating

    pk = chance.choice(list(Entry.objects.filter(state="published").values_list("pk", flat=True)))
    someone = site.person("importer", "information_administrator")
    curating.apply([curating.Curation(pk, {}, similar_questions=[f"第{number}种说法"])], by=someone)


def wait_until_whole(searching: Searching) -> float:
    """Seconds until files, index and answers are whole; infinite after three times the time allowed."""
    from search import engines
    from search.engines.base import EngineUnavailableError
    from search.indexer import Indexer

    began = time.monotonic()
    while time.monotonic() - began < 3 * MOST_SECONDS:
        engines.engine.cache_clear()
        engine = engines.engine("whoosh")
        try:
            engine.check()  # type: ignore[attr-defined]
            is_whole = not any(True for _ in Indexer("whoosh", engine).differences())
        except EngineUnavailableError:
            is_whole = False
        if is_whole:
            seconds = time.monotonic() - began
            if is_calm(searching):
                return seconds
        time.sleep(0.1)
    return float("inf")


def is_calm(searching: Searching) -> bool:
    """Whether soon all answers in a row come from the index again."""
    searching.calm = 0
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if searching.calm >= CALM_ANSWERS:
            return True
        time.sleep(0.02)
    return False


def told(searching: Searching, damages: list[dict[str, Any]]) -> dict[str, Any]:
    seconds = [one["seconds"] for one in damages]
    by_kind = {
        kind: printing.summary([one["seconds"] for one in damages if one["kind"] == kind])
        for kind in sorted({one["kind"] for one in damages})
    }
    return {
        "damages": sum(one["is_done"] for one in damages),
        "searches": searching.outcomes.total(),
        "outcomes": dict(searching.outcomes),
        "errors": searching.errors[:10],
        "search_ms": printing.summary(searching.times),
        "healed_seconds": printing.summary(seconds),
        "healed_seconds_by_kind": by_kind,
    }


def goals_of(results: dict[str, Any], damages: int) -> list[printing.Goal]:
    outcomes = results["outcomes"]
    return [
        printing.at_least("random damages done", results["damages"], max(damages, 200)),
        printing.exactly("searches answered with an error", outcomes.get("error", 0), 0),
        printing.exactly("wrong answers not called reduced", outcomes.get("wrong", 0), 0),
        printing.at_least("reduced answers seen", outcomes.get("reduced", 0), 1),
        printing.at_most("slowest healing, s", results["healed_seconds"]["max"], MOST_SECONDS),
    ]


if __name__ == "__main__":
    main()
