import sys
from typing import Any

from django.core.management.base import BaseCommand

from search.engines import maintained
from search.engines.base import EngineUnavailableError
from search.indexer import Indexer


class Command(BaseCommand):
    help = "Compare every search index of this node with the database; list each difference, then exit 1."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for name, engine in maintained().items():
            try:
                for difference in Indexer(name, engine).differences():
                    found += 1
                    self.stdout.write(difference)
            except EngineUnavailableError as error:
                found += 1
                self.stdout.write(f"{name}: {error}")
        self.stdout.write(f"{found} differences")
        sys.exit(1 if found else 0)
