import signal
from argparse import ArgumentParser
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from search import following, indexer
from search.engines import maintained


class Command(BaseCommand):
    """One of these runs on every node; SIGTERM ends it after the batch at hand."""

    help = "Take over what is published into this node's search index, until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end as soon as nothing is left to do")

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = Event()

        def stop(number: int, frame: FrameType | None) -> None:
            del number, frame
            stopping.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        indexers = [indexer.Indexer(name, engine) for name, engine in maintained().items()]
        if options["once"]:
            following.look()
            while sum(one.step() for one in indexers):
                pass
            return
        following.watch(stopping=stopping)
        indexer.run(indexers, stopping)
