"""Whether anything typed, pasted or forged brings search down or holds it up.

Inputs made up from a seed go through ``search.matching.find`` in this process, over an index of 2,275
entries; some of them also through the API and the desk with Django's test client: all but the server.
"""

import argparse
import json
import time
from collections import Counter
from typing import Any
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from bench import hostility, printing, site  # noqa: E402

ENTRIES = 2275
MOST_MS = 250


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--inputs", type=int, default=100_000)
    arguments.add_argument("--requests", type=int, default=3000)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    call_command("collectstatic", interactive=False, verbosity=0)  # the desk's page names its files
    site.fresh_database()
    site.load(site.recombined(ENTRIES))
    agent = site.person("hostile", "agent")
    site.say(f"{given.inputs} inputs through matching ...")
    matched = through_matching(agent, range(given.seed, given.seed + given.inputs))
    site.say(f"{given.requests} inputs over the API and the desk ...")
    asked = over_http(agent, range(given.seed, given.seed + given.requests))
    inputs, requests = matched["inputs"]["n"], asked["requests"]["n"]
    goals = [
        printing.at_least("inputs through matching", inputs, 100_000),
        printing.exactly("exceptions in matching", matched["exceptions"], 0),
        printing.at_most("slowest input in matching, ms", matched["inputs"]["max"], MOST_MS),
        printing.at_least("requests over HTTP", requests, 3000),
        printing.exactly("answers other than 200, 201 and 400", asked["wrong"], 0),
        printing.at_most("slowest request, ms", asked["requests"]["max"], 2 * MOST_MS),
    ]
    printing.print_result("hostile", {"entries": ENTRIES, "matching": matched, "http": asked}, goals)


def through_matching(agent: Any, seeds: range) -> dict[str, Any]:
    from search import matching

    matching.warm()
    matching.find(agent, "信用卡挂失")
    times: list[float] = []
    slowest: tuple[float, int, str] = (0.0, -1, "")
    errors: Counter[str] = Counter()
    reduced = 0
    for seed in seeds:
        text = hostility.made_up(seed)
        began = time.perf_counter()
        try:
            reduced += matching.find(agent, text).is_reduced
        except Exception as error:
            errors[repr(error)[:200]] += 1
        times.append((time.perf_counter() - began) * 1000)
        slowest = max(slowest, (times[-1], seed, text))
    return {
        "inputs": printing.summary(times),
        "slowest_seed": slowest[1],
        "slowest_characters": len(slowest[2]),
        "slowest_begins": ascii(slowest[2][:60]),
        "exceptions": errors.total(),
        "kinds_of_exceptions": dict(errors.most_common(10)),
        "reduced": reduced,
    }


def over_http(agent: Any, seeds: range) -> dict[str, Any]:
    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    client.force_login(agent, backend="accounts.backends.AccountBackend")
    for path in hostility.PATHS:
        client.get(path, {"q": "信用卡挂失"})  # what the first request of a process loads is no input's doing
    times: list[float] = []
    answers: Counter[str] = Counter()
    slowest: tuple[float, int] = (0.0, -1)
    for seed in seeds:
        text = hostility.made_up(seed)
        began = time.perf_counter()
        if seed % 4 == 3:
            path = "/api/v1/searches"
            body = {"id": str(UUID(int=seed + 1, version=4)), "text": text, "matches": [], "took_ms": 1}
            answer = client.post(path, json.dumps(body), content_type="application/json")
        else:
            path = hostility.PATHS[seed % 4]
            content = text.encode("utf-8", "surrogatepass")
            answer = client.get(path, QUERY_STRING="q=" + "".join(f"%{byte:02X}" for byte in content))
        times.append((time.perf_counter() - began) * 1000)
        slowest = max(slowest, (times[-1], seed))
        answers[f"{path} {answer.status_code}"] += 1
    right = sum(count for told, count in answers.items() if told.rpartition(" ")[2] in {"200", "201", "400"})
    if not all(answers[f"{path} 200"] for path in hostility.PATHS):
        raise RuntimeError(f"No page answered 200, so this measures nothing: {dict(answers)}")
    return {
        "requests": printing.summary(times),
        "slowest_seed": slowest[1],
        "answers": dict(sorted(answers.items())),
        "wrong": len(times) - right,
    }


if __name__ == "__main__":
    main()
