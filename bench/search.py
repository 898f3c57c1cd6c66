"""How fast entries are found, side by side with every other engine at hand, in one run.

script/bench search [--sizes 2275 10000 100000] [--queries 800] [--only NAME ...]

Each engine lives in a process of its own and is asked the same questions in turn, one engine after the other
for each question, so that what else the machine does hits all of them alike. Half the questions warm up, the
other half are put once as nobody put them before (``new``: half of them narrowed to one business line, half
not) and once more (``again``). Words are cut and searched for apart: ``search_ms`` leaves cutting out, as the
figures of docs do; ``whole_ms`` has both, and ``cpu_ms`` is what both cost the process that asked. All get
the same entries: ``bench.site.recombined``. The load average (5 minutes) stands beside the figures: above
the number of cores the clock tells of others as well.
"""

import argparse
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402

from bench import publishing, site  # noqa: E402
from bench.printing import print_result, rounded  # noqa: E402
from bench.rivals import asking, goals, questions  # noqa: E402
from bench.rivals.booth import Booth, RivalFailedError, resident_mb  # noqa: E402
from bench.rivals.entrants import EVERYTHING_ON, FIRST_STAGE, chosen  # noqa: E402
from search.engines.base import Document  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_275, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=800, help="how many questions are asked")
    parser.add_argument("--slow-queries", type=int, default=40, help="how many of those the slow are asked")
    parser.add_argument("--warm-up", type=int, default=400, help="other questions that are asked before")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long two processes race")
    parser.add_argument("--publishings", type=int, default=100, help="changes through outbox and indexer")
    parser.add_argument("--only", nargs="+", default=[], help="engines whose name holds one of these")
    parser.add_argument("--files", type=Path, help="keep indexes here, and search those of an earlier run")
    options = parser.parse_args()
    questions.warm_up_process()
    results: dict[str, Any] = {"process_mb_before_opening": rounded(resident_mb())}
    for size in options.sizes:
        site.say(f"{size} entries ...")
        before = os.getloadavg()[1]
        results[str(size)] = measure(size, options)
        results[f"load of {size}"] = {"before": rounded(before), "after": rounded(os.getloadavg()[1])}
    print_result("search", results, list(goals.of(results)))


def measure(size: int, options: argparse.Namespace) -> dict[str, Any]:
    """All entrants over so many entries; then ours from publishing to searchable."""
    publishing.load_real_entries()
    connections.close_all()  # a forked process must not share one
    documents = questions.documents(size)
    with tempfile.TemporaryDirectory() as passing:
        directory = (options.files or Path(passing)) / str(size)
        directory.mkdir(parents=True, exist_ok=True)
        found = side_by_side(documents, directory, options)
        if options.publishings:
            site.say("  publishing through outbox and indexer ...")
            found["site"] = publishing.measure(directory / FIRST_STAGE, documents, options.publishings)
    return found


def side_by_side(documents: list[Document], directory: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Build all, open all, ask all in turn; then each by itself races and publishes."""
    asked = questions.sample(options.queries, options.warm_up)
    entrants = {each.name: each.among(len(documents)) for each in chosen(options.only)}
    found: dict[str, Any] = {}
    booths: dict[str, Booth] = {}
    with ExitStack() as open_booths:
        for name, entrant in entrants.items():
            try:
                found[name] = asking.prepare(entrant, directory, documents)
                if "not_measured" not in found[name]:
                    booths[name] = open_booths.enter_context(asking.opened(entrant, directory, documents))
            except RivalFailedError as error:
                site.say(f"  {name} failed: {error}")
                found[name] = {"failed": str(error)}
        asking.warm_up(booths, entrants, asked.warm_up)
        site.say("  asking all in turn ...")
        for name, figures in asking.ask_all(booths, entrants, asked.measured, options.slow_queries).items():
            found[name] |= figures
        if EVERYTHING_ON in booths:
            found[EVERYTHING_ON]["typed_ms"] = asking.ask_typed(booths[EVERYTHING_ON], options.queries)
        for name, booth in booths.items():
            site.say(f"  racing: {name}")
            found[name]["memory_mb"] = rounded(max(booth.memory_mb(), 0))
            found[name] |= {key: rounded(value) for key, value in booth.told().items()}
            with asking.opened(entrants[name], directory, documents) as second:
                speed = asking.race([booth, second], asked.measured, options.seconds)
            found[name]["queries_per_second_2_processes"] = speed
        for name, booth in booths.items():
            site.say(f"  publishing: {name}")
            found[name] |= asking.publish(booth, entrants[name], documents)
    return found


if __name__ == "__main__":
    main()
