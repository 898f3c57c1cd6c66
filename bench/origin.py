"""What one origin for pages and push would cost the pages: WSGI against ASGI with a2wsgi.

The same site twice, 2 workers each and 1 connection, asked in turn: `/healthz` (an empty view), and an
authenticated API view with one look-up. Judged is the difference of the p50s, median of the rounds. With the
ASGI form `/live/` would be answered in the same processes; here nobody asks for it, which flatters that form.
"""

import argparse
import http.client
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from bench import printing, site  # noqa: E402
from kb.management.commands.serve import web_command  # noqa: E402

ROUNDS = 3
REQUESTS = 2000
WARM_UP = 500
MOST_MS = 0.5
ADDRESSES = {"empty view": "/healthz", "look-up": "/api/v1/entries/{entry}"}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--requests", type=int, default=REQUESTS)
    given = arguments.parse_args()
    cookie, entry = fill()
    results: dict[str, Any] = {"requests": given.requests, "rounds": ROUNDS}
    goals = []
    with two_servers() as (alone, together):
        for name, address in ADDRESSES.items():
            pairs = compare([alone, together], address.format(entry=entry), cookie, given.requests)
            differences = [theirs["p50"] - ours["p50"] for ours, theirs in pairs]
            results[name] = {
                "wsgi ms": [ours for ours, _ in pairs],
                "asgi with a2wsgi ms": [theirs for _, theirs in pairs],
                "cost p50 ms": printing.median_of_rounds(differences),
            }
            cost = printing.median_of_rounds(differences)["median"]
            goals.append(printing.at_most(f"cost of one origin, {name}, p50 ms", cost, MOST_MS))
    results["load before"] = os.getloadavg()[0]
    printing.print_result("origin", results, goals)


def fill() -> tuple[str, int]:
    """A small site, and who asks it."""
    from accounts.models import BusinessLine
    from faq.models import Entry

    site.fresh_database()
    call_command("collectstatic", interactive=False, verbosity=0)
    site.load(site.recombined(20))
    asker = site.person("asker", "agent")
    asker.lines.set(BusinessLine.objects.all())
    return site.session_of(asker), Entry.objects.earliest("pk").pk


@contextmanager
def two_servers() -> Iterator[tuple[int, int]]:
    """The pages as they are served, and behind one ASGI door with the same number of workers and threads."""
    ports = site.free_port(), site.free_port()
    commands = [web_command(ports[0]), as_one(web_command(ports[1]))]
    environment = {**os.environ, "WENQU_DB_ROLE": "web"}
    processes = [subprocess.Popen(command, env=environment) for command in commands]
    try:
        for port in ports:
            site.wait_for(port)
        yield ports
    finally:
        for process in processes:
            process.terminate()
            process.wait(20)


def as_one(command: list[str]) -> list[str]:
    others = {"wsgi": "asgi", "kb.wsgi:application": "bench.one_door:application"}
    words = [others.get(word, word) for word in command]
    place = words.index("--blocking-threads")
    return words[:place] + words[place + 2 :]  # an ASGI worker has one; a2wsgi has its own


def compare(ports: list[int], address: str, cookie: str, requests: int) -> list[list[dict[str, float]]]:
    """The figures of each server, round by round; they take turns request by request."""
    talks = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port in ports]
    ask(talks, address, cookie, WARM_UP)
    return [
        [printing.summary(times) for times in ask(talks, address, cookie, requests)] for _ in range(ROUNDS)
    ]


def ask(
    talks: list[http.client.HTTPConnection], address: str, cookie: str, requests: int
) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in talks]
    for _ in range(requests):
        for talk, taken in zip(talks, times, strict=True):
            began = time.perf_counter()
            talk.request("GET", address, headers={"Cookie": cookie})
            answer = talk.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{address} answered {answer.status}.")
            taken.append((time.perf_counter() - began) * 1000)
    return times


if __name__ == "__main__":
    main()
