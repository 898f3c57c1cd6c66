"""What a search costs over HTTP, as a multiple of an authenticated view with one look-up.

The protocol of architecture.md §4: 10,000 entries, 2 workers, 1 connection, log-in by session, 500 requests
warm-up, 3 rounds of 2,000 requests, A and B in turn. The queries are every keystroke of 100 real questions,
the same sequence for all. A is ``GET /api/v1/search``, B is ``GET /api/v1/entries/{id}``. Judged: the ratio
of the p50s, median of rounds.
"""

import argparse
import http.client
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any
from urllib.parse import quote

import django

django.setup()

from bench import report, site  # noqa: E402

WARM_UP = 500
ROUNDS = 3
REQUESTS = 2000
TARGET = 1.5


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entries", type=int, default=10_000)
    given = arguments.parse_args()
    site.fresh_database()
    site.say(f"Loading {given.entries} entries ...")
    site.load(site.recombined(given.entries))
    cookie = site.session_of(site.person("desk", "agent"))
    with site.served() as port:
        results = measure(port, cookie, searches(), look_ups())
    rounds = results.pop("rounds")
    results["entries"] = given.entries
    results["rounds"] = rounds
    results["ratio_of_p50"] = report.median_of_rounds([one["ratio_of_p50"] for one in rounds])
    results["ratio_of_p95"] = report.median_of_rounds([one["ratio_of_p95"] for one in rounds])
    ratio = results["ratio_of_p50"]["median"]
    report.print_result(
        "desk", results, [report.at_most("search / view with one look-up, p50 over HTTP", ratio, TARGET)]
    )


def searches() -> list[str]:
    """Every keystroke of 100 questions, taken evenly over the set."""
    queries = [row["text"] for row in site.read_jsonl(site.SHARED / "eval" / "all3" / "queries.jsonl")]
    chosen = queries[:: len(queries) // 100][:100]
    typed = [text[:end] for text in chosen for end in range(1, len(text) + 1)]
    return [f"/api/v1/search?q={quote(text)}" for text in typed]


def look_ups() -> list[str]:
    from faq.models import Entry

    ids = Entry.objects.order_by("pk").values_list("pk", flat=True)
    return [f"/api/v1/entries/{pk}" for pk in list(ids)[::7]]


def measure(port: int, cookie: str, search: list[str], look_up: list[str]) -> dict[str, Any]:
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie, "Accept": "application/json"}
    a_paths, b_paths = cycle(search), cycle(look_up)
    sizes: list[int] = []

    def timed(path: str) -> float:
        began = time.perf_counter()
        talk.request("GET", path, headers=headers)
        answer = talk.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:200]!r}")
        sizes.append(len(body))
        return took

    for _number in range(WARM_UP // 2):
        timed(next(a_paths))
        timed(next(b_paths))
    rounds = [one_round(timed, a_paths, b_paths) for _number in range(ROUNDS)]
    return {"keystrokes": len(search), "bytes_per_answer": sum(sizes) // len(sizes), "rounds": rounds}


def one_round(
    timed: Callable[[str], float], a_paths: Iterator[str], b_paths: Iterator[str]
) -> dict[str, Any]:
    a_times, b_times = [], []
    for _number in range(REQUESTS // 2):
        a_times.append(timed(next(a_paths)))
        b_times.append(timed(next(b_paths)))
    a, b = report.summary(a_times), report.summary(b_times)
    return {
        "search_ms": a,
        "look_up_ms": b,
        "ratio_of_p50": report.rounded(a["p50"] / b["p50"]),
        "ratio_of_p95": report.rounded(a["p95"] / b["p95"]),
    }


if __name__ == "__main__":
    main()
