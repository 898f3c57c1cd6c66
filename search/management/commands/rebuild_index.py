import time
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from faq.models import Entry, EntryState
from search.engines import maintained
from search.engines.base import Document
from search.indexer import Indexer


class Command(BaseCommand):
    """The index in use goes on answering until the new one is complete."""

    help = "Build every search index of this node anew, beside the one in use."

    def handle(self, *args: Any, **options: Any) -> None:
        total = Entry.objects.filter(state=EntryState.PUBLISHED).count()
        for name, engine in maintained().items():
            began = time.monotonic()

            def progress(documents: Iterable[Document], name: str = name) -> Iterable[Document]:
                return tqdm(documents, desc=name, total=total, unit="", disable=None)

            count = Indexer(name, engine).rebuild(progress)
            self.stdout.write(f"{name}: {count} entries in {time.monotonic() - began:.1f} s")
