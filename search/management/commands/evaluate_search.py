import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import evaluation


class Command(BaseCommand):
    """The last line of the output is one JSON object."""

    help = "Index a set of questions with known answers on its own, ask its queries, print recall and times."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="SETDIR")
        parser.add_argument("--engine", default="whoosh", choices=["whoosh", "postgres", "memory"])
        parser.add_argument("--queries", default="queries.jsonl", help="a file of the set, or any path")
        parser.add_argument("--without-similar", action="store_true", help="index standard questions only")
        parser.add_argument("--run", type=Path, help="write 'query_id<TAB>entry_id' lines here, best first")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            test = evaluation.TestSet.read(
                options["directory"], options["queries"], with_similar=not options["without_similar"]
            )
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"This is not a set of questions: {error}") from error
        with evaluation.own_engine(options["engine"]) as engine:
            engine.rebuild(test.documents, None)
            result = evaluation.run(engine, test)
        if options["run"]:
            lines = [f"{name}\t{entry}\n" for name, found in result.found.items() for entry in found]
            options["run"].write_text("".join(lines), encoding="utf-8")
        self.stdout.write(json.dumps(evaluation.figures(test, result)))
