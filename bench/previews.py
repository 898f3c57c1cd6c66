"""How long 5,000 rows of a workbook take to be previewed, applied and undone by the worker.

Two fifths of the rows change an entry, one fifth changes nothing, the rest is new.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django

django.setup()

from bench import printing, site  # noqa: E402
from faq import exchange  # noqa: E402
from faq.exchange import Content  # noqa: E402


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=5_000)
    given = arguments.parse_args()
    site.fresh_database()
    importer = site.person("importer", "information_administrator", may_publish=True)
    figures = previewed(importer, given.rows)
    goals = [printing.at_most(f"preview of {given.rows} rows, s", figures["preview_s"], 15)]
    printing.print_result("previews", figures, goals)


def timed(act: Callable[[int], None], run_id: int) -> float:
    began = time.monotonic()
    act(run_id)
    return time.monotonic() - began


def previewed(importer: Any, number: int) -> dict[str, float]:
    """The seconds of each step, and how many rows there were of which kind."""
    from faq.models import ImportRun
    from faq.services import import_runs, import_work

    def bring(contents: list[Content]) -> tuple[ImportRun, float]:
        with TemporaryDirectory() as place:
            path = Path(place) / "a.xlsx"
            exchange.write(path, contents)
            run = import_runs.upload("a.xlsx", path.read_bytes(), by=importer, options={"make_lines": True})
        seconds = timed(import_work.run_reading, run.pk)
        return ImportRun.objects.get(pk=run.pk), seconds

    rows = site.recombined(number)
    contents = [
        Content().with_values({name: exchange.BY_NAME[name].parse(value) for name, value in row.items()})
        for row in rows
    ]
    first, _seconds = bring(contents[: number * 3 // 5])
    import_runs.ask_to_apply(first, by=importer)
    import_work.run_applying(first.pk)
    changed = [
        Content().with_values({**vars(one), "answer": f"{one.answer}（改）", "keywords": ("新",)})
        for one in contents[: number * 2 // 5]
    ]
    run, preview_s = bring([*changed, *contents[number * 2 // 5 :]])
    import_runs.ask_to_apply(run, by=importer)
    apply_s = timed(import_work.run_applying, run.pk)
    import_runs.ask_to_undo(run, by=importer)
    undo_s = timed(import_work.run_undoing, run.pk)
    run.refresh_from_db()
    return {
        **{name: run.counts[name] for name in ("new", "changed", "unchanged")},
        "left_by_undo": len(run.outcome.get("left", [])),
        "preview_s": printing.rounded(preview_s),
        "apply_s": printing.rounded(apply_s),
        "undo_s": printing.rounded(undo_s),
    }


if __name__ == "__main__":
    main()
