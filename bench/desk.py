"""What a search and what suggestions cost over HTTP, as a multiple of an authenticated view with one look-up.

The protocol of architecture.md §4: 10,000 entries, 2 workers, 1 connection, log-in by session, 500 requests
warm-up, 3 rounds of 1,000 requests of each, in turn. The queries are every keystroke of 100 real questions,
the same sequence for all. Measured are ``GET /api/v1/search``, with everything on, and ``/api/v1/suggest``
beside ``GET /api/v1/entries/{id}``. Judged: the ratio of the p50s, median of rounds.
"""

import argparse
import http.client
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from typing import Any
from urllib.parse import quote

import django

django.setup()

from bench import printing, site  # noqa: E402

WARM_UP = 500
ROUNDS = 3
REQUESTS = 1000
LOOK_UP = "look-up"
TARGETS = {"search": 1.4, "suggest": 1.2}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entries", type=int, default=10_000)
    given = arguments.parse_args()
    site.fresh_database()
    site.say(f"Loading {given.entries} entries ...")
    site.load(site.recombined(given.entries))
    cookie = site.session_of(site.person("desk", "agent"))
    paths = {
        "search": addresses("/api/v1/search?q="),
        "suggest": addresses("/api/v1/suggest?q="),
        LOOK_UP: look_ups(),
    }
    with site.served() as port:
        rounds = measure(port, cookie, paths)
    results: dict[str, Any] = {"entries": given.entries, "keystrokes": len(paths["search"]), "rounds": rounds}
    goals = []
    for name, target in TARGETS.items():
        for figure in ("p50", "p95"):
            ratios = [one[name][figure] / one[LOOK_UP][figure] for one in rounds]
            results[f"{name} / {LOOK_UP}, {figure}"] = printing.median_of_rounds(ratios)
        ratio = results[f"{name} / {LOOK_UP}, p50"]["median"]
        goals.append(printing.at_most(f"{name} / view with one look-up, p50 over HTTP", ratio, target))
    printing.print_result("desk", results, goals)


def addresses(view: str) -> list[str]:
    """Every keystroke of 100 questions, taken evenly over the set."""
    queries = [row["text"] for row in site.read_jsonl(site.SHARED / "eval" / "all3" / "queries.jsonl")]
    chosen = queries[:: len(queries) // 100][:100]
    return [f"{view}{quote(text[:end])}" for text in chosen for end in range(1, len(text) + 1)]


def look_ups() -> list[str]:
    from faq.models import Entry

    ids = Entry.objects.order_by("pk").values_list("pk", flat=True)
    return [f"/api/v1/entries/{pk}" for pk in list(ids)[::7]]


def measure(port: int, cookie: str, paths: dict[str, list[str]]) -> list[dict[str, Any]]:
    """The times of each kind in each round, in milliseconds."""
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie, "Accept": "application/json"}
    asked = {name: cycle(addresses) for name, addresses in paths.items()}

    def timed(path: str) -> float:
        began = time.perf_counter()
        talk.request("GET", path, headers=headers)
        answer = talk.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:200]!r}")
        return took

    one_round(timed, asked, WARM_UP)
    return [one_round(timed, asked, REQUESTS) for _number in range(ROUNDS)]


def one_round(
    timed: Callable[[str], float], asked: Mapping[str, Iterator[str]], requests: int
) -> dict[str, Any]:
    times: dict[str, list[float]] = {name: [] for name in asked}
    for _number in range(requests):
        for name, paths in asked.items():
            times[name].append(timed(next(paths)))
    return {name: printing.summary(taken) for name, taken in times.items()}


if __name__ == "__main__":
    main()
